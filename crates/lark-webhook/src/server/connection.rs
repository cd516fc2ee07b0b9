//! One connection.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::JoinError;
use tokio::time::{Instant, sleep_until, timeout};

use super::connections::OpenConnection;
use super::routes::{Phase, Routes};
use super::timeouts::{ConnectionState, TrackedSocket, Waiting};
use crate::report::RequestOutcome;
use crate::response_body::WebhookBody;

/// Maximum size of a request's headers, in bytes; the platform's are below 1 KiB.
const MAX_HEADER_SIZE: usize = 32 * 1024;
/// Maximum size of hyper's read buffer, in bytes.
const MAX_BUFFER_SIZE: usize = 64 * 1024;
/// Limits of what is still read from a client whose request was answered before its end.
const LINGER_TIMEOUT: Duration = Duration::from_secs(2);
const MAX_LINGER_SIZE: u64 = 1024 * 1024;

type ResponseFuture =
    Pin<Box<dyn Future<Output = Result<Response<WebhookBody>, Infallible>> + Send>>;

/// Serves a connection until the client or the server closes it.
pub(super) async fn serve(
    socket: TcpStream,
    routes: Arc<Routes>,
    open: OpenConnection,
    _permit: OwnedSemaphorePermit,
) {
    // Best effort: without it responses are slower, not wrong.
    _ = socket.set_nodelay(true);
    let state = Arc::clone(&open.state);
    let service = {
        let (routes, state) = (Arc::clone(&routes), Arc::clone(&state));
        service_fn(move |request| handle(Arc::clone(&routes), Arc::clone(&state), request))
    };
    let io = TokioIo::new(TrackedSocket { socket, state: Arc::clone(&state) });
    let mut http = http1::Builder::new();
    http.header_read_timeout(None).max_header_size(MAX_HEADER_SIZE).max_buf_size(MAX_BUFFER_SIZE);
    let mut connection = http.serve_connection(io, service);

    let mut phase = routes.phase.subscribe();
    let mut closing = pin!(phase.wait_for(|phase| *phase == Phase::Closing));
    let mut closed = pin!(state.closed());
    let mut timer = pin!(sleep_until(Instant::now()));
    let mut is_closing = false;
    let end = poll_fn(|cx| {
        if !is_closing && closing.as_mut().poll(cx).is_ready() {
            is_closing = true;
            Pin::new(&mut connection).graceful_shutdown();
        }
        if let Poll::Ready(end) = connection.poll_without_shutdown(cx) {
            return Poll::Ready(Some(end));
        }
        // hyper keeps waiting for the first request of a connection; none is in progress.
        if is_closing && state.waiting() == Waiting::FirstByte {
            return Poll::Ready(None);
        }
        if closed.as_mut().poll(cx).is_ready() {
            return Poll::Ready(None);
        }
        let Some(deadline) = state.deadline() else { return Poll::Pending };
        if timer.deadline() != deadline {
            timer.as_mut().reset(deadline);
        }
        timer.as_mut().poll(cx).map(|()| None)
    })
    .await;
    match end {
        Some(Ok(())) => {
            linger_close(connection.into_parts().io.into_inner().socket, state.has_unread_body())
                .await
        }
        Some(Err(error)) if error.is_parse() => {
            routes.report(RequestOutcome::Malformed);
            linger_close(connection.into_parts().io.into_inner().socket, true).await;
        }
        // The client is gone.
        Some(Err(_)) => {}
        None if state.waiting() == Waiting::Headers => {
            routes.report(RequestOutcome::HeaderTimedOut)
        }
        None => {}
    }
}

fn handle(
    routes: Arc<Routes>,
    state: Arc<ConnectionState>,
    request: Request<Incoming>,
) -> ResponseFuture {
    state.on_request();
    Box::pin(async move {
        let (parts, body) = request.into_parts();
        let mut body = TrackedBody { body, state: Arc::clone(&state), is_over: false };
        if body.is_end_stream() {
            state.on_body_end();
        }
        let response = routes.handle(Request::from_parts(parts, &mut body)).await;
        state.on_response(!body.is_end_stream());
        Ok(response)
    })
}

/// The body of a request, which records whether it was read to its end.
struct TrackedBody {
    body: Incoming,
    state: Arc<ConnectionState>,
    is_over: bool,
}

impl Body for TrackedBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        self.is_over |= frame.is_none();
        if self.is_end_stream() {
            self.state.on_body_end();
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.is_over || self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Closes a connection such that the client receives the last response: closing a socket while bytes
/// arrive resets the connection, and the response is lost ("lingering close" in nginx).
async fn linger_close(mut socket: TcpStream, has_unread_body: bool) {
    if socket.shutdown().await.is_ok() && has_unread_body {
        let mut rest = socket.take(MAX_LINGER_SIZE);
        // A client that sends more, or for longer, loses the response.
        _ = timeout(LINGER_TIMEOUT, tokio::io::copy(&mut rest, &mut tokio::io::sink())).await;
    }
}

/// Logs the panic of a connection's task, which ends only that connection.
pub(super) fn log_panic(result: Result<(), JoinError>) {
    if let Err(error) = result
        && error.is_panic()
    {
        tracing::error!(target: "lark_webhook", "a connection panicked");
    }
}
