//! The body of a request.

use http::request::Parts;
use http::{HeaderMap, Method};
use serde_json::{Value, json};

use super::form;
use crate::http::{RequestBody, content_type};
use crate::platform::Checks;
use crate::spec::{BodyFormat, InputPlace, Operation, Schema, Violation};

/// The body as JSON (of a form: its text fields) without what the spec does not have, and what is wrong
/// with it.
pub(super) fn check(
    operation: &Operation,
    parts: &Parts,
    (body, checks): (&RequestBody, Checks),
) -> (Value, Vec<Violation>) {
    let checked = |schema: Schema| match checks {
        Checks::AllButLimits => schema.without_limits(),
        _ => schema,
    };
    match operation.body {
        BodyFormat::Json(schema) => check_json(checked(schema), &parts.headers, body.bytes()),
        BodyFormat::Multipart(schema) => form::check(checked(schema), &parts.headers, body),
        BodyFormat::None => check_absent(&parts.method, body.bytes()),
    }
}

fn check_json(schema: Schema, headers: &HeaderMap, body: &[u8]) -> (Value, Vec<Violation>) {
    let kind = content_type(headers);
    if !kind.is_empty() && !kind.starts_with("application/json") {
        let violation = Violation::new("Content-Type", kind, "expected application/json");
        return (Value::Null, vec![violation]);
    }
    match parse(body) {
        Ok(mut value) => {
            let violations = schema.check(&value);
            schema.prune(&mut value);
            (value, violations)
        }
        Err(violation) => (Value::Null, vec![violation]),
    }
}

/// The body of an operation that takes none. Node's raw requests send `{}` whatever the method,
/// and on GET the platform looks at no body at all.
fn check_absent(method: &Method, body: &[u8]) -> (Value, Vec<Violation>) {
    if method == Method::GET {
        return (json!({}), Vec::new());
    }
    let violations = match parse(body) {
        Ok(value) => {
            let fields = value.as_object().into_iter().flatten();
            fields.map(|(name, _)| Violation::unknown(InputPlace::Body, name, "")).collect()
        }
        Err(violation) => vec![violation],
    };
    (json!({}), violations)
}

fn parse(body: &[u8]) -> Result<Value, Violation> {
    if body.trim_ascii().is_empty() {
        return Ok(json!({}));
    }
    serde_json::from_slice(body)
        .map_err(|error| Violation::new("", "", format!("the body is not JSON: {error}")))
}
