//! Events: the payload is a type of its own.

use super::types::Types;
use crate::load::schema::Schema;
use crate::load::spec;
use crate::model::Event;

/// Lowers an event.
pub(crate) fn lower(types: &mut Types<'_>, project: &str, event: &spec::Event) -> Event {
    let name = types.namer.event(project, &event.id);
    let fields = match &event.payload {
        Schema::Object(properties) => types.fields(&name, properties),
        Schema::Ref(schema) => match types.resolve(schema, &event.pointer) {
            Some(model) => types.models[model.0].fields.clone(),
            None => Vec::new(),
        },
        Schema::Any => Vec::new(),
        _ => {
            types.wrong(&event.pointer, "an object", "another type");
            Vec::new()
        }
    };
    Event {
        id: event.id.clone(),
        name,
        envelope: event.envelope,
        fields,
        ordering_key: None,
        identity: None,
        pointer: event.pointer.clone(),
    }
}
