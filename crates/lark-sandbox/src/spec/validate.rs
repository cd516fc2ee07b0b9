//! Whether a value fits a schema.
//!
//! Written here and not taken from a JSON Schema crate, because the specs use a dozen keywords only
//! while the sandbox needs what such crates do not give: paths in the platform's spelling, numbers
//! that travel as text, null as absent, and unknown properties refused. It also needs no compiling.

use serde_json::Value;

use super::{Kind, Schema};
use crate::spec::Violation;

impl Schema {
    /// Everything about `value` that this schema does not allow; fields are named from here on.
    pub fn check(&self, value: &Value) -> Vec<Violation> {
        let mut violations = Vec::new();
        check(*self, "", value, &mut violations);
        violations
    }
}

fn check(schema: Schema, field: &str, value: &Value, out: &mut Vec<Violation>) {
    match (schema.kind(), value) {
        (Kind::Any, _) | (Kind::Boolean, Value::Bool(_)) | (Kind::Number, Value::Number(_)) => {}
        (Kind::Integer, Value::Number(number)) if number.is_i64() || number.is_u64() => {}
        (Kind::Text | Kind::TextInteger | Kind::File, Value::String(text)) => {
            check_text(schema, field, text, out);
        }
        (Kind::List, Value::Array(elements)) => {
            let Some(items) = schema.items() else { return };
            for (index, element) in elements.iter().enumerate() {
                check(items, &format!("{field}[{index}]"), element, out);
            }
        }
        (Kind::Map, Value::Object(entries)) => {
            let Some(values) = schema.values() else { return };
            for (key, entry) in entries {
                check(values, &join(field, key), entry, out);
            }
        }
        (Kind::Object, Value::Object(_)) => check_object(schema, field, value, out),
        (kind, _) => out.push(Violation::new(
            field,
            brief(value),
            format!("expected {}, got {}", expected(kind), json_type(value)),
        )),
    }
}

fn check_object(schema: Schema, field: &str, value: &Value, out: &mut Vec<Violation>) {
    for name in schema.required() {
        // Java's and Node's null is an absent field.
        if value.get(name).is_none_or(Value::is_null) {
            out.push(Violation::new(join(field, name), "", format!("{name} is required")));
        }
    }
    // A model that names no property is free-form.
    if schema.properties().next().is_none() {
        return;
    }
    for (name, entry) in value.as_object().into_iter().flatten() {
        match schema.property(name) {
            Some(_) if entry.is_null() => {}
            Some(property) => check(property, &join(field, name), entry, out),
            None => out.push(Violation::new(join(field, name), brief(entry), "unknown field")),
        }
    }
}

/// A scalar that travels as text: a parameter, a form field or a JSON string.
pub(crate) fn check_text(schema: Schema, field: &str, text: &str, out: &mut Vec<Violation>) {
    let fits = match schema.kind() {
        Kind::TextInteger | Kind::Integer => is_integer(text),
        Kind::Number => text.parse::<f64>().is_ok_and(f64::is_finite),
        // Python writes booleans with a capital.
        Kind::Boolean => matches!(text, "true" | "false" | "True" | "False"),
        _ => true,
    };
    if !fits {
        let description = format!("expected {}, got {text:?}", expected(schema.kind()));
        out.push(Violation::new(field, text, description));
    } else if schema.choices().next().is_some() && !schema.choices().any(|choice| choice == text) {
        let listed: Vec<_> = schema.choices().collect();
        out.push(Violation::new(field, text, format!("options: [{}]", listed.join(","))));
    }
}

fn is_integer(text: &str) -> bool {
    !text.starts_with('+') && text.parse::<i64>().is_ok()
}

fn join(field: &str, name: &str) -> String {
    if field.is_empty() { name.to_owned() } else { format!("{field}.{name}") }
}

/// The value as a violation quotes it: short, and nothing nested.
fn brief(value: &Value) -> String {
    match value {
        Value::String(text) => text.chars().take(64).collect(),
        Value::Array(_) | Value::Object(_) => String::new(),
        scalar => scalar.to_string(),
    }
}

fn expected(kind: Kind) -> &'static str {
    match kind {
        Kind::Text | Kind::File => "a string",
        Kind::TextInteger => "a string of digits",
        Kind::Integer => "an integer",
        Kind::Number => "a number",
        Kind::Boolean => "a boolean",
        Kind::List => "an array",
        Kind::Map | Kind::Object => "an object",
        Kind::Any => "anything",
    }
}

fn json_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(number) if number.is_f64() => "a number with a fraction",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
