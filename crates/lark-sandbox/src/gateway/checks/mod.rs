//! Whether a request fits the spec of its operation.

mod body;
mod form;
mod params;

use std::collections::BTreeMap;

use http::request::Parts;
use serde_json::Value;

use crate::http::{Refusal, RequestBody};
use crate::platform::Params;
use crate::spec::Operation;

/// A request that fits.
pub(super) struct Checked {
    pub(super) params: Params,
    pub(super) body: Value,
}

/// The parameters and the body; or everything that is wrong with them.
pub(super) fn check(
    operation: &Operation,
    parts: &Parts,
    path: BTreeMap<&'static str, String>,
    body: &RequestBody,
) -> Result<Checked, Refusal> {
    let query = parts.uri.query().unwrap_or_default();
    let (params, mut violations) = params::check(operation, path, query);
    let body = body::check(operation, parts, body).unwrap_or_else(|more| {
        violations.extend(more);
        Value::Null
    });
    if violations.is_empty() {
        Ok(Checked { params, body })
    } else {
        Err(Refusal::of_fields(violations))
    }
}
