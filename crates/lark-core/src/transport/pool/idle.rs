//! Connections that wait for the next request.

use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::{Instant, sleep_until};

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
    /// `first` is the time until it looks for the first time.
    pub(super) fn start(host: Weak<Host>, first: Duration) {
        let mut reaper = Self(Some(host));
        // Outside of a runtime it is dropped, and started with the next connection.
        let Ok(runtime) = Handle::try_current() else { return };
        let mut next = later(Instant::now(), first);
        runtime.spawn(async move {
            loop {
                sleep_until(next).await;
                match reaper.host().and_then(|host| host.reap()) {
                    Some(time) => next = time,
                    None => break,
                }
            }
            // Another one may have been started.
            reaper.0.take();
        });
    }

    fn host(&self) -> Option<Arc<Host>> {
        self.0.as_ref().and_then(Weak::upgrade)
    }
}

impl Drop for Reaper {
    fn drop(&mut self) {
        if let Some(host) = self.host() {
            host.reaper_stopped();
        }
    }
}
