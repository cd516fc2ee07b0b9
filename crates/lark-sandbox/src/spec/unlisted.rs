//! Values that an enum of the spec does not list.

use serde_json::Value;

use super::{Kind, Schema};

impl Schema {
    /// The texts and integers in `value` that the spec does not list, and where. The platform adds to
    /// enums at will, so they may be right.
    pub(crate) fn unlisted(&self, field: &str, value: &Value, out: &mut Vec<(String, String)>) {
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
    pub(crate) fn unlisted_text(&self, field: &str, text: &str, out: &mut Vec<(String, String)>) {
        let mut texts = self.choices().peekable();
        let mut numbers = self.integer_choices().peekable();
        let has_list = texts.peek().is_some() || numbers.peek().is_some();
        let is_listed = texts.any(|it| it == text) || numbers.any(|it| it.to_string() == text);
        if has_list && !is_listed && !text.is_empty() && !field.ends_with("_id_type") {
            out.push((field.to_owned(), text.chars().take(64).collect()));
        }
    }
}
