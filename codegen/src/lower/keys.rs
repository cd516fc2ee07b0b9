//! Idempotency keys, which the documents do not mark: they are known by their names.

use super::types::Types;
use crate::load::spec;
use crate::model::{Input, Place, Role, Type};

/// What the platform calls the input under which it executes a repeated request only once.
const NAMES: [&str; 6] =
    ["client_token", "dedupe_key", "idempotency_key", "idempotent_id", "idempotent_key", "uuid"];

/// A name that is a key where the description says so: elsewhere it is the id of the thing itself.
const KEY_IF_DESCRIBED: &str = "unique_id";

/// Marks the key of an operation that writes. Two of them are a mistake: only one can be meant.
pub(crate) fn mark(types: &mut Types<'_>, operation: &spec::Operation, inputs: &mut [Input]) {
    if operation.verb == "get" {
        return;
    }
    let mut keys: Vec<&mut Input> = inputs.iter_mut().filter(|input| is_key(input)).collect();
    if keys.is_empty() || types.namer.names.is_not_key(&operation.id) {
        return;
    }
    keys[0].role = Role::IdempotencyKey;
    if let Some(second) = keys.get(1) {
        let found = format!("`{}` beside `{}`", second.field.wire, keys[0].field.wire);
        let expected = "one idempotency key (see names.toml)";
        types.wrong(&second.field.pointer, expected, &found);
    }
}

fn is_key(input: &Input) -> bool {
    let Input { place, field, .. } = input;
    let is_described = || {
        let description = field.facts.description.as_deref().unwrap_or_default();
        field.wire == KEY_IF_DESCRIBED && description.contains("UUID of the request")
    };
    let is_named = || NAMES.contains(&field.wire.as_str());
    *place != Place::Path && field.ty == Type::String && (is_named() || is_described())
}
