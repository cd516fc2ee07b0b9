//! Ends what makes no progress. reqwest has a read timeout too, but counts the time in which a body
//! is sent, and the time in which nobody asked for the next piece.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep, timeout_at};

use super::{Body, TransportError, TransportErrorKind};
use crate::util::idle::{LONGEST, Pulse, moved};

/// Longest silence.
#[derive(Clone, Copy)]
pub(super) struct Limit(Duration);

impl Limit {
    pub(super) fn new(limit: Duration) -> Self {
        Self(limit.min(LONGEST))
    }

    fn error(self) -> TransportError {
        let why = format!("no progress for {:?}", self.0);
        TransportError::new(TransportErrorKind::Timeout, why)
    }

    /// Waits for the head of an answer. While the request's body makes progress, that counts.
    pub(super) async fn head<T>(
        self,
        sending: Option<Arc<Pulse>>,
        head: impl Future<Output = T>,
    ) -> Result<T, TransportError> {
        let mut head = pin!(head);
        let mut until = Instant::now() + self.0;
        loop {
            match timeout_at(until, &mut head).await {
                Ok(head) => return Ok(head),
                Err(_) if moved(&mut until, self.0, sending.as_ref()) => {}
                Err(_) => return Err(self.error()),
            }
        }
    }
}

/// A body that is awaited.
pub(super) struct Listener {
    limit: Limit,
    // Not made before it has to be waited for the first time.
    sleep: Option<Pin<Box<Sleep>>>,
    is_waiting: bool,
}

impl Listener {
    pub(super) fn new(limit: Limit) -> Self {
        Self { limit, sleep: None, is_waiting: false }
    }

    /// Something came.
    pub(super) fn heard(&mut self) {
        self.is_waiting = false;
    }

    /// Nothing came; ready when that has lasted too long.
    pub(super) fn poll_tired(&mut self, cx: &mut Context<'_>) -> Poll<TransportError> {
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep(self.limit.0)));
        if !self.is_waiting {
            self.is_waiting = true;
            sleep.as_mut().reset(Instant::now() + self.limit.0);
        }
        ready!(sleep.as_mut().poll(cx));
        Poll::Ready(self.limit.error())
    }
}

/// A request's body that tells of its progress.
pub(super) struct Watched {
    pub(super) body: Body,
    pub(super) pulse: Arc<Pulse>,
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        self.pulse.beat();
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::time::advance;

    use super::*;

    async fn is_tired(listener: &mut Listener, passed: Duration) -> bool {
        advance(passed).await;
        poll_fn(|cx| Poll::Ready(listener.poll_tired(cx).is_ready())).await
    }

    #[tokio::test(start_paused = true)]
    async fn only_the_time_in_which_somebody_waits_counts() {
        let second = Duration::from_secs(1);
        let mut listener = Listener::new(Limit::new(30 * second));
        assert!(!is_tired(&mut listener, second).await, "it has just begun to wait");
        assert!(!is_tired(&mut listener, 20 * second).await);
        assert!(is_tired(&mut listener, 11 * second).await);
        listener.heard();
        assert!(!is_tired(&mut listener, 90 * second).await, "nobody has asked meanwhile");
        assert!(is_tired(&mut listener, 31 * second).await);
    }
}
