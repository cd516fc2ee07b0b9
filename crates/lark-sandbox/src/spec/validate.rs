//! Whether a value fits a schema.
//!
//! Written here and not taken from a JSON Schema crate, because the specs use a dozen keywords only
//! while the sandbox needs what such crates do not give: paths in the platform's spelling, numbers
//! that travel as text, null as absent, and unknown properties rejected. It also needs no compiling.

use serde_json::Value;

use super::pattern::Pattern;
use super::{Kind, Schema, format};
use crate::spec::{InputPlace, Violation};

impl Schema {
    /// Everything about `value` that this schema does not allow; fields are named from here on. Values
    /// that an enum does not list are allowed, because the platform adds to them at will.
    pub fn check(&self, value: &Value) -> Vec<Violation> {
        let mut violations = Vec::new();
        check(*self, "", value, &mut violations);
        violations
    }

    /// Takes out of a request what the platform ignores: what the spec does not have, and what only
    /// responses have.
    pub(crate) fn prune(&self, value: &mut Value) {
        match (self.kind(), value) {
            (Kind::List, Value::Array(elements)) => {
                let Some(items) = self.items() else { return };
                elements.iter_mut().for_each(|element| items.prune(element));
            }
            (Kind::Map, Value::Object(entries)) => {
                let Some(values) = self.values() else { return };
                entries.values_mut().for_each(|entry| values.prune(entry));
            }
            (Kind::Object, Value::Object(fields)) if self.properties().next().is_some() => {
                let taken = |name: &str| self.property(name).filter(|it| !it.is_read_only());
                fields.retain(|name, _| taken(name).is_some());
                let known = fields.iter_mut().filter_map(|(name, it)| Some((taken(name)?, it)));
                known.for_each(|(property, field)| property.prune(field));
            }
            _ => {}
        }
    }
}

fn check(schema: Schema, field: &str, value: &Value, out: &mut Vec<Violation>) {
    match (schema.kind(), value) {
        (Kind::Any, _) | (Kind::Boolean, Value::Bool(_)) => {}
        (Kind::Number, Value::Number(number)) => check_bounds(schema, field, number.as_f64(), out),
        (Kind::Integer, Value::Number(number)) if number.is_i64() || number.is_u64() => {
            check_bounds(schema, field, number.as_f64(), out);
        }
        (Kind::Text | Kind::TextInteger | Kind::File, Value::String(text)) => {
            check_text(schema, field, text, out);
        }
        (Kind::List, Value::Array(elements)) => {
            check_length(schema, field, elements.len(), "Items", out);
            let Some(items) = schema.items() else { return };
            // The platform does not say which one it is.
            let field = format!("{field}[*]");
            elements.iter().for_each(|element| check(items, &field, element, out));
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
    for name in schema.required().filter(|name| !is_ignored(schema, name)) {
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
            Some(property) if entry.is_null() || property.is_read_only() => {}
            Some(property) => check(property, &join(field, name), entry, out),
            None => out.push(Violation::unknown(InputPlace::Body, join(field, name), brief(entry))),
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
        return;
    }
    match schema.kind() {
        Kind::Text if is_closed(field) => check_choice(schema, field, text, out),
        Kind::Text => check_form(schema, field, text, out),
        Kind::TextInteger | Kind::Integer | Kind::Number => {
            check_bounds(schema, field, text.parse().ok(), out);
        }
        _ => {}
    }
}

/// The kinds of ids are all there will be, and the platform rejects others. Other enums grow.
fn is_closed(field: &str) -> bool {
    field.ends_with("_id_type")
}

fn check_choice(schema: Schema, field: &str, text: &str, out: &mut Vec<Violation>) {
    let listed: Vec<_> = schema.choices().collect();
    if !listed.is_empty() && !listed.contains(&text) {
        out.push(Violation::new(field, text, format!("options: [{}]", listed.join(","))));
    }
}

/// Length, pattern and format of a text.
fn check_form(schema: Schema, field: &str, text: &str, out: &mut Vec<Violation>) {
    check_length(schema, field, text.chars().count(), "Length", out);
    if let Some(format) = schema.format().filter(|format| !format::fits(format, text)) {
        let description = format!("expected {format}, such as {}", format::example(format));
        out.push(Violation::new(field, short(text), description));
    }
    if let Some(pattern) = schema.pattern().filter(|it| !Pattern::new(it).fits(text)) {
        out.push(Violation::new(field, short(text), format!("must match {pattern}")));
    }
}

/// The number of characters or items: `what` is `Length` or `Items`, as in the keywords.
fn check_length(schema: Schema, field: &str, length: usize, what: &str, out: &mut Vec<Violation>) {
    let limit = |side: &str| schema.limit(&format!("{side}{what}"));
    if let Some(least) = limit("min").filter(|least| length < *least) {
        out.push(Violation::new(field, "", format!("the min len is {least}, got {length}")));
    }
    if let Some(most) = limit("max").filter(|most| length > *most) {
        out.push(Violation::new(field, "", format!("the max len is {most}, got {length}")));
    }
}

fn check_bounds(schema: Schema, field: &str, value: Option<f64>, out: &mut Vec<Violation>) {
    let Some(value) = value else { return };
    if let Some(least) = schema.bound("minimum").filter(|least| value < *least) {
        out.push(Violation::new(field, value.to_string(), format!("the min value is {least}")));
    }
    if let Some(most) = schema.bound("maximum").filter(|most| value > *most) {
        out.push(Violation::new(field, value.to_string(), format!("the max value is {most}")));
    }
}

/// A request may leave out what only responses have.
fn is_ignored(schema: Schema, name: &str) -> bool {
    schema.property(name).is_some_and(|property| property.is_read_only())
}

fn short(text: &str) -> String {
    text.chars().take(64).collect()
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
        Value::String(text) => short(text),
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
