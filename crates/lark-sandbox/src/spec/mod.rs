//! The API specs the sandbox carries, for tests that walk them: every operation and event, the
//! schema of its response, and a sample made from that schema.

mod document;
mod error_code;
mod event;
mod format;
pub(crate) mod id_form;
mod named_text;
mod operation;
mod pattern;
mod resource;
mod sample;
mod schema;
pub(crate) mod token_kind;
mod unlisted;
mod uses;
mod validate;
pub(crate) mod violation;

pub(crate) use error_code::known_code;
pub use event::{EventSpec, event, events};
pub(crate) use operation::{
    BodyFormat, Operation, Outcome, Paging, Parameter, Place, index_of, operation,
};
pub(crate) use resource::resource_of;
pub use resource::{Action, Resource, resources};
pub use sample::Sampler;
pub(crate) use sample::tells_of_failure;
pub use schema::{Kind, Schema};
pub(crate) use token_kind::TokenKind;
pub(crate) use validate::check_text;
pub(crate) use violation::{InputPlace, Violation};

use serde_json::Value;

pub use crate::generated::Envelope;

use crate::generated::ROUTES;

/// The ids of all operations, such as `im.v1.message.create`.
pub fn operation_ids() -> impl Iterator<Item = &'static str> {
    ROUTES.iter().map(|(_, _, id, _)| *id)
}

/// The method and path template of an operation: `("GET", "/open-apis/im/v1/messages/{message_id}")`.
pub fn endpoint(operation_id: &str) -> Option<(&'static str, &'static str)> {
    let (method, path, _, _) = ROUTES[index_of(operation_id)?];
    Some((method, path))
}

/// The schema of an operation's `data`, or of what stands beside `code` in its place. None for an unknown
/// operation and for one without `data`.
pub fn response_schema(operation_id: &str) -> Option<Schema> {
    match operation(index_of(operation_id)?).outcome {
        Outcome::Json(schema) => schema,
        Outcome::Flat(schema) => Some(schema),
        Outcome::File => None,
    }
}

/// The schema of an operation's JSON or form body. None for an unknown operation and for one without a body.
pub fn request_schema(operation_id: &str) -> Option<Schema> {
    match operation(index_of(operation_id)?).body {
        BodyFormat::Json(schema) | BodyFormat::Multipart(schema) => Some(schema),
        BodyFormat::None => None,
    }
}

/// A sample of an operation's `data`: every property present, optional ones too, one element in a
/// list unless there have to be more, one key in a map, the first value of an enum, `"1"` for an integer
/// that travels as text, ids and times of the right form. A sandbox leaves out what reports failures.
pub fn sample_response(operation_id: &str) -> Option<Value> {
    Some(Sampler::default().sample(response_schema(operation_id)?))
}
