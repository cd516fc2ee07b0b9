//! The reply to a push.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};

use super::outcome::EventOutcome;
use crate::wire::JsonWriter;

/// What the router sends back to the platform: an HTTP status and a JSON body.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct EventReply {
    /// 200 if the platform need not push again.
    pub status: StatusCode,
    /// JSON text.
    pub body: Bytes,
    /// What happened to the push.
    pub outcome: EventOutcome,
    kind: PushKind,
}

/// What the sender of a push expects in reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PushKind {
    /// A status.
    Event,
    /// A body that a user waits for. The platform never pushes a callback again.
    Callback,
}

impl EventReply {
    /// The reply to a push. Without a `body` it is the one that its kind and outcome call for.
    pub(super) fn new(kind: PushKind, outcome: EventOutcome, body: Option<String>) -> Self {
        let status = match outcome {
            // The user of a callback whose handler is still running gets the reply that changes nothing.
            EventOutcome::StillRunning if kind == PushKind::Callback => StatusCode::OK,
            _ => outcome.status(),
        };
        let body = match (body, kind) {
            (Some(body), _) => Bytes::from(body),
            _ if status != StatusCode::OK => format!(r#"{{"msg":"{}"}}"#, outcome.as_str()).into(),
            (None, PushKind::Callback) => Bytes::from_static(b"{}"),
            (None, PushKind::Event) => Bytes::from_static(br#"{"msg":"success"}"#),
        };
        Self { status, body, outcome, kind }
    }

    /// The reply to a callback, which a user waits for; `None` for an event, whose sender only wants
    /// to know the status, and if the status is not 200. The long connection has no other place for a
    /// body.
    #[must_use]
    pub fn callback_body(&self) -> Option<&Bytes> {
        let is_reply = self.kind == PushKind::Callback && self.status == StatusCode::OK;
        is_reply.then_some(&self.body)
    }

    /// The reply as an HTTP response, for any web framework that uses the `http` crate.
    #[must_use]
    pub fn into_http(self) -> Response<Bytes> {
        let mut response = Response::new(self.body);
        *response.status_mut() = self.status;
        let json = HeaderValue::from_static("application/json; charset=utf-8");
        response.headers_mut().insert(CONTENT_TYPE, json);
        response
    }
}

/// The body that answers a URL check.
pub(super) fn challenge_body(challenge: &str) -> String {
    let mut out = JsonWriter::default();
    out.raw(r#"{"challenge":"#);
    out.string(challenge);
    out.raw("}");
    out.into_text()
}
