//! One connection, from the first byte to the last.

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

use super::pace::{Limits, Pace, Paced, Wait};
use super::site::{Phase, Site};
use crate::body::WebhookBody;
use crate::report::RequestOutcome;

/// The largest head of a request, in bytes; those of the platform are below 1 KiB.
const MAX_HEAD: usize = 32 * 1024;
/// How much hyper keeps of what came and is not read yet.
const BUFFER: usize = 64 * 1024;
/// How long and how much is still taken from a client whose request was answered before its end.
const LINGER: Duration = Duration::from_secs(2);
const LINGER_BYTES: u64 = 1024 * 1024;

type Answering = Pin<Box<dyn Future<Output = Result<Response<WebhookBody>, Infallible>> + Send>>;

/// Serves a connection until the client or the server is done with it.
pub(super) async fn serve(
    socket: TcpStream,
    site: Arc<Site>,
    limits: Limits,
    _permit: OwnedSemaphorePermit,
) {
    // Best effort: without it answers are slower, not wrong.
    _ = socket.set_nodelay(true);
    let pace = Arc::new(Pace::new(limits));
    let service = {
        let (site, pace) = (Arc::clone(&site), Arc::clone(&pace));
        service_fn(move |request| answer(Arc::clone(&site), Arc::clone(&pace), request))
    };
    let io = TokioIo::new(Paced { socket, pace: Arc::clone(&pace) });
    let mut http = http1::Builder::new();
    http.header_read_timeout(None).max_header_size(MAX_HEAD).max_buf_size(BUFFER);
    let mut connection = http.serve_connection(io, service);

    let mut phase = site.phase.subscribe();
    let mut closing = pin!(phase.wait_for(|phase| *phase == Phase::Closing));
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
        // hyper waits on for the first request of a connection, and there is none under way.
        if is_closing && pace.wait() == Wait::Begin {
            return Poll::Ready(None);
        }
        let Some(deadline) = pace.deadline() else { return Poll::Pending };
        if timer.deadline() != deadline {
            timer.as_mut().reset(deadline);
        }
        timer.as_mut().poll(cx).map(|()| None)
    })
    .await;
    match end {
        Some(Ok(())) => part(connection.into_parts().io.into_inner().socket, pace.is_cut()).await,
        Some(Err(error)) if error.is_parse() => {
            site.report(RequestOutcome::Malformed);
            part(connection.into_parts().io.into_inner().socket, true).await;
        }
        // The client is gone.
        Some(Err(_)) => {}
        None if pace.wait() == Wait::Head => site.report(RequestOutcome::HeadTimedOut),
        None => {}
    }
}

fn answer(site: Arc<Site>, pace: Arc<Pace>, request: Request<Incoming>) -> Answering {
    pace.asked();
    Box::pin(async move {
        let (parts, body) = request.into_parts();
        let mut rest = Rest { body, is_over: false };
        let response = site.respond(Request::from_parts(parts, &mut rest)).await;
        pace.answered(!rest.is_end_stream());
        Ok(response)
    })
}

/// The body of a request, which remembers whether it was read to its end.
struct Rest {
    body: Incoming,
    is_over: bool,
}

impl Body for Rest {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        self.is_over |= frame.is_none();
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.is_over || self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Ends a connection so that the client gets to see the last answer: a socket that is closed while
/// bytes arrive resets the connection, and the answer is lost.
async fn part(mut socket: TcpStream, is_cut: bool) {
    if socket.shutdown().await.is_ok() && is_cut {
        let mut rest = socket.take(LINGER_BYTES);
        // Whoever sends more, or for longer, loses the answer.
        _ = timeout(LINGER, tokio::io::copy(&mut rest, &mut tokio::io::sink())).await;
    }
}

/// A hook of the user's can panic; that ends its connection only.
pub(super) fn mourn(ended: Result<(), JoinError>) {
    if let Err(error) = ended
        && error.is_panic()
    {
        tracing::error!(target: "lark_webhook", "a connection panicked");
    }
}
