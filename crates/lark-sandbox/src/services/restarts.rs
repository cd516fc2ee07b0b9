//! The platform goes away by command, and comes back.

use std::time::Duration;

use tokio::sync::watch;

/// Tells the server and its connections of restarts.
pub(crate) struct Restarts(watch::Sender<Duration>);

impl Default for Restarts {
    fn default() -> Self {
        Self(watch::Sender::new(Duration::ZERO))
    }
}

impl Restarts {
    /// The platform is away for this time.
    pub(crate) fn begin(&self, down: Duration) {
        self.0.send_replace(down);
    }

    /// The restarts from now on, each with the time that the platform is away.
    pub(crate) fn subscribe(&self) -> watch::Receiver<Duration> {
        self.0.subscribe()
    }
}
