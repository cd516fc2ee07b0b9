//! The answer to a push.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};

use super::outcome::EventOutcome;
use crate::wire::JsonWriter;

/// What goes back to the platform. The body is JSON.
#[derive(Clone, Debug)]
pub struct EventReply {
    /// 200 if the platform need not push again.
    pub status: StatusCode,
    /// JSON text.
    pub body: Bytes,
    /// What became of the push.
    pub outcome: EventOutcome,
}

impl EventReply {
    pub(super) fn new(outcome: EventOutcome) -> Self {
        let body = match outcome {
            _ if outcome.status() != StatusCode::OK => {
                Bytes::from(format!(r#"{{"msg":"{}"}}"#, outcome.as_str()))
            }
            _ => Bytes::from_static(br#"{"msg":"success"}"#),
        };
        Self { status: outcome.status(), body, outcome }
    }

    pub(super) fn challenge(challenge: &str) -> Self {
        let body = JsonWriter::render(|out| {
            out.raw(r#"{"challenge":"#);
            out.string(challenge);
            out.raw("}");
        });
        Self { status: StatusCode::OK, body: body.into(), outcome: EventOutcome::Challenge }
    }

    /// The answer to a callback: `body`, or the one that changes nothing, which is also that of a
    /// callback whose handler goes on.
    fn callback(outcome: EventOutcome, body: Option<String>) -> Self {
        if outcome.status() != StatusCode::OK && outcome != EventOutcome::StillRunning {
            return Self::new(outcome);
        }
        let body = body.map_or(Bytes::from_static(b"{}"), Bytes::from);
        Self { status: StatusCode::OK, body, outcome }
    }

    /// The answer to whichever it was; only a callback has a body of its own.
    pub(super) fn to(is_callback: bool, outcome: EventOutcome, body: Option<String>) -> Self {
        match is_callback {
            true => Self::callback(outcome, body),
            false => Self::new(outcome),
        }
    }

    /// The answer as an HTTP response, for any web framework on the `http` crate.
    #[must_use]
    pub fn into_http(self) -> Response<Bytes> {
        let mut response = Response::new(self.body);
        *response.status_mut() = self.status;
        let json = HeaderValue::from_static("application/json; charset=utf-8");
        response.headers_mut().insert(CONTENT_TYPE, json);
        response
    }
}
