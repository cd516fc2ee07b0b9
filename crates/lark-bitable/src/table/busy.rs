//! Calls that the platform has no time for yet.

use std::time::Duration;

use lark_core::__private::codes;
use lark_core::{Client, Error, Operation, Result, RetryPolicy};
use tokio::time::{Instant, sleep};

/// How long calls are sent again, by default.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// The delays between attempts: the first, and the longest.
const DELAYS: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(5));

/// Whether the platform did nothing, and asks to come again.
fn is_busy(error: &Error) -> bool {
    let is_listed = matches!(
        error.code(),
        Some(
            codes::BASE_WRITE_CONFLICT
                | codes::BASE_NOT_READY
                | codes::BASE_TOO_MANY_REQUESTS
                | codes::BASE_IS_COPIED
        )
    );
    is_listed || error.is_rate_limited()
}

/// The delay before the next attempt; `None` if there is none.
#[derive(Debug)]
pub(super) struct Waiting {
    since: Instant,
    patience: Duration,
    attempts: u32,
}

impl Waiting {
    pub(super) fn new(patience: Duration) -> Self {
        Self { since: Instant::now(), patience, attempts: 0 }
    }

    /// Waits until the call may be sent again; `false` if that is of no use.
    pub(super) async fn wait(&mut self, error: &Error) -> bool {
        let delay = RetryPolicy::default().delays(DELAYS.0, DELAYS.1).delay(self.attempts);
        let delay = delay.max(error.retry_after().unwrap_or_default());
        if !is_busy(error) || self.since.elapsed() + delay > self.patience {
            return false;
        }
        self.attempts += 1;
        sleep(delay).await;
        true
    }
}

/// Sends a request until the platform has time for it. The request must have a key, if its operation
/// has one.
pub(super) async fn send<O: Operation + Clone>(
    client: &Client,
    request: &O,
    patience: Duration,
) -> Result<O::Response> {
    let mut waiting = Waiting::new(patience);
    loop {
        match client.send(request.clone()).await {
            Err(error) if waiting.wait(&error).await => {}
            outcome => return outcome,
        }
    }
}
