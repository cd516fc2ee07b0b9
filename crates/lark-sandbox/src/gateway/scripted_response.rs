//! Responses that a test scripts, byte for byte.

use bytes::Bytes;
use serde_json::Value;

use crate::http::Response;

/// A response sent as it is, in place of the sandbox's own. Nothing is added to it, no log id either.
#[derive(Clone, Debug)]
pub struct ScriptedResponse {
    status: u16,
    headers: Vec<(String, String)>,
    body: Bytes,
    declared_length: Option<u64>,
}

impl ScriptedResponse {
    /// An empty response.
    ///
    /// # Panics
    /// If `status` is not an HTTP status.
    pub fn new(status: u16) -> Self {
        assert!(http::StatusCode::from_u16(status).is_ok(), "{status} is not an HTTP status");
        Self { status, headers: Vec::new(), body: Bytes::new(), declared_length: None }
    }

    /// A JSON response.
    pub fn json(status: u16, body: &Value) -> Self {
        let response = Self::new(status).header("Content-Type", "application/json; charset=utf-8");
        response.body(body.to_string())
    }

    /// An HTML page, as a gateway in between would send.
    pub fn html(status: u16, page: impl Into<String>) -> Self {
        Self::new(status).header("Content-Type", "text/html").body(page.into())
    }

    /// Adds a header.
    ///
    /// # Panics
    /// If it is not one that HTTP allows.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let allowed =
            http::HeaderName::try_from(name).is_ok() && http::HeaderValue::try_from(value).is_ok();
        assert!(allowed, "{name}: {value:?} is not an HTTP header");
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets the body.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// Declares a `Content-Length` other than that of the body. If it is larger, the connection
    /// closes before all of it has come.
    pub fn declare_length(mut self, length: u64) -> Self {
        self.declared_length = Some(length);
        self
    }

    pub(crate) fn into_response(self) -> Response {
        let Self { status, headers, body, declared_length } = self;
        Response { status, headers, body: body.into(), declared_length, code: None, upgrade: None }
    }
}
