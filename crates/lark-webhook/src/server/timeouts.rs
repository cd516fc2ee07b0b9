//! The timeouts of a connection: what it waits for, and until when.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use lark_core::__private::lock;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::Notify;
use tokio::time::Instant;

/// Timeouts for the client of a connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timeouts {
    pub(super) header: Duration,
    pub(super) idle: Duration,
}

/// What a connection is waiting for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Waiting {
    /// The first byte.
    FirstByte,
    /// The rest of a request's headers.
    Headers,
    /// The rest of a request's body, which has a timeout of its own.
    Body,
    /// The response, which has timeouts of its own.
    Response,
    /// The client, to read the response and to send the next request.
    NextRequest,
}

/// Shared by the socket, the service and the task of the connection. hyper's own timeout for headers
/// also runs while a connection is idle, so the two timeouts could not differ.
pub(super) struct ConnectionState {
    timeouts: Timeouts,
    current: Mutex<Current>,
    /// Notified when another connection needs its place.
    closed: Notify,
}

struct Current {
    waiting: Waiting,
    since: Instant,
    deadline: Option<Instant>,
    has_unread_body: bool,
}

impl ConnectionState {
    pub(super) fn new(timeouts: Timeouts) -> Self {
        let since = Instant::now();
        Self {
            timeouts,
            current: Mutex::new(Current {
                waiting: Waiting::FirstByte,
                since,
                deadline: since.checked_add(timeouts.header),
                has_unread_body: false,
            }),
            closed: Notify::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Current> {
        lock(&self.current)
    }

    pub(super) fn waiting(&self) -> Waiting {
        self.lock().waiting
    }

    /// When the client times out; `None` while the server has to respond.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.lock().deadline
    }

    /// Whether the last request was answered before all of it was read.
    pub(super) fn has_unread_body(&self) -> bool {
        self.lock().has_unread_body
    }

    fn on_bytes(&self) {
        let mut current = self.lock();
        if matches!(current.waiting, Waiting::FirstByte | Waiting::NextRequest) {
            // The timeout of the first request counts from the start of the connection.
            if current.waiting == Waiting::NextRequest {
                current.since = Instant::now();
                current.deadline = current.since.checked_add(self.timeouts.header);
            }
            current.waiting = Waiting::Headers;
        }
    }

    pub(super) fn on_request(&self) {
        let mut current = self.lock();
        (current.waiting, current.since) = (Waiting::Body, Instant::now());
        current.deadline = None;
    }

    /// All of the request is there.
    pub(super) fn on_body_end(&self) {
        let mut current = self.lock();
        if current.waiting == Waiting::Body {
            current.waiting = Waiting::Response;
        }
    }

    pub(super) fn on_response(&self, has_unread_body: bool) {
        let since = Instant::now();
        let deadline = since.checked_add(self.timeouts.idle);
        *self.lock() = Current { waiting: Waiting::NextRequest, since, deadline, has_unread_body };
    }

    /// Since when it waits for its client; `None` while the server has to respond.
    pub(super) fn waiting_since(&self) -> Option<Instant> {
        let current = self.lock();
        (current.waiting != Waiting::Response).then_some(current.since)
    }

    /// Closes the connection, unless the server has to respond.
    pub(super) fn close(&self) {
        self.closed.notify_one();
    }

    /// Waits until another connection needs the place of this one.
    pub(super) async fn closed(&self) {
        loop {
            self.closed.notified().await;
            if self.waiting_since().is_some() {
                return;
            }
        }
    }
}

/// A socket that records the arrival of bytes.
pub(super) struct TrackedSocket<S> {
    pub(super) socket: S,
    pub(super) state: Arc<ConnectionState>,
}

impl<S: AsyncRead + Unpin> AsyncRead for TrackedSocket<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.socket).poll_read(cx, buffer))?;
        if buffer.filled().len() > before {
            self.state.on_bytes();
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for TrackedSocket<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write_vectored(cx, bytes)
    }
}
