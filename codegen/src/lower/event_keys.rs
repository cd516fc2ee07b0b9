//! Finds the ordering key and the identity of every event.

use crate::error::{Error, Place};
use crate::event_rules::{EventRules, FILE};
use crate::model::{Document, Event, Field, Type};

/// Sets both for every event. An exception whose path its event does not have is an error.
pub(crate) fn mark(document: &mut Document, rules: &EventRules, errors: &mut Vec<Error>) {
    let mut events = std::mem::take(&mut document.events);
    for event in &mut events {
        let exception = rules.exception(&event.id);
        let named = |path: Option<&String>, errors: &mut Vec<Error>| {
            path.and_then(|path| stated(document, event, path, errors))
        };
        let ordering_key = named(exception.and_then(|it| it.ordering_key.as_ref()), errors);
        let identity = named(exception.and_then(|it| it.identity.as_ref()), errors);
        event.ordering_key = ordering_key.or_else(|| first(document, event, rules));
        event.identity = identity;
    }
    document.events = events;
}

fn stated(
    document: &Document,
    event: &Event,
    path: &str,
    errors: &mut Vec<Error>,
) -> Option<Vec<String>> {
    let fields = resolve(document, &event.fields, path);
    if fields.is_none() {
        let expected = format!("the path of a text in {}", event.id);
        errors.push(Error::new(FILE, Place::File, expected, format!("`{path}`")));
    }
    fields
}

fn first(document: &Document, event: &Event, rules: &EventRules) -> Option<Vec<String>> {
    rules.ordering_keys.iter().find_map(|path| {
        let fields = resolve(document, &event.fields, path)?;
        rules.found(path);
        Some(fields)
    })
}

/// The path in Rust names; `None` if it does not lead to a text.
fn resolve(document: &Document, fields: &[Field], path: &str) -> Option<Vec<String>> {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    // A boxed field contains itself, which no event does on the way to its ordering key.
    let field = fields.iter().find(|field| field.wire == name && !field.boxed)?;
    let mut names = vec![field.name.clone()];
    match (&field.ty, rest) {
        (Type::String, None) => {}
        (Type::Model(id), Some(rest)) => {
            names.extend(resolve(document, &document.model(*id).fields, rest)?);
        }
        _ => return None,
    }
    Some(names)
}
