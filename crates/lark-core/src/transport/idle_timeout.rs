//! Ends transfers without progress. The time to send a body, and the time in which the program
//! does not request the next chunk, do not count.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep};

use super::{TransportError, TransportErrorKind};
use crate::util::idle::{self, Activity};
use crate::util::{LONGEST, later};

/// Longest time without progress.
#[derive(Clone, Copy)]
pub(super) struct IdleTimeout(Duration);

impl IdleTimeout {
    pub(super) fn new(limit: Duration) -> Self {
        Self(limit.min(LONGEST))
    }

    pub(super) fn limit(self) -> Duration {
        self.0
    }

    fn error(self) -> TransportError {
        let why = format!("no progress for {:?}", self.0);
        TransportError::new(TransportErrorKind::Timeout, why)
    }

    /// Waits for the head of a response. Progress of the request's body resets the time.
    pub(super) async fn head<T>(
        self,
        sending: Option<&Activity>,
        head: impl Future<Output = T>,
    ) -> Result<T, TransportError> {
        idle::timeout(self.0, sending, pin!(head)).await.map_err(|_| self.error())
    }
}

/// The time spent waiting for a body.
pub(super) struct IdleTimer {
    limit: IdleTimeout,
    // Created when there is something to wait for.
    sleep: Option<Pin<Box<Sleep>>>,
    is_waiting: bool,
}

impl IdleTimer {
    pub(super) fn new(limit: IdleTimeout) -> Self {
        Self { limit, sleep: None, is_waiting: false }
    }

    /// Data arrived.
    pub(super) fn reset(&mut self) {
        self.is_waiting = false;
    }

    /// No data arrived; ready once that has lasted too long.
    pub(super) fn poll_expired(&mut self, cx: &mut Context<'_>) -> Poll<TransportError> {
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep(self.limit.0)));
        if !self.is_waiting {
            self.is_waiting = true;
            sleep.as_mut().reset(later(Instant::now(), self.limit.0));
        }
        ready!(sleep.as_mut().poll(cx));
        Poll::Ready(self.limit.error())
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::time::advance;

    use super::*;

    async fn is_expired(timer: &mut IdleTimer, passed: Duration) -> bool {
        advance(passed).await;
        poll_fn(|cx| Poll::Ready(timer.poll_expired(cx).is_ready())).await
    }

    #[tokio::test(start_paused = true)]
    async fn only_the_time_spent_waiting_counts() {
        let second = Duration::from_secs(1);
        let mut timer = IdleTimer::new(IdleTimeout::new(30 * second));
        assert!(!is_expired(&mut timer, second).await, "it has just begun to wait");
        assert!(!is_expired(&mut timer, 20 * second).await);
        assert!(is_expired(&mut timer, 11 * second).await);
        timer.reset();
        assert!(!is_expired(&mut timer, 90 * second).await, "nobody has asked meanwhile");
        assert!(is_expired(&mut timer, 31 * second).await);
    }
}
