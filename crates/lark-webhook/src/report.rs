//! Request reports, for metrics.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use lark_core::__private::run_hook;
use lark_core::EventOutcome;
use tokio::time::Instant;

/// Called with each report.
pub(crate) type RequestHook = Arc<dyn Fn(&RequestReport<'_>) + Send + Sync>;

/// The outcome of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RequestOutcome {
    /// The router handled it. The router's own hook and counters have the same outcome.
    Push(EventOutcome),
    /// The health check. Status 200, or 503 during the shutdown.
    Health,
    /// No app has this path. Status 404.
    NotFound,
    /// Not POST. Status 405.
    MethodNotAllowed,
    /// The body exceeds the router's `max_body_size`. Status 413.
    TooLarge,
    /// The body did not arrive in time. Status 408.
    BodyTimedOut,
    /// The body ended early. Status 400, if the client is still there.
    BodyIncomplete,
    /// Other bodies take the memory for bodies. Status 503.
    Overloaded,
    /// The client closed the connection before the response. A handler that had begun continues.
    ClientDisconnected,
    /// The headers of the request did not arrive in time; the server closed the connection.
    HeaderTimedOut,
    /// The request is not HTTP/1.1, or its headers are too large. The connection ends with a 4xx
    /// status.
    Malformed,
}

impl RequestOutcome {
    /// The name in snake case, for metrics; for a push, the name of the router's outcome.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Push(outcome) => outcome.as_str(),
            Self::Health => "health",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::TooLarge => "too_large",
            Self::BodyTimedOut => "body_timed_out",
            Self::BodyIncomplete => "body_incomplete",
            Self::Overloaded => "overloaded",
            Self::ClientDisconnected => "client_disconnected",
            Self::HeaderTimedOut => "header_timed_out",
            Self::Malformed => "malformed",
        }
    }
}

/// One request, as passed to the hook `on_request`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RequestReport<'a> {
    /// Its outcome.
    pub outcome: RequestOutcome,
    /// The status of the response; `None` if there was none, or if the HTTP layer wrote it.
    pub status: Option<StatusCode>,
    /// The path at which the app was added to the server; empty if the request was for no app. It is
    /// never a path that a client made up, so it can be used as a label.
    pub app: &'a str,
    /// Time since the headers of the request were read.
    pub elapsed: Duration,
}

/// Reports a request exactly once, even if its client disconnects.
pub(crate) struct ReportGuard<'a> {
    hook: Option<&'a RequestHook>,
    app: &'a str,
    since: Instant,
}

impl<'a> ReportGuard<'a> {
    pub(crate) fn new(hook: Option<&'a RequestHook>, app: &'a str) -> Self {
        Self { hook, app, since: Instant::now() }
    }

    pub(crate) fn finish(mut self, outcome: RequestOutcome, status: Option<StatusCode>) {
        self.report(outcome, status);
    }

    fn report(&mut self, outcome: RequestOutcome, status: Option<StatusCode>) {
        if let Some(hook) = self.hook.take() {
            let elapsed = self.since.elapsed();
            let report = RequestReport { outcome, status, app: self.app, elapsed };
            run_hook("on_request", || hook(&report));
        }
    }
}

impl Drop for ReportGuard<'_> {
    fn drop(&mut self) {
        self.report(RequestOutcome::ClientDisconnected, None);
    }
}
