//! The progress of a call.

use std::sync::Arc;
use std::time::Duration;

use http::{Method, StatusCode};
use tokio::time::Instant;

use super::report::CallReport;
use crate::error::{Error, Stage};
use crate::util::idle::Activity;
use crate::util::{Secret, later};

/// What a call waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WaitingFor {
    RateLimit,
    Token,
    Response,
}

/// What a call keeps from attempt to attempt.
pub(crate) struct Progress {
    started: Instant,
    limit: Duration,
    /// What it waits for now.
    pub(crate) waiting_for: WaitingFor,
    /// For a call that sends files: the limit counts from the last chunk that was sent.
    activity: Option<Arc<Activity>>,
    /// Number of times the request was sent.
    pub(crate) attempts: u32,
    /// Number of retries that count against the retry policy.
    pub(crate) retries: u32,
    /// Whether a rejected token has been replaced, which happens once.
    pub(crate) renewed: bool,
    /// The rejected token of a user's session.
    pub(crate) rejected: Option<Secret>,
    /// The error of the previous attempt.
    pub(crate) last: Option<Error>,
    pub(crate) token_wait: Duration,
    pub(crate) limit_wait: Duration,
}

impl Progress {
    pub(crate) fn start(limit: Duration, activity: Option<Arc<Activity>>) -> Self {
        Self {
            started: Instant::now(),
            limit,
            waiting_for: WaitingFor::Response,
            activity,
            attempts: 0,
            retries: 0,
            renewed: false,
            rejected: None,
            last: None,
            token_wait: Duration::ZERO,
            limit_wait: Duration::ZERO,
        }
    }

    /// When the call ends, unless a file makes progress until then.
    pub(crate) fn deadline(&self) -> Instant {
        let since = self.activity.as_ref().map_or(self.started, |activity| activity.last());
        later(since, self.limit)
    }

    /// The error of a call that has not ended by its deadline.
    pub(crate) fn overdue(&mut self, operation: &str) -> Error {
        let last = self.last.take();
        match self.waiting_for {
            WaitingFor::RateLimit => {
                last.unwrap_or_else(|| Error::not_admitted(operation, self.limit))
            }
            // Stage "token" means that the call was not sent.
            WaitingFor::Token if self.attempts == 0 => {
                Error::overdue(operation, Stage::Token, self.limit, last)
            }
            WaitingFor::Token | WaitingFor::Response => {
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
