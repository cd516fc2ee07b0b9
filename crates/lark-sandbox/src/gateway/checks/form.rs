//! Form bodies. SDKs send the parts in any order, with or without a file name and a content type,
//! and everything that is no file as text.

use http::HeaderMap;
use serde_json::{Map, Value, json};

use crate::http::{FormPart, FormValue, RequestBody, content_type};
use crate::spec::Violation;
use crate::spec::{Schema, check_text};

/// The text fields by name, of files their size; or what is wrong with the form.
pub(super) fn check(
    schema: Schema,
    headers: &HeaderMap,
    body: &RequestBody,
) -> Result<Value, Vec<Violation>> {
    match body {
        RequestBody::Form(parts) => check_parts(schema, parts),
        RequestBody::Malformed(error) => {
            Err(vec![Violation::new("", "", format!("the body is not a form: {error}"))])
        }
        RequestBody::Bytes(_) => {
            let expected = "expected multipart/form-data with a boundary";
            Err(vec![Violation::new("Content-Type", content_type(headers), expected)])
        }
    }
}

fn check_parts(schema: Schema, parts: &[FormPart]) -> Result<Value, Vec<Violation>> {
    let mut violations = Vec::new();
    let mut fields = Map::new();
    for FormPart { name, value } in parts {
        let Some(property) = schema.property(name) else {
            violations.push(Violation::new(name, "", "unknown form field"));
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
    let absent = schema.required().filter(|name| !fields.contains_key(*name));
    violations.extend(absent.map(|name| Violation::new(name, "", format!("{name} is required"))));
    if violations.is_empty() { Ok(Value::Object(fields)) } else { Err(violations) }
}
