//! Calls that are made again.

use std::time::Duration;

use lark_core::__private::codes;
use lark_core::{Error, Result, RetryPolicy};

/// How often a call gives way when it is asked to try again.
const PATIENCE: u32 = 20;

/// How often failed calls are made again, and after how long.
#[derive(Clone, Copy, Debug)]
pub(super) struct Retries {
    pub(super) most: u32,
    pub(super) first: Duration,
    pub(super) longest: Duration,
}

impl Default for Retries {
    fn default() -> Self {
        let (first, longest) = (Duration::from_millis(500), Duration::from_secs(10));
        Self { most: 4, first, longest }
    }
}

/// When a call may be made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeat {
    /// If it certainly was not executed.
    Refused,
    /// Also if nobody knows: twice is as good as once.
    Always,
}

/// The attempts of one call.
pub(super) struct Attempts {
    retries: Retries,
    repeat: Repeat,
    failed: u32,
    asked: u32,
}

impl Attempts {
    /// Waits until the call may be made again, if there is sense in that; if not, gives the error
    /// back. The client's own retries are within each attempt.
    pub(super) async fn after(&mut self, error: Error) -> Result<()> {
        let (count, most) = match judge(&error) {
            Some(Repeat::Refused) if error.code() == Some(codes::UPLOAD_TRY_AGAIN) => {
                (&mut self.asked, PATIENCE)
            }
            Some(needs) if needs == Repeat::Refused || self.repeat == Repeat::Always => {
                (&mut self.failed, self.retries.most)
            }
            _ => return Err(error),
        };
        *count += 1;
        if *count > most {
            return Err(error);
        }
        let Retries { first, longest, .. } = self.retries;
        let delays = RetryPolicy::default().delays(first, longest);
        tokio::time::sleep(delays.delay(*count - 1)).await;
        Ok(())
    }
}

impl Retries {
    /// Of a call that may be repeated in this case.
    pub(super) fn of(self, repeat: Repeat) -> Attempts {
        Attempts { retries: self, repeat, failed: 0, asked: 0 }
    }
}

/// What it takes to make a call again after this; None if that would not help.
fn judge(error: &Error) -> Option<Repeat> {
    match error.code() {
        Some(codes::UPLOAD_TRY_AGAIN | codes::UPLOAD_CHECKSUM_MISMATCH) => Some(Repeat::Refused),
        _ if error.is_transient() => Some(Repeat::Always),
        _ => None,
    }
}
