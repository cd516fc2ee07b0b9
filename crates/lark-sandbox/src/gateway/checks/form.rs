//! Form bodies. SDKs send the parts in any order, with or without a file name and a content type,
//! and everything that is no file as text.

use http::HeaderMap;
use serde_json::{Map, Value, json};

use crate::http::{FormPart, FormValue, RequestBody, content_type};
use crate::spec::{InputPlace, Schema, Violation, check_text};

/// The text fields by name, of files their size; and what is wrong with the form.
pub(super) fn check(
    schema: Schema,
    headers: &HeaderMap,
    body: &RequestBody,
) -> (Value, Vec<Violation>) {
    let violation = match body {
        RequestBody::Form(parts) => return check_parts(schema, parts),
        RequestBody::Malformed(error) => {
            Violation::new("", "", format!("the body is not a form: {error}"))
        }
        RequestBody::Bytes(_) => {
            let expected = "expected multipart/form-data with a boundary";
            Violation::new("Content-Type", content_type(headers), expected)
        }
    };
    (Value::Null, vec![violation])
}

fn check_parts(schema: Schema, parts: &[FormPart]) -> (Value, Vec<Violation>) {
    let mut violations = Vec::new();
    let mut fields = Map::new();
    for FormPart { name, value } in parts {
        let Some(property) = schema.property(name) else {
            violations.push(Violation::unknown(InputPlace::Form, name, ""));
            continue;
        };
        let value = match value {
            FormValue::File(file) => json!(file.file.size),
            FormValue::Text(text) => {
                let text = String::from_utf8_lossy(text);
                check_text(property, name, &text, &mut violations);
                json!(text)
            }
        };
        if fields.insert(name.clone(), value).is_some() {
            violations.push(Violation::new(name, "", "expected one value, got several"));
        }
    }
    let is_read_only = |name: &str| schema.property(name).is_some_and(|it| it.is_read_only());
    let required = schema.required().filter(|name| !is_read_only(name));
    let absent = required.filter(|name| !fields.contains_key(*name));
    violations.extend(absent.map(|name| Violation::new(name, "", format!("{name} is required"))));
    (Value::Object(fields), violations)
}
