//! Reports of calls that have ended, for metrics.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{Method, StatusCode};
use tracing::Span;

use crate::error::Error;
use crate::util::run_hook;

/// A finished call, for metrics: see [`ClientBuilder::on_call`](crate::ClientBuilder::on_call). It
/// contains no secret and no content.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CallReport<'a> {
    /// The operation id, or `METHOD path` of a raw request. Raw requests may have many distinct
    /// paths.
    pub operation: &'a str,
    /// The HTTP method.
    pub method: &'a Method,
    /// The HTTP status of a success, or the error.
    pub outcome: Result<StatusCode, &'a Error>,
    /// Number of attempts.
    pub attempts: u32,
    /// Time from the start to the response, including waits; for a download, to its headers.
    pub latency: Duration,
    /// The part of the latency spent waiting for a token.
    pub token_wait: Duration,
    /// The part of the latency spent waiting for a rate limit.
    pub limit_wait: Duration,
}

impl CallReport<'_> {
    /// The platform's code: 0 for a success, `None` if no response in the platform's format
    /// arrived.
    #[must_use]
    pub fn code(&self) -> Option<i64> {
        match self.outcome {
            Ok(_) => Some(0),
            Err(error) => error.code(),
        }
    }

    /// Records the result of a call in its span.
    pub(crate) fn record(&self, span: &Span) {
        let ms = |duration: Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        span.record("code", self.code());
        span.record("attempts", self.attempts);
        span.record("ms", ms(self.latency));
        span.record("token_wait_ms", ms(self.token_wait));
        span.record("limit_wait_ms", ms(self.limit_wait));
        span.in_scope(|| match self.outcome {
            Ok(status) => tracing::debug!(status = status.as_u16(), "call done"),
            Err(error) => tracing::debug!(%error, "call failed"),
        });
    }
}

/// The user's hook for calls that have ended.
#[derive(Clone, Default)]
pub(crate) struct CallHook(Option<Arc<Hook>>);

type Hook = dyn Fn(&CallReport<'_>) + Send + Sync;

impl CallHook {
    pub(crate) fn new(hook: impl Fn(&CallReport<'_>) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(hook)))
    }

    pub(crate) fn run(&self, report: &CallReport<'_>) {
        if let Some(hook) = &self.0 {
            run_hook("on_call", || hook(report));
        }
    }
}

impl fmt::Debug for CallHook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CallHook")
    }
}
