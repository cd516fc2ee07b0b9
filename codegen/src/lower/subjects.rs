//! Which field of a payload is the subject of its event, and which one its identity.

use crate::error::{Error, Place};
use crate::event_rules::{EventRules, FILE};
use crate::model::{Document, Event, Field, Type};

/// Sets both for every event; a path that is said of one event and is not there is a mistake.
pub(crate) fn mark(document: &mut Document, rules: &EventRules, errors: &mut Vec<Error>) {
    let mut events = std::mem::take(&mut document.events);
    for event in &mut events {
        let exception = rules.exception(&event.id);
        let named = |path: Option<&String>, errors: &mut Vec<Error>| {
            path.and_then(|path| stated(document, event, path, errors))
        };
        let subject = named(exception.and_then(|it| it.subject.as_ref()), errors);
        let identity = named(exception.and_then(|it| it.identity.as_ref()), errors);
        event.subject = subject.or_else(|| first(document, event, rules));
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
    rules.subjects.iter().find_map(|path| {
        let fields = resolve(document, &event.fields, path)?;
        rules.found(path);
        Some(fields)
    })
}

/// The path in Rust names; `None` if it does not lead to a text.
fn resolve(document: &Document, fields: &[Field], path: &str) -> Option<Vec<String>> {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    // What is boxed contains itself, which no event does on the way to its subject.
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
