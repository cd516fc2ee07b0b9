//! The body of a request.

use http::request::Parts;
use http::{HeaderMap, Method};
use serde_json::{Value, json};

use super::form;
use crate::http::{RequestBody, content_type};
use crate::spec::Violation;
use crate::spec::{BodyFormat, Operation, Schema};

/// The body as JSON (of a form: its text fields), or what is wrong with it.
pub(super) fn check(
    operation: &Operation,
    parts: &Parts,
    body: &RequestBody,
) -> Result<Value, Vec<Violation>> {
    match operation.body {
        BodyFormat::Json(schema) => check_json(schema, &parts.headers, body.bytes()),
        BodyFormat::Multipart(schema) => form::check(schema, &parts.headers, body),
        BodyFormat::None => check_absent(&parts.method, body.bytes()),
    }
}

fn check_json(schema: Schema, headers: &HeaderMap, body: &[u8]) -> Result<Value, Vec<Violation>> {
    let kind = content_type(headers);
    if !kind.is_empty() && !kind.starts_with("application/json") {
        let violation = Violation::new("Content-Type", kind, "expected application/json");
        return Err(vec![violation]);
    }
    let value = parse(body)?;
    let violations = schema.check(&value);
    if violations.is_empty() { Ok(value) } else { Err(violations) }
}

/// The body of an operation that takes none. Node's raw requests send `{}` whatever the method,
/// and on GET the platform looks at no body at all.
fn check_absent(method: &Method, body: &[u8]) -> Result<Value, Vec<Violation>> {
    if method == Method::GET {
        return Ok(json!({}));
    }
    let value = parse(body)?;
    let fields = value.as_object().into_iter().flatten();
    let unknown = |(name, _)| Violation::new(name, "", "unknown field");
    let violations: Vec<_> = fields.map(unknown).collect();
    if violations.is_empty() { Ok(value) } else { Err(violations) }
}

fn parse(body: &[u8]) -> Result<Value, Vec<Violation>> {
    if body.trim_ascii().is_empty() {
        return Ok(json!({}));
    }
    serde_json::from_slice(body)
        .map_err(|error| vec![Violation::new("", "", format!("the body is not JSON: {error}"))])
}
