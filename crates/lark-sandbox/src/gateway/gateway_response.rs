//! What goes back over the connection, and when.

use std::time::Duration;

use crate::http::Response;

/// A response on its way, or none.
pub(crate) struct GatewayResponse {
    /// None: the connection is dropped instead.
    pub(crate) response: Option<Response>,
    /// None in a response that is not the platform's own.
    pub(crate) log_id: Option<String>,
    /// How long to wait before it goes.
    pub(crate) delay: Duration,
    /// How long to wait before each piece of its body.
    pub(crate) pause: Duration,
}

impl GatewayResponse {
    /// A response of the platform.
    pub(super) fn of(response: Response, log_id: &str) -> Self {
        Self { log_id: Some(log_id.to_owned()), ..Self::foreign(response) }
    }

    /// A response that a test has scripted, or that seems to come from a gateway.
    pub(super) fn foreign(response: Response) -> Self {
        Self { response: Some(response), ..Self::dropped() }
    }

    /// No response at all.
    pub(super) fn dropped() -> Self {
        Self { response: None, log_id: None, delay: Duration::ZERO, pause: Duration::ZERO }
    }
}
