//! Which failures are worth another attempt.

use std::time::Duration;

use crate::error::Error;
use crate::util::random;

/// When a failed call is made again.
///
/// A call that the platform certainly did not execute is repeated: no connection, a rate limit. One
/// that it may have executed (5xx, no whole response) is repeated only if that does no harm: its method
/// is idempotent (`GET`, `PUT`, `DELETE`), or it carries an idempotency key. The timeout of the call
/// bounds everything, waiting included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    max_retries: u32,
    first_delay: Duration,
    longest_delay: Duration,
    wait_for_rate_limit: bool,
}

impl Default for RetryPolicy {
    /// 2 retries, after about 200 and 400 ms; rate limits are waited for.
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
    /// Every call is made once, whatever comes of it. Only a token that the platform does not accept
    /// is still replaced.
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

    /// The delay before the first retry, doubled for each further one up to `longest`; half of it is
    /// random.
    #[must_use]
    pub fn delays(mut self, first: Duration, longest: Duration) -> Self {
        self.first_delay = first;
        self.longest_delay = longest;
        self
    }

    /// Whether a call that meets a rate limit waits for its end, in order with all calls of the
    /// same operation and tenant. If not, it fails, and says in
    /// [`Error::retry_after`](crate::Error::retry_after) how long the platform wants it to wait.
    #[must_use]
    pub fn wait_for_rate_limit(mut self, wait: bool) -> Self {
        self.wait_for_rate_limit = wait;
        self
    }

    /// The delay before the next retry, after `retries` of them, as the client computes it: see
    /// [`delays`](Self::delays). For those who repeat more than one call.
    #[must_use]
    pub fn delay(&self, retries: u32) -> Duration {
        backoff(self.first_delay, self.longest_delay, retries)
    }

    pub(crate) fn waits_for_rate_limit(&self) -> bool {
        self.wait_for_rate_limit
    }

    /// What to do about `error`, after `retries` of them. `idempotent`: executing the call twice is
    /// as good as once.
    pub(crate) fn next(&self, error: &Error, retries: u32, idempotent: bool) -> Next {
        if error.is_operation_rate_limit() {
            return if self.wait_for_rate_limit { Next::Queue } else { Next::Stop };
        }
        // A chat's limit, or a service's. It says nothing about other calls of the operation, and
        // does not say when it ends.
        if error.is_rate_limited() && self.wait_for_rate_limit {
            let wait = error.retry_after().unwrap_or(Duration::from_secs(1));
            return Next::After(wait + self.delay(retries));
        }
        let safe = error.is_unsent() || (idempotent && error.is_transient());
        if !safe || error.is_rate_limited() || retries >= self.max_retries {
            return Next::Stop;
        }
        let delay = self.delay(retries);
        Next::After(error.retry_after().unwrap_or_default().max(delay))
    }
}

/// What becomes of a call that has failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// It has failed.
    Stop,
    /// It is made again after this delay.
    After(Duration),
    /// It is made again when the rate limiter of its operation admits it.
    Queue,
}

/// A delay for the attempt after `retries` retries: doubled each time, and half of it random, so that
/// calls which failed together do not come back together.
pub(crate) fn backoff(first: Duration, longest: Duration, retries: u32) -> Duration {
    let whole = first.saturating_mul(1 << retries.min(16)).min(longest);
    whole / 2 + (whole / 2).mul_f64(random::share())
}
