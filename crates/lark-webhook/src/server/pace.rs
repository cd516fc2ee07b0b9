//! How long a client may take: when bytes and requests came, and what they leave it to do.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

/// How long a client may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) head: Duration,
    pub(super) idle: Duration,
}

/// What a connection is waiting for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Wait {
    /// The first byte at all.
    Begin,
    /// The rest of a request's head.
    Head,
    /// The answer, which has limits of its own.
    Answer,
    /// The client, to take the answer and to send the next request.
    Next,
}

/// Shared by the socket, the service and whoever closes the connection. hyper's own time-out for heads
/// also runs while a connection is idle, so both would have to be the same.
pub(super) struct Pace {
    limits: Limits,
    now: Mutex<Now>,
}

struct Now {
    wait: Wait,
    deadline: Option<Instant>,
    is_cut: bool,
}

impl Pace {
    pub(super) fn new(limits: Limits) -> Self {
        let deadline = Instant::now().checked_add(limits.head);
        Self { limits, now: Mutex::new(Now { wait: Wait::Begin, deadline, is_cut: false }) }
    }

    fn now(&self) -> std::sync::MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn wait(&self) -> Wait {
        self.now().wait
    }

    /// Until when the client has to do its part; `None` while it has none.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.now().deadline
    }

    /// Whether the last request was answered before it had come in whole.
    pub(super) fn is_cut(&self) -> bool {
        self.now().is_cut
    }

    fn came(&self) {
        let mut now = self.now();
        if matches!(now.wait, Wait::Begin | Wait::Next) {
            // The first request was due from the begin of the connection on.
            if now.wait == Wait::Next {
                now.deadline = Instant::now().checked_add(self.limits.head);
            }
            now.wait = Wait::Head;
        }
    }

    pub(super) fn asked(&self) {
        let mut now = self.now();
        (now.wait, now.deadline) = (Wait::Answer, None);
    }

    pub(super) fn answered(&self, is_cut: bool) {
        let deadline = Instant::now().checked_add(self.limits.idle);
        *self.now() = Now { wait: Wait::Next, deadline, is_cut };
    }
}

/// A socket that tells when bytes come.
pub(super) struct Paced<S> {
    pub(super) socket: S,
    pub(super) pace: Arc<Pace>,
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.socket).poll_read(cx, buffer))?;
        if buffer.filled().len() > before {
            self.pace.came();
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Paced<S> {
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
