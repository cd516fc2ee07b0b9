//! Connections that wait for the next request.

use std::convert::Infallible;
use std::sync::{Arc, Weak};

use tokio::sync::oneshot::Receiver;
use tokio::time::{Instant, timeout_at};

use super::PoolOptions;
use super::connection::Connection;
use super::host::Host;
use crate::util::later;

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

    pub(super) fn is_usable(&self, now: Instant, options: PoolOptions) -> bool {
        now < self.ends(options) && self.connection.is_open()
    }
}

/// Closes kept connections when their time is over, as long as there are any.
pub(super) struct Reaper(Option<Weak<Host>>);

impl Reaper {
    pub(super) fn new(host: Weak<Host>) -> Self {
        Self(Some(host))
    }

    /// Looks at `next` for the first time. `ended` comes when the host is gone, or has another reaper.
    pub(super) async fn run(mut self, mut next: Instant, mut ended: Receiver<Infallible>) {
        while timeout_at(next, &mut ended).await.is_err() {
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
