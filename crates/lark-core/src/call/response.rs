//! What a call returns.

use std::fmt;

use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::{Cause, Error, Result, Stage};
use crate::transport::ResponseHead;

/// A value with the head of the HTTP response it came in: what
/// [`send_full`](crate::Client::send_full) returns.
#[derive(Clone, Debug)]
pub struct Response<T> {
    value: T,
    head: ResponseHead,
    // Not in the head, which is what came back: this is a part of what was sent.
    idempotency_key: Option<String>,
}

impl<T> Response<T> {
    pub(crate) fn new(value: T, head: ResponseHead, idempotency_key: Option<String>) -> Self {
        Self { value, head, idempotency_key }
    }

    /// HTTP status, headers and log id.
    #[must_use]
    pub fn head(&self) -> &ResponseHead {
        &self.head
    }

    /// The value.
    #[must_use]
    pub fn value(&self) -> &T {
        &self.value
    }

    /// The value, without its head.
    #[must_use]
    pub fn into_value(self) -> T {
        self.value
    }

    /// The key under which the platform executes this request only once, the caller's or the one
    /// that the SDK made; `None` if it was sent without.
    #[must_use]
    pub fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }
}

/// A successful response as it came: what [`send_raw`](crate::Client::send_raw) returns.
#[derive(Clone)]
pub struct RawResponse {
    pub(crate) operation: String,
    pub(crate) head: ResponseHead,
    pub(crate) body: Bytes,
    /// Whether the body must not be quoted.
    pub(crate) sensitive: bool,
    pub(crate) idempotency_key: Option<String>,
}

impl RawResponse {
    /// HTTP status, headers and log id.
    #[must_use]
    pub fn head(&self) -> &ResponseHead {
        &self.head
    }

    /// As [`Response::idempotency_key`]. A [`RawRequest`](crate::RawRequest) has none: what its
    /// inputs mean is not known.
    #[must_use]
    pub fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }

    /// The whole body.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The whole body as JSON, for endpoints that put their fields beside `code`.
    ///
    /// # Errors
    /// None in practice: the body was read as JSON before.
    pub fn json(&self) -> Result<Value> {
        serde_json::from_slice(&self.body).map_err(|error| self.unreadable(&error))
    }

    /// The member `data`; `null` if there is none.
    ///
    /// # Errors
    /// As [`json`](Self::json).
    pub fn data(&self) -> Result<Value> {
        Ok(self.json()?["data"].take())
    }

    /// The member `data`, deserialized.
    ///
    /// # Errors
    /// `data` does not fit the type; the message names the place.
    pub fn data_as<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_value(self.data()?).map_err(|error| self.unreadable(&error))
    }

    fn unreadable(&self, error: &serde_json::Error) -> Error {
        // The error's own text may quote a value.
        let why = match self.sensitive {
            true => format!("{:?} error", error.classify()),
            false => error.to_string(),
        };
        let cause = Cause::NotAnEnvelope { why, start: excerpt(&self.body, self.sensitive) };
        let error = Error::new(&self.operation, Stage::Decode, cause).with_response(&self.head);
        error.of_request(self.idempotency_key(), None)
    }
}

impl fmt::Debug for RawResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body = excerpt(&self.body, self.sensitive);
        f.debug_struct("RawResponse").field("head", &self.head).field("body", &body).finish()
    }
}

/// The first bytes of a response, on one line and quoted, unless they may be secret or
/// private data: what looks like JSON is the platform's own response, or half of it.
pub(crate) fn excerpt(body: &[u8], sensitive: bool) -> String {
    /// Enough to recognize the page of a gateway.
    const LENGTH: usize = 160;
    if sensitive || matches!(body.trim_ascii_start(), [b'{' | b'[', ..]) {
        return format!("with {} bytes that are not shown", body.len().min(LENGTH));
    }
    let start = String::from_utf8_lossy(&body[..body.len().min(LENGTH)]);
    let more = if body.len() > LENGTH { "..." } else { "" };
    format!("{start:?}{more}")
}
