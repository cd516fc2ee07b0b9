//! HTTP: the socket, bodies on their way in and out, and what a response is made of.

mod request_body;
mod response;
mod response_body;
mod server;

pub(crate) use request_body::{FormFile, FormPart, FormValue, RequestBody, receive};
pub(crate) use response::{ErrorCode, OAuthError, Refusal, Response, ResponseBody, codes};
pub(crate) use server::{Peer, respond, serve};
