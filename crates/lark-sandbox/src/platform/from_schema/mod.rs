//! Operations without state: their responses are made from their schemas.

mod named;
mod pages;

pub(crate) use pages::ForeignToken;

use bytes::Bytes;
use serde_json::{Value, json};

use super::Call;
use crate::http::{Rejection, Response};
use crate::spec::{Operation, Outcome, Sampler, Schema};

/// A success that fits the spec. A paged operation returns the page that is asked for; what to do with
/// page tokens that are none of this list is up to `tokens`.
pub(super) fn respond(
    operation: &Operation,
    call: &Call,
    tokens: ForeignToken,
) -> Result<Response, Rejection> {
    let mut data = match (operation.outcome, operation.paging) {
        (Outcome::File, _) => {
            let content = Bytes::from_static(b"a file of the sandbox\n");
            return Ok(Response::file("sample.txt", content));
        }
        (Outcome::Flat(schema), _) => {
            let mut fields = Sampler::default().of_success().sample(schema);
            named::take_ids(&mut fields, &call.params.path);
            return Ok(Response::top_level(fields.as_object().cloned().unwrap_or_default()));
        }
        (Outcome::Json(None), _) => None,
        (Outcome::Json(Some(schema)), Some(paging)) => {
            Some(pages::page(operation.id, paging, schema, call, tokens)?)
        }
        (Outcome::Json(Some(schema)), None) => Some(sample(schema)),
    };
    if let Some(data) = &mut data {
        named::take_ids(data, &call.params.path);
    }
    Ok(Response::success(data))
}

/// A sample, as the last page of what has pages.
pub(super) fn sample(schema: Schema) -> Value {
    let mut data = Sampler::default().of_success().sample(schema);
    end_paging(&mut data);
    data
}

/// Says that there is no more, or a client that follows tokens would never end: some operations have
/// the fields of pages and no pages.
fn end_paging(data: &mut Value) {
    for name in ["has_more", "page_token", "next_page_token"] {
        match data.get_mut(name) {
            Some(more @ Value::Bool(_)) => *more = json!(false),
            Some(token @ Value::String(_)) => *token = json!(""),
            _ => {}
        }
    }
}
