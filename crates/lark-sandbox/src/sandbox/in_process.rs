//! Requests that come without a socket.

use std::error::Error;
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use tokio::io::{AsyncRead, AsyncWrite};

use super::Sandbox;
use crate::http::{Dropped, respond, serve_stream};

impl Sandbox {
    /// Serves a connection that does not come over the sandbox's port, such as one half of
    /// [`tokio::io::duplex`], until it ends. A test with a paused clock can so have long connections, too.
    pub fn serve<S>(&self, stream: S) -> impl Future<Output = ()> + Send + use<S>
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let instance = Arc::clone(&self.instance);
        async move { drop(serve_stream(stream, None, &instance).await) }
    }

    /// Responds to a request without a socket, for tests with a paused clock: tokio's paused time jumps
    /// ahead while a real connection is waited for. Everything else is as over HTTP: the checks, the
    /// counts, codes, limits, and the commands under `/sandbox/v1/`. Of the URL, path and query
    /// count.
    ///
    /// # Errors
    /// Where a fault breaks the connection: [`io::ErrorKind::ConnectionReset`] if no response would
    /// come, [`io::ErrorKind::UnexpectedEof`] if less of its body would come than was declared.
    pub async fn respond(&self, request: Request<Bytes>) -> io::Result<Response<Bytes>> {
        let (parts, body) = request.into_parts();
        let request = Request::from_parts(parts, Full::new(body));
        let (response, _) = respond(&self.instance, request).await.map_err(failure)?;
        let (parts, body) = response.into_parts();
        if body.declared_length.is_some_and(|length| length > body.body.len()) {
            let why = "the answer ends in the middle by command";
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, why));
        }
        Ok(Response::from_parts(parts, body.collect().await?))
    }
}

fn failure(error: Box<dyn Error + Send + Sync>) -> io::Error {
    if error.is::<Dropped>() {
        io::Error::new(io::ErrorKind::ConnectionReset, error.to_string())
    } else {
        io::Error::other(error)
    }
}
