//! What became of a request, for metrics.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use lark_core::EventOutcome;
use tokio::time::Instant;

/// Called with each report.
pub(crate) type RequestHook = Arc<dyn Fn(&RequestReport<'_>) + Send + Sync>;

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RequestOutcome {
    /// The router answered it. Its own hook and counters tell the same.
    Push(EventOutcome),
    /// The health check. Status 200, or 503 during the shutdown.
    Health,
    /// No app has this path. Status 404.
    NotFound,
    /// Not POST. Status 405.
    MethodNotAllowed,
    /// The body is larger than the router's `max_body_size`. Status 413.
    TooLarge,
    /// The body did not come in time. Status 408.
    BodyTimedOut,
    /// The body broke off. Status 400, if anybody is there to see it.
    BodyBroken,
    /// The client hung up before the answer. A handler that had begun goes on.
    Abandoned,
    /// The head of the request did not come in time; the server closed the connection.
    HeadTimedOut,
    /// Not HTTP/1.1, or its head is too large. The connection ends with a status of the 400s.
    Malformed,
}

impl RequestOutcome {
    /// The name in snake case, for metrics; that of the router's outcome for a push.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Push(outcome) => outcome.as_str(),
            Self::Health => "health",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::TooLarge => "too_large",
            Self::BodyTimedOut => "body_timed_out",
            Self::BodyBroken => "body_broken",
            Self::Abandoned => "abandoned",
            Self::HeadTimedOut => "head_timed_out",
            Self::Malformed => "malformed",
        }
    }
}

/// One request, as the hook `on_request` sees it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RequestReport<'a> {
    /// What became of it.
    pub outcome: RequestOutcome,
    /// The status of the answer; `None` if there was none, or if it was made below the service.
    pub status: Option<StatusCode>,
    /// The path under which the app was added to the server; empty if it was for no app. Never the
    /// path that a client made up, so that it can be a label.
    pub app: &'a str,
    /// Since the head of the request was read.
    pub elapsed: Duration,
}

/// Sees to it that each request is reported, also one whose client hangs up.
pub(crate) struct Account<'a> {
    hook: Option<&'a RequestHook>,
    app: &'a str,
    since: Instant,
}

impl<'a> Account<'a> {
    pub(crate) fn open(hook: Option<&'a RequestHook>, app: &'a str) -> Self {
        Self { hook, app, since: Instant::now() }
    }

    pub(crate) fn close(mut self, outcome: RequestOutcome, status: Option<StatusCode>) {
        self.tell(outcome, status);
    }

    fn tell(&mut self, outcome: RequestOutcome, status: Option<StatusCode>) {
        if let Some(hook) = self.hook.take() {
            hook(&RequestReport { outcome, status, app: self.app, elapsed: self.since.elapsed() });
        }
    }
}

impl Drop for Account<'_> {
    fn drop(&mut self) {
        self.tell(RequestOutcome::Abandoned, None);
    }
}
