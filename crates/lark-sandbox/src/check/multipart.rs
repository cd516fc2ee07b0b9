//! Form bodies. SDKs send the parts in any order, with or without a file name and a content type,
//! and everything that is no file as text.

use bytes::Bytes;
use http::HeaderMap;
use http_body_util::{BodyDataStream, Full};
use multer::Multipart;
use serde_json::{Map, Value, json};

use super::{Violation, body::content_type};
use crate::spec::{Kind, Schema, check_text};

/// The text fields by name, or what is wrong with the form.
pub(super) async fn check(
    schema: Schema,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Value, Vec<Violation>> {
    let kind = content_type(headers);
    let boundary = multer::parse_boundary(kind).map_err(|_| {
        vec![Violation::new("Content-Type", kind, "expected multipart/form-data with a boundary")]
    })?;
    let parts = read(body, boundary).await.map_err(|error| {
        vec![Violation::new("", "", format!("the body is not a form: {error}"))]
    })?;
    check_parts(schema, &parts)
}

type Part = (String, Bytes);

async fn read(body: &[u8], boundary: String) -> Result<Vec<Part>, multer::Error> {
    let body: Full<Bytes> = Full::new(Bytes::copy_from_slice(body));
    let mut form = Multipart::new(BodyDataStream::new(body), boundary);
    let mut parts = Vec::new();
    while let Some(field) = form.next_field().await? {
        let name = field.name().unwrap_or_default().to_owned();
        parts.push((name, field.bytes().await?));
    }
    Ok(parts)
}

fn check_parts(schema: Schema, parts: &[Part]) -> Result<Value, Vec<Violation>> {
    let mut violations = Vec::new();
    let mut fields = Map::new();
    for (name, content) in parts {
        let Some(property) = schema.property(name) else {
            violations.push(Violation::new(name, "", "unknown form field"));
            continue;
        };
        let text = String::from_utf8_lossy(content);
        let file = property.kind() == Kind::File;
        if !file {
            check_text(property, name, &text, &mut violations);
        }
        let value = if file { json!(content.len()) } else { json!(text) };
        if fields.insert(name.clone(), value).is_some() {
            violations.push(Violation::new(name, "", "expected one value, got several"));
        }
    }
    let absent = schema.required().filter(|name| !fields.contains_key(*name));
    violations.extend(absent.map(|name| Violation::new(name, "", format!("{name} is required"))));
    if violations.is_empty() { Ok(Value::Object(fields)) } else { Err(violations) }
}
