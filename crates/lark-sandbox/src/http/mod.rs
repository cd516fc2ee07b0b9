//! HTTP: the socket, bodies on their way in and out, and what a response is made of.

mod server;

mod request_body;

mod response;

mod response_body;

pub(crate) use request_body::{FormFile, FormPart, FormValue, RequestBody, content_type};
pub(crate) use response::{ErrorCode, OAuthError, Refusal, Response, ResponseBody, codes};
pub(crate) use server::{Dropped, Peer, respond, serve};
