//! What goes back over the connection, and when.

use std::time::Duration;

use crate::http::Response;

/// An answer on its way.
pub(crate) struct GatewayResponse {
    /// None: the connection is dropped instead.
    pub(crate) answer: Option<Response>,
    /// None in an answer that is not the platform's own.
    pub(crate) log_id: Option<String>,
    /// How long to wait before it goes.
    pub(crate) delay: Duration,
    /// How long to wait before each piece of its body.
    pub(crate) pace: Duration,
}

impl GatewayResponse {
    /// An answer of the platform.
    pub(crate) fn of(answer: Response, log_id: &str) -> Self {
        Self { log_id: Some(log_id.to_owned()), ..Self::foreign(answer) }
    }

    /// An answer that a test dictated, or that seems to come from a gateway.
    pub(crate) fn foreign(answer: Response) -> Self {
        Self { answer: Some(answer), log_id: None, delay: Duration::ZERO, pace: Duration::ZERO }
    }

    /// No answer at all.
    pub(crate) fn dropped() -> Self {
        Self { answer: None, log_id: None, delay: Duration::ZERO, pace: Duration::ZERO }
    }
}
