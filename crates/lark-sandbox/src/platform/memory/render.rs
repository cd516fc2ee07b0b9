//! A resource as a response shows it.

use serde_json::{Map, Value, json};

use super::entity::Entity;
use super::store::{Collection, Item};
use crate::spec::{Kind, Sampler, Schema};

/// The resource in the form of this response. What requests have said of it is there; what they could
/// have said and have not is absent; the rest is as in a sample of what was just created.
pub(super) fn resource(
    entity: &Entity,
    item: &Item,
    collection: Option<&Collection>,
    may_be_absent: &[&str],
) -> Value {
    let required: Vec<_> = entity.schema.required().collect();
    let mut fields = Map::new();
    for (name, schema) in entity.schema.properties() {
        let known = match entity.id {
            Some(id) if id == name => Some(id_as(schema, &item.id)),
            _ if name == "has_child" && schema.kind() == Kind::Boolean => {
                Some(json!(collection.is_some_and(|it| it.has_child(&item.id))))
            }
            _ => moment(name, schema, item),
        };
        let known = known.or_else(|| fitting(schema, item.said(name)?));
        let value = known.or_else(|| {
            let is_absent = may_be_absent.contains(&name) && !required.contains(&name);
            let sampler = Sampler::numbered(item.number).of_created();
            let is_required = required.contains(&name);
            if is_absent { None } else { sampler.member(schema, name, is_required) }
        });
        if let Some(value) = value {
            fields.insert(name.to_owned(), value);
        }
    }
    Value::Object(fields)
}

/// An id as it travels here.
pub(super) fn id_as(schema: Schema, id: &str) -> Value {
    match schema.kind() {
        Kind::Integer => id.parse::<i64>().map_or_else(|_| json!(id), |number| json!(number)),
        _ => json!(id),
    }
}

/// When it was created or last changed, if this property says it.
fn moment(name: &str, schema: Schema, item: &Item) -> Option<Value> {
    let words: Vec<_> = name.split('_').collect();
    let [what, "time" | "at"] = words[..] else { return None };
    let ms = match what {
        "create" | "created" => item.created_ms,
        "update" | "updated" | "modify" | "modified" => item.updated_ms,
        _ => return None,
    };
    let number = match schema.format()? {
        "unix-ms" => ms,
        "unix-s" => ms / 1000,
        _ => return None,
    };
    Some(if schema.kind() == Kind::Integer { json!(number) } else { json!(number.to_string()) })
}

/// What a request has said, as far as it fits what the response has in this place.
fn fitting(schema: Schema, said: &Value) -> Option<Value> {
    match (schema.kind(), said) {
        (_, Value::Null) => None,
        (Kind::Object, Value::Object(said)) if schema.properties().next().is_some() => {
            Some(object(schema, said))
        }
        (Kind::List, Value::Array(said)) => {
            let items = schema.items()?;
            let fitting: Option<Vec<_>> = said.iter().map(|it| fitting(items, it)).collect();
            fitting.map(Value::Array)
        }
        // Numbers that travel as text in one of the two.
        (Kind::TextInteger | Kind::Text, Value::Number(number)) => Some(json!(number.to_string())),
        (Kind::Integer, Value::String(text)) => text.parse::<i64>().ok().map(|it| json!(it)),
        _ => schema.check(said).is_empty().then(|| said.clone()),
    }
}

fn object(schema: Schema, said: &Map<String, Value>) -> Value {
    let required: Vec<_> = schema.required().collect();
    let mut fields = Map::new();
    for (name, property) in schema.properties() {
        let known = said.get(name).and_then(|it| fitting(property, it));
        let sample = || Sampler::default().of_created().sample_named(property, name);
        let value = known.or_else(|| required.contains(&name).then(sample));
        fields.extend(value.map(|value| (name.to_owned(), value)));
    }
    Value::Object(fields)
}
