//! Retries of an upload's calls.

use std::time::Duration;

use lark_core::__private::codes;
use lark_core::{Error, Result, RetryPolicy};

/// Maximum number of retries when the platform asks to try again.
const MAX_TRY_AGAIN: u32 = 20;

/// How failed calls are retried.
#[derive(Clone, Copy, Debug)]
pub(super) struct Retries {
    pub(super) max_retries: u32,
    pub(super) initial_delay: Duration,
    pub(super) max_delay: Duration,
}

impl Default for Retries {
    fn default() -> Self {
        let (initial_delay, max_delay) = (Duration::from_millis(500), Duration::from_secs(10));
        Self { max_retries: 4, initial_delay, max_delay }
    }
}

/// When a call may be retried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RetryWhen {
    /// If it was certainly not executed.
    NotExecuted,
    /// Even if it may have been executed, because repeating it is safe.
    Always,
}

/// The attempts of one call.
pub(super) struct Attempts {
    retries: Retries,
    when: RetryWhen,
    failures: u32,
    try_agains: u32,
}

impl Attempts {
    /// Waits until the call may be retried, or returns the error if it may not. Each attempt includes
    /// the client's own retries.
    pub(super) async fn back_off(&mut self, error: Error) -> Result<()> {
        let (count, max) = match retry_when(&error) {
            Some(RetryWhen::NotExecuted) if error.code() == Some(codes::UPLOAD_TRY_AGAIN) => {
                (&mut self.try_agains, MAX_TRY_AGAIN)
            }
            Some(when) if when == RetryWhen::NotExecuted || self.when == RetryWhen::Always => {
                (&mut self.failures, self.retries.max_retries)
            }
            _ => return Err(error),
        };
        *count += 1;
        if *count > max {
            return Err(error);
        }
        let Retries { initial_delay, max_delay, .. } = self.retries;
        let delays = RetryPolicy::default().delays(initial_delay, max_delay);
        tokio::time::sleep(delays.delay(*count - 1)).await;
        Ok(())
    }
}

impl Retries {
    /// The attempts of a call that may be retried in this case.
    pub(super) fn attempts(self, when: RetryWhen) -> Attempts {
        Attempts { retries: self, when, failures: 0, try_agains: 0 }
    }
}

/// Which calls may be retried after this error; `None` if retrying does not help.
fn retry_when(error: &Error) -> Option<RetryWhen> {
    match error.code() {
        Some(codes::UPLOAD_TRY_AGAIN | codes::UPLOAD_CHECKSUM_MISMATCH) => {
            Some(RetryWhen::NotExecuted)
        }
        _ if error.is_transient() => Some(RetryWhen::Always),
        _ => None,
    }
}
