//! The table of the methods that insist on a member which a response may lack.

use super::{tables, types};
use crate::model::{Answer, Direction, Document, Event, Field, Model, ModelId, Type};

/// The rows of a model that is read. Where the setter of a member has its name, there is a method with
/// another, `get_record_id`, for what names a thing in the next call.
pub(crate) fn of_model(document: &Document, id: ModelId) -> Option<String> {
    let model = document.model(id);
    let direction = model.direction?;
    let fields = model.fields.iter().filter(|field| match direction {
        Direction::Decode => !types::is_plain(field, direction),
        Direction::Both => field.facts.read_only || is_name_of_thing(field),
        Direction::Encode => false,
    });
    let is_sent = direction == Direction::Both;
    table(document, &model.name, &place(document, id, model), fields, is_sent)
}

/// Ids, tokens, codes and keys, which the next call takes.
fn is_name_of_thing(field: &Field) -> bool {
    let last = field.wire.rsplit('_').next().unwrap_or_default();
    field.ty == Type::String && matches!(last, "code" | "guid" | "id" | "key" | "token")
}

/// The rows of a payload.
pub(crate) fn of_event(document: &Document, event: &Event) -> Option<String> {
    let fields = event.fields.iter().filter(|it| !types::is_plain(it, Direction::Decode));
    table(document, &event.name, &event.id, fields, false)
}

/// What errors name: the operation that returns the model if it is one, otherwise the model.
fn place(document: &Document, id: ModelId, model: &Model) -> String {
    let mut operations = document.emitted().filter(|it| it.answer == Answer::Model(id));
    match (operations.next(), operations.next()) {
        (Some(only), None) => only.id.clone(),
        _ => format!("{}.{} {}", document.project, document.version, model.name),
    }
}

fn table<'f>(
    document: &Document,
    name: &str,
    place: &str,
    fields: impl Iterator<Item = &'f Field>,
    is_sent: bool,
) -> Option<String> {
    let mut groups = KINDS.map(|kind| (kind, Vec::new()));
    for field in fields {
        let has_setter = is_sent && !field.facts.read_only;
        let (kind, row) = match has_setter {
            true => ("get", format!("get_{} = {}", plain(&field.name), field.name)),
            false => row(document, field),
        };
        let group = groups.iter_mut().find(|(known, _)| *known == kind);
        group.expect("every kind has a group").1.push(row);
    }
    let groups: Vec<String> = groups
        .iter()
        .filter(|(_, rows)| !rows.is_empty())
        .map(|(kind, rows)| format!("{kind} {}", rows.join(", ")))
        .collect();
    let head = format!("accessors! {{ {name} {place:?};");
    (!groups.is_empty()).then(|| tables::parts(&head, &groups))
}

/// What a method returns, in the order of the macro.
const KINDS: [&str; 5] = ["text", "copy", "ref", "boxed", "get"];

/// A name without the marks that keep it from being a keyword.
fn plain(name: &str) -> &str {
    name.trim_start_matches("r#").trim_end_matches('_')
}

fn row(document: &Document, field: &Field) -> (&'static str, String) {
    let name = &field.name;
    let kind = match &field.ty {
        _ if field.boxed => "boxed",
        Type::String | Type::NumericString => return ("text", name.clone()),
        Type::Bool | Type::Integer | Type::TextInteger | Type::Float | Type::Moment(_) => "copy",
        Type::Enum(id) if document.enumeration(*id).is_integer => "copy",
        _ => "ref",
    };
    (kind, format!("{name}: {}", types::path(document, &field.ty)))
}
