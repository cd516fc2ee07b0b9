//! The answer to an operation without state of its own, made from its response schema.

use bytes::Bytes;
use serde_json::{Value, json};

use super::Answer;
use crate::spec::{Operation, Outcome, Sampler};

/// A success that fits the spec.
pub(crate) fn generic(operation: &Operation) -> Answer {
    match operation.outcome {
        Outcome::File => Answer::file("sample.txt", Bytes::from_static(b"a file of the sandbox\n")),
        Outcome::Json(schema) => Answer::success(schema.map(|schema| {
            let mut data = Sampler::default().sample(schema);
            end_paging(operation, &mut data);
            data
        })),
    }
}

/// Says that this page is the last, or a client that follows pages would never end. Operations
/// whose paging the specs do not describe use the same names.
fn end_paging(operation: &Operation, data: &mut Value) {
    let (has_more, page_token) = operation.paging.unwrap_or((None, "page_token"));
    for name in [has_more.unwrap_or("has_more"), page_token, "next_page_token"] {
        match data.get_mut(name) {
            Some(more @ Value::Bool(_)) => *more = json!(false),
            Some(token @ Value::String(_)) => *token = json!(""),
            _ => {}
        }
    }
}
