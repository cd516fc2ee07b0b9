//! The socket: accepts connections, reads requests, writes answers.

use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, HeaderName, HeaderValue};
use http::request::Parts;
use http::{Request, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::answer::{Answer, Delivery};
use crate::control;
use crate::platform::Platform;

/// Serves until dropped; open connections end with it.
pub(crate) async fn serve(listener: TcpListener, platform: Arc<Platform>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            // A failed accept concerns one client that is gone already.
            accepted = listener.accept() => if let Ok((stream, _)) = accepted {
                connections.spawn(connection(stream, Arc::clone(&platform)));
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(stream: TcpStream, platform: Arc<Platform>) {
    // Best effort: without it answers are slower, not wrong.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| respond(&platform, request));
    let mut http = http1::Builder::new();
    let mut connection =
        http.title_case_headers(true).serve_connection(TokioIo::new(stream), service);
    // A client that goes away, and a body shorter than declared, end here as errors too.
    let Err(error) = (&mut connection).await else { return };
    if error.source().is_some_and(|source| source.is::<Dropped>()) {
        // Best effort: without it the client sees an orderly end in place of a reset.
        let _ = connection.into_parts().io.into_inner().set_zero_linger();
    }
}

async fn respond(
    platform: &Platform,
    request: Request<Incoming>,
) -> Result<Response<Payload>, Box<dyn Error + Send + Sync>> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    Ok(answer(platform, &parts, &body).await?.map(Payload::from))
}

/// The answer to a request, whichever way it came: commands to the sandbox itself, then the platform.
pub(crate) async fn answer(
    platform: &Platform,
    parts: &Parts,
    body: &[u8],
) -> Result<Response<Content>, Dropped> {
    if let Some(answer) = control::answer(platform, parts, body) {
        return Ok(response(answer, None));
    }
    let Delivery { answer, log_id, delay } = platform.answer(parts, body).await;
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    Ok(response(answer.ok_or(Dropped)?, log_id))
}

/// A body, and the length to declare if it is not its own.
pub(crate) struct Content {
    pub(crate) bytes: Bytes,
    pub(crate) declared_length: Option<u64>,
}

/// A connection that ends without an answer because a test wants it so.
#[derive(Debug)]
pub(crate) struct Dropped;

impl fmt::Display for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection is dropped by command")
    }
}

impl Error for Dropped {}

fn response(answer: Answer, log_id: Option<String>) -> Response<Content> {
    let length = answer.declared_length;
    let body = Content { bytes: answer.body, declared_length: length };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(answer.status).expect("statuses are checked");
    let headers = response.headers_mut();
    let log_id = log_id.map(|log_id| ("X-Tt-Logid".to_owned(), log_id));
    for (name, value) in answer.headers.into_iter().chain(log_id) {
        let name = HeaderName::try_from(name).expect("header names are checked");
        headers.append(name, HeaderValue::try_from(value).expect("header values are checked"));
    }
    if let Some(length) = length {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    response
}

/// A body that may hide its length, so that another can be declared.
struct Payload {
    bytes: Option<Bytes>,
    hint: Option<usize>,
    /// How often to wait before the end. A body that ends early is an error, at which hyper drops
    /// what it has not written yet; a pause makes it write.
    pauses: u8,
}

impl From<Content> for Payload {
    fn from(Content { bytes, declared_length }: Content) -> Self {
        match declared_length {
            None => Self { hint: Some(bytes.len()), bytes: Some(bytes), pauses: 0 },
            Some(_) => Self { hint: None, bytes: Some(bytes), pauses: 1 },
        }
    }
}

impl Body for Payload {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Some(bytes) = self.bytes.take().filter(|bytes| !bytes.is_empty()) {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        if self.pauses > 0 {
            self.pauses -= 1;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(None)
    }

    fn size_hint(&self) -> SizeHint {
        self.hint.map_or_else(SizeHint::default, |length| SizeHint::with_exact(length as u64))
    }
}
