//! Responses of a fake transport.

use std::future::pending;
use std::time::Duration;

use bytes::Bytes;
use lark_core::http::{HeaderMap, Response, StatusCode};
use lark_core::{Body, TransportError, TransportErrorKind, Value};
use serde_json::json;
use tokio::time::sleep;

/// A response, or what happens in its place. Text is the body of a response of status 200, a pair
/// is a status and a body, an error is that of the transport.
#[derive(Clone, Debug)]
pub struct FakeResponse {
    outcome: Outcome,
    delay: Duration,
}

#[derive(Clone, Debug)]
enum Outcome {
    Response { status: StatusCode, headers: HeaderMap, body: Bytes },
    Error(TransportError),
    Never,
}

impl FakeResponse {
    /// A response with this status and body.
    #[must_use]
    pub fn new(status: u16, body: impl Into<Bytes>) -> Self {
        let status = status.try_into().expect("a status");
        Outcome::Response { status, headers: HeaderMap::new(), body: body.into() }.into()
    }

    /// A success of the platform, with this `data`.
    #[must_use]
    pub fn ok(data: &Value) -> Self {
        Self::new(200, json!({ "code": 0, "msg": "success", "data": data }).to_string())
    }

    /// A tenant token that lives for two hours.
    #[must_use]
    pub fn tenant_token(token: &str) -> Self {
        let body = json!({ "code": 0, "tenant_access_token": token, "expire": 7200 });
        Self::new(200, body.to_string())
    }

    /// No response because of an error.
    #[must_use]
    pub fn error(kind: TransportErrorKind) -> Self {
        TransportError::new(kind, "test").into()
    }

    /// No response, ever.
    #[must_use]
    pub fn never() -> Self {
        Outcome::Never.into()
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        if let Outcome::Response { headers, .. } = &mut self.outcome {
            headers.insert(name, value.parse().expect("the value of a header"));
        }
        self
    }

    /// Comes after this time on tokio's clock.
    #[must_use]
    pub fn after(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    pub(crate) async fn deliver(self) -> Result<Response<Body>, TransportError> {
        // Even the shortest sleep would let the clock move on.
        if !self.delay.is_zero() {
            sleep(self.delay).await;
        }
        match self.outcome {
            Outcome::Never => pending().await,
            Outcome::Error(error) => Err(error),
            Outcome::Response { status, headers, body } => {
                let mut response = Response::new(body.into());
                *response.status_mut() = status;
                *response.headers_mut() = headers;
                Ok(response)
            }
        }
    }
}

impl From<Outcome> for FakeResponse {
    fn from(outcome: Outcome) -> Self {
        Self { outcome, delay: Duration::ZERO }
    }
}

impl From<TransportError> for FakeResponse {
    fn from(error: TransportError) -> Self {
        Outcome::Error(error).into()
    }
}

impl From<&str> for FakeResponse {
    fn from(body: &str) -> Self {
        Self::new(200, body.to_owned())
    }
}

impl From<String> for FakeResponse {
    fn from(body: String) -> Self {
        Self::new(200, body)
    }
}

impl<S: Into<String>> From<(u16, S)> for FakeResponse {
    fn from((status, body): (u16, S)) -> Self {
        Self::new(status, body.into())
    }
}
