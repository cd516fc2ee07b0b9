//! Whether a request fits the spec of its operation.

mod body;
mod form;
mod params;

use std::collections::BTreeMap;

use http::request::Parts;
use serde_json::Value;

use crate::http::RequestBody;
use crate::platform::{Checks, Params};
use crate::spec::{Operation, Violation};

/// A request, and everything that is wrong with it.
pub(super) struct Checked {
    pub(super) params: Params,
    pub(super) body: Value,
    pub(super) violations: Vec<Violation>,
}

/// Reads the parameters and the body.
pub(super) fn check(
    operation: &Operation,
    parts: &Parts,
    path: BTreeMap<&'static str, String>,
    body: (&RequestBody, Checks),
) -> Checked {
    let query = parts.uri.query().unwrap_or_default();
    let (params, mut violations) = params::check(operation, path, query);
    let (body, more) = body::check(operation, parts, body);
    violations.extend(more);
    Checked { params, body, violations }
}
