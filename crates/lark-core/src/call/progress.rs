//! How far a call has come.

use std::sync::Arc;
use std::time::Duration;

use http::{Method, StatusCode};
use tokio::time::Instant;

use super::report::CallReport;
use crate::error::{Error, Stage};
use crate::util::Secret;
use crate::util::idle::{LONGEST, Pulse};

/// What a call waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Awaited {
    /// Its turn under a rate limit.
    Turn,
    Token,
    Answer,
}

/// What a call remembers from attempt to attempt.
pub(crate) struct Progress {
    started: Instant,
    limit: Duration,
    /// What it waits for now.
    pub(crate) awaited: Awaited,
    /// Of a call that sends files: the limit counts from the last piece that was sent.
    sending: Option<Arc<Pulse>>,
    /// How often the request was sent.
    pub(crate) attempts: u32,
    /// How many of them the retry policy has to answer for.
    pub(crate) retries: u32,
    /// Whether a refused token has been replaced, which is done once.
    pub(crate) renewed: bool,
    /// The token of a user's session that was refused.
    pub(crate) refused: Option<Secret>,
    /// How the attempt before this one ended.
    pub(crate) last: Option<Error>,
    pub(crate) token_wait: Duration,
    pub(crate) limit_wait: Duration,
}

impl Progress {
    pub(crate) fn start(limit: Duration, sending: Option<Arc<Pulse>>) -> Self {
        Self {
            started: Instant::now(),
            limit,
            awaited: Awaited::Answer,
            sending,
            attempts: 0,
            retries: 0,
            renewed: false,
            refused: None,
            last: None,
            token_wait: Duration::ZERO,
            limit_wait: Duration::ZERO,
        }
    }

    /// When the call must have ended, unless a file makes progress until then.
    pub(crate) fn deadline(&self) -> Instant {
        let since = self.sending.as_ref().map_or(self.started, |sending| sending.last());
        since + self.limit.min(LONGEST)
    }

    /// The error of a call that has not ended by its deadline.
    pub(crate) fn overdue(&mut self, operation: &str) -> Error {
        let last = self.last.take();
        match self.awaited {
            Awaited::Turn => last.unwrap_or_else(|| Error::no_turn(operation, self.limit)),
            // Stage "token" means that the call was not sent.
            Awaited::Token if self.attempts == 0 => {
                Error::overdue(operation, Stage::Token, self.limit, last)
            }
            Awaited::Token | Awaited::Answer => {
                Error::overdue(operation, Stage::Send, self.limit, last)
            }
        }
    }

    pub(crate) fn report<'a>(
        &self,
        operation: &'a str,
        method: &'a Method,
        outcome: Result<StatusCode, &'a Error>,
    ) -> CallReport<'a> {
        CallReport {
            operation,
            method,
            outcome,
            attempts: self.attempts,
            latency: self.started.elapsed(),
            token_wait: self.token_wait,
            limit_wait: self.limit_wait,
        }
    }
}
