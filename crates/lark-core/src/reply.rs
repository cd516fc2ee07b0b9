//! What a call gives back.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::download::{Download, Origin};
use crate::error::{Cause, Error, Result, Stage};
use crate::pipeline::Call;
use crate::wire::Decode;

/// A value with the head of the HTTP answer it came in: what
/// [`send_full`](crate::Client::send_full) gives.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Response<T> {
    /// The value.
    pub value: T,
    /// HTTP status, headers and log id.
    pub head: Head,
    // Not in the head, which is what came back: this is a part of what was sent.
    pub(crate) idempotency_key: Option<String>,
}

impl<T> Response<T> {
    /// The key under which the platform executes this request only once, the caller's or the one
    /// that the SDK made; `None` if it was sent without.
    #[must_use]
    pub fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }
}

/// The head of an HTTP answer.
#[derive(Clone, Debug)]
pub struct Head {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
}

impl Head {
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

/// The kinds of answer: models, `()` for none, and files.
pub trait Reply: Sized + Send {
    /// Makes the call and reads its answer.
    #[doc(hidden)]
    fn receive(call: &Call<'_>) -> impl Future<Output = Result<(Self, Head)>> + Send;
}

impl<T: Decode + Default> Reply for T {
    async fn receive(call: &Call<'_>) -> Result<(Self, Head)> {
        let mut value = T::default();
        let head = call.json(&mut value).await?;
        Ok((value, head))
    }
}

impl Reply for Download {
    async fn receive(call: &Call<'_>) -> Result<(Self, Head)> {
        let (head, body) = call.file().await?;
        let (core, scope, request) = (call.core, call.scope, &call.request);
        let origin = Origin { core: core.clone(), scope: scope.clone(), request: request.clone() };
        Ok((Download::new(origin, head.clone(), body), head))
    }
}

/// A successful answer as it came: what [`send_raw`](crate::Client::send_raw) gives.
#[derive(Clone)]
pub struct RawAnswer {
    pub(crate) operation: String,
    pub(crate) head: Head,
    pub(crate) body: Bytes,
    /// Whether the body must not be quoted.
    pub(crate) confidential: bool,
    pub(crate) idempotency_key: Option<String>,
}

impl RawAnswer {
    /// HTTP status, headers and log id.
    #[must_use]
    pub fn head(&self) -> &Head {
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

    /// The member `data` as a type of yours.
    ///
    /// # Errors
    /// `data` does not fit the type; the message names the place.
    pub fn data_as<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_value(self.data()?).map_err(|error| self.unreadable(&error))
    }

    fn unreadable(&self, error: &serde_json::Error) -> Error {
        // The error's own text may quote a value.
        let why = match self.confidential {
            true => format!("{:?} error", error.classify()),
            false => error.to_string(),
        };
        let cause = Cause::NotAnEnvelope { why, start: excerpt(&self.body, self.confidential) };
        let error = Error::new(&self.operation, Stage::Decode, cause).with_answer(&self.head);
        error.of_request(self.idempotency_key(), None)
    }
}

impl fmt::Debug for RawAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body = excerpt(&self.body, self.confidential);
        f.debug_struct("RawAnswer").field("head", &self.head).field("body", &body).finish()
    }
}

/// The first bytes of an answer, on one line and quoted, unless they may be secret or somebody's
/// data: what looks like JSON is the platform's own answer, or half of it.
pub(crate) fn excerpt(body: &[u8], confidential: bool) -> String {
    /// Enough to tell whose page it is.
    const LENGTH: usize = 160;
    if confidential || matches!(body.trim_ascii_start(), [b'{' | b'[', ..]) {
        return format!("with {} bytes that are not shown", body.len().min(LENGTH));
    }
    let start = String::from_utf8_lossy(&body[..body.len().min(LENGTH)]);
    let more = if body.len() > LENGTH { "..." } else { "" };
    format!("{start:?}{more}")
}
