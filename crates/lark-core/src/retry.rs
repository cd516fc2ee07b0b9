//! Which failures are retried, and when.

use std::time::Duration;

use crate::error::Error;
use crate::util::{LONGEST, random};

/// When a failed call is retried.
///
/// A call that the platform certainly did not execute is retried: no connection, a rate limit. A
/// call that it may have executed (5xx, no complete response) is retried only if repeating it is
/// safe: its method is idempotent (`GET`, `PUT`, `DELETE`), or it carries an idempotency key. The
/// timeout of the call covers everything, including waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    max_retries: u32,
    first_delay: Duration,
    longest_delay: Duration,
    wait_for_rate_limit: bool,
}

impl Default for RetryPolicy {
    /// 2 retries, after about 200 and 400 ms; calls wait for rate limits.
    fn default() -> Self {
        Self {
            max_retries: 2,
            first_delay: Duration::from_millis(200),
            longest_delay: Duration::from_secs(5),
            wait_for_rate_limit: true,
        }
    }
}

impl RetryPolicy {
    /// No retries and no wait for rate limits. Only a token that the platform rejects is still
    /// replaced.
    #[must_use]
    pub fn none() -> Self {
        Self { max_retries: 0, wait_for_rate_limit: false, ..Self::default() }
    }

    /// Maximum number of retries. Waiting for a rate limit does not count as one.
    #[must_use]
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.max_retries = retries;
        self
    }

    /// The delay before the first retry, doubled for each further retry up to `longest`; half of it
    /// is random.
    #[must_use]
    pub fn delays(mut self, first: Duration, longest: Duration) -> Self {
        self.first_delay = first;
        self.longest_delay = longest;
        self
    }

    /// Whether a call that meets a rate limit waits for it to end, in order with all calls of the
    /// same operation and tenant. If not, it fails, and
    /// [`Error::retry_after`](crate::Error::retry_after) is the wait that the platform asks for.
    #[must_use]
    pub fn wait_for_rate_limit(mut self, wait: bool) -> Self {
        self.wait_for_rate_limit = wait;
        self
    }

    /// The delay before the next retry after this number of retries, see [`delays`](Self::delays).
    /// For code that retries more than a single call.
    #[must_use]
    pub fn delay(&self, retries: u32) -> Duration {
        backoff(self.first_delay, self.longest_delay, retries)
    }

    pub(crate) fn waits_for_rate_limit(&self) -> bool {
        self.wait_for_rate_limit
    }

    /// What to do about `error` after this number of retries. `idempotent`: it is safe to execute
    /// the call twice.
    pub(crate) fn next(&self, error: &Error, retries: u32, idempotent: bool) -> Next {
        if error.is_operation_rate_limit() {
            return if self.wait_for_rate_limit { Next::Queue } else { Next::Stop };
        }
        // The limit of a chat, or of a service. It says nothing about other calls of the operation,
        // nor when it ends.
        if error.is_rate_limited() && self.wait_for_rate_limit {
            let wait = error.retry_after().unwrap_or(Duration::from_secs(1));
            return Next::After(wait.saturating_add(self.delay(retries)));
        }
        let safe = error.is_unsent() || (idempotent && error.is_transient());
        if !safe || error.is_rate_limited() || retries >= self.max_retries {
            return Next::Stop;
        }
        let delay = self.delay(retries);
        Next::After(error.retry_after().unwrap_or_default().max(delay))
    }
}

/// What to do with a failed call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Return the error.
    Stop,
    /// Retry after this delay.
    After(Duration),
    /// Retry when the rate limiter of its operation admits it.
    Queue,
}

/// The delay before the attempt after `retries` retries: doubled each time, and half of it random,
/// so that calls that failed together are not retried together.
pub(crate) fn backoff(first: Duration, longest: Duration, retries: u32) -> Duration {
    let whole = first.saturating_mul(1 << retries.min(16)).min(longest).min(LONGEST);
    whole / 2 + (whole / 2).mul_f64(random::share())
}
