//! HTTP: the socket, bodies on their way in and out, and what a response is made of.

mod server;

mod header_case;

#[cfg(feature = "tls")]
mod tls;

mod peer;

mod request_body;

mod response;

mod response_body;

pub(crate) use header_case::HeaderNames;
pub(crate) use peer::Peer;
pub(crate) use request_body::{FormFile, FormPart, FormValue, RequestBody, content_type};
pub(crate) use response::{ErrorCode, OAuthError, Rejection, Response, ResponseBody, codes};
pub(crate) use server::{Dropped, respond, serve, serve_stream};
#[cfg(feature = "tls")]
pub(crate) use tls::Tls;
