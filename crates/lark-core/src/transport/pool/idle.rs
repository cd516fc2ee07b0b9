//! Connections that wait for the next request.

use std::convert::Infallible;
use std::future::poll_fn;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::sync::oneshot::Receiver;
use tokio::time::{Instant, timeout_at};

use super::PoolOptions;
use super::connection::Connection;
use super::host::Host;
use crate::util::{later, unless};

/// Time after which a kept connection is watched, so that its end is noticed at once. One that is used all
/// the time costs no second task.
const RESTED: Duration = Duration::from_secs(1);

/// A connection that is kept.
pub(super) struct Idle {
    pub(super) connection: Box<Connection>,
    pub(super) since: Instant,
}

impl Idle {
    /// When it is no longer kept.
    pub(super) fn ends(&self, options: PoolOptions) -> Instant {
        later(self.since, options.idle_timeout).min(self.connection.ends(options))
    }

    /// When it is looked at next.
    pub(super) fn due(&self, now: Instant, options: PoolOptions) -> Instant {
        let (rested, ends) = (later(self.since, RESTED), self.ends(options));
        if now < rested { rested.min(ends) } else { ends }
    }

    /// Watches it, if it is time to. Ready if it has ended.
    pub(super) fn watch(&mut self, now: Instant, cx: &mut Context<'_>) -> Poll<()> {
        if now < later(self.since, RESTED) {
            return Poll::Pending;
        }
        self.connection.drive(cx);
        if self.connection.is_open() { Poll::Pending } else { Poll::Ready(()) }
    }

    pub(super) fn is_usable(&self, now: Instant, options: PoolOptions) -> bool {
        now < self.ends(options) && self.connection.is_open()
    }
}

/// Closes kept connections when they end or their time is over, as long as there are any.
pub(super) struct Reaper(Option<Weak<Host>>);

impl Reaper {
    pub(super) fn new(host: Weak<Host>) -> Self {
        Self(Some(host))
    }

    /// Looks at `next` for the first time. `ended` comes when the host is gone, or has another reaper.
    pub(super) async fn run(mut self, mut next: Instant, mut ended: Receiver<Infallible>) {
        loop {
            let watching = poll_fn(|cx| self.host().map_or(Poll::Ready(()), |host| host.watch(cx)));
            if let Ok(Some(_)) = timeout_at(next, unless(&mut ended, watching)).await {
                break;
            }
            match self.host().and_then(|host| host.reap()) {
                Some(time) => next = time,
                None => break,
            }
        }
        self.0 = None;
    }

    fn host(&self) -> Option<Arc<Host>> {
        self.0.as_ref().and_then(Weak::upgrade)
    }
}

impl Drop for Reaper {
    /// Unless it has ended by itself, its runtime has stopped.
    fn drop(&mut self) {
        if let Some(host) = self.host() {
            host.stopped();
        }
    }
}
