//! Values that an enum of the spec does not list.

use serde_json::Value;

use super::{Kind, Schema, Violation};

impl Schema {
    /// The texts and integers in `value` that the spec does not list, and where. The platform adds to
    /// enums at will, so they may be right.
    pub(crate) fn unlisted(&self, field: &str, value: &Value, out: &mut Vec<Violation>) {
        match (self.kind(), value) {
            (Kind::List, Value::Array(elements)) => {
                let Some(items) = self.items() else { return };
                elements.iter().for_each(|it| items.unlisted(&format!("{field}[*]"), it, out));
            }
            (Kind::Object, Value::Object(fields)) => {
                for (name, value) in fields {
                    let Some(property) = self.property(name) else { continue };
                    let place =
                        if field.is_empty() { name.clone() } else { format!("{field}.{name}") };
                    property.unlisted(&place, value, out);
                }
            }
            (_, Value::String(text)) => self.unlisted_text(field, text, out),
            (_, Value::Number(number)) => self.unlisted_text(field, &number.to_string(), out),
            _ => {}
        }
    }

    /// The same for a scalar that travels as text. Kinds of ids are rejected anyway.
    pub(crate) fn unlisted_text(&self, field: &str, text: &str, out: &mut Vec<Violation>) {
        let numbers = self.integer_choices().map(|it| it.to_string());
        let listed: Vec<_> = self.choices().map(str::to_owned).chain(numbers).collect();
        let is_unlisted = !listed.is_empty() && !listed.iter().any(|it| it == text);
        if is_unlisted && !text.is_empty() && !field.ends_with("_id_type") {
            let value: String = text.chars().take(64).collect();
            out.push(Violation::new(field, value, format!("options: [{}]", listed.join(","))));
        }
    }
}
