//! Requests that come without a socket.

use std::io;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;

use super::Sandbox;
use crate::http::receive;
use crate::http::respond;

impl Sandbox {
    /// Answers a request without a socket, for tests with a paused clock: tokio's paused time jumps
    /// ahead while a real connection is waited for. Everything else is as over HTTP: the checks, the
    /// counts, codes, limits, and the commands under `/sandbox/v1/`. Of the URL, path and query
    /// count.
    ///
    /// # Errors
    /// Where a fault breaks the connection: [`io::ErrorKind::ConnectionReset`] if no answer would
    /// come, [`io::ErrorKind::UnexpectedEof`] if less of its body would come than was declared.
    pub async fn respond(&self, request: Request<Bytes>) -> io::Result<Response<Bytes>> {
        let (parts, body) = request.into_parts();
        let body = receive(&self.platform.disk, &parts, Full::new(body)).await;
        let body = body.map_err(io::Error::other)?;
        let answer = respond(&self.platform, &parts, body).await;
        let answer = answer.map_err(|dropped| {
            io::Error::new(io::ErrorKind::ConnectionReset, dropped.to_string())
        })?;
        let (parts, content) = answer.into_parts();
        if content.declared_length.is_some_and(|length| length > content.body.len()) {
            let why = "the answer ends in the middle by command";
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, why));
        }
        Ok(Response::from_parts(parts, content.collect().await?))
    }
}
