//! The head of an HTTP response.

use http::{HeaderMap, StatusCode, response};

/// The head of an HTTP response.
#[derive(Clone, Debug)]
pub struct ResponseHead {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
}

impl ResponseHead {
    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The id under which the platform logged the call.
    #[must_use]
    pub fn log_id(&self) -> Option<&str> {
        let header = self.headers.get("x-tt-logid").or_else(|| self.headers.get("x-request-id"));
        header.and_then(|value| value.to_str().ok())
    }
}

impl From<response::Parts> for ResponseHead {
    fn from(parts: response::Parts) -> Self {
        Self { status: parts.status, headers: parts.headers }
    }
}
