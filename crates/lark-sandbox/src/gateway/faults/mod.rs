//! Faults by command: what can go wrong on the way to the platform and back.

mod apply;
mod drift;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::services::{Script, Times};

/// Something that goes wrong with a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault(Kind);

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Status(u16),
    Latency(Duration),
    SlowBody(Duration),
    Reset,
    ResetAfterExecution,
    ResetMidBody,
    TruncatedJson,
    DriftedTypes,
    WrongContentType,
    RateLimited(u64),
    TokenInvalid { code: i64, status: u16 },
    Code { code: i64, status: u16 },
    Hang,
    Handshake { status: i64, code: Option<i64> },
}

impl Fault {
    /// A gateway's page with this status, in place of the platform's response. The request is not
    /// executed.
    ///
    /// # Panics
    /// If it is not an HTTP status.
    pub fn status(status: u16) -> Self {
        assert!(http::StatusCode::from_u16(status).is_ok(), "{status} is not an HTTP status");
        Self(Kind::Status(status))
    }

    /// The request is executed at once and the response sent after this time, which is tokio's: in a test
    /// that pauses it, nobody waits.
    pub fn latency(delay: Duration) -> Self {
        Self(Kind::Latency(delay))
    }

    /// The request is executed; before each piece of the response's body, 64 KiB, this time passes,
    /// which is tokio's.
    pub fn slow_body(pace: Duration) -> Self {
        Self(Kind::SlowBody(pace))
    }

    /// The request is not executed, and no response comes while the client waits.
    pub fn hang() -> Self {
        Self(Kind::Hang)
    }

    /// A long connection is not let in: `Handshake-Status` says why, such as 403 or 514, and
    /// `Handshake-Autherrcode` more, such as 1000040350. For `callback.ws.connect`.
    pub fn refused_upgrade(status: i64, code: Option<i64>) -> Self {
        Self(Kind::Handshake { status, code })
    }

    /// The connection is reset before the request is executed.
    pub fn reset() -> Self {
        Self(Kind::Reset)
    }

    /// The connection is reset when the request has been executed, before any response.
    pub fn reset_after_execution() -> Self {
        Self(Kind::ResetAfterExecution)
    }

    /// The request is executed; the connection ends in the middle of the response's body.
    pub fn reset_mid_body() -> Self {
        Self(Kind::ResetMidBody)
    }

    /// The request is executed; half of the JSON is missing, although the HTTP is in order.
    pub fn truncated_json() -> Self {
        Self(Kind::TruncatedJson)
    }

    /// The request is executed; below `data` (or beside `code`, where there is no `data`) numbers
    /// come as strings, strings of digits as numbers, empty objects as lists and empty lists as
    /// null. Rejections stay as they are.
    pub fn drifted_types() -> Self {
        Self(Kind::DriftedTypes)
    }

    /// The request is executed; the response claims to be `text/plain`.
    pub fn wrong_content_type() -> Self {
        Self(Kind::WrongContentType)
    }

    /// HTTP 429 and 99991400, to be waited out for this number of seconds. The request is not executed.
    pub fn rate_limited(reset: u64) -> Self {
        Self(Kind::RateLimited(reset))
    }

    /// The platform rejects the request in this HTTP status with this code and what the code means, such
    /// as 230002 in 400: the bot is not in the chat. The request is not executed.
    ///
    /// # Panics
    /// If it is not an HTTP status.
    pub fn code(code: i64, status: u16) -> Self {
        assert!(http::StatusCode::from_u16(status).is_ok(), "{status} is not an HTTP status");
        Self(Kind::Code { code, status })
    }

    /// The token is rejected with this HTTP status and code, although it is valid. The request is not
    /// executed.
    ///
    /// # Panics
    /// If it is not an HTTP status.
    pub fn token_invalid(code: i64, status: u16) -> Self {
        assert!(http::StatusCode::from_u16(status).is_ok(), "{status} is not an HTTP status");
        Self(Kind::TokenInvalid { code, status })
    }
}

/// The queue of faults that befall any operation. No operation has this name.
const ANY: &str = "*";

/// The faults in line.
#[derive(Default)]
pub(crate) struct Faults {
    script: Script<Fault>,
    served: AtomicU64,
}

impl Faults {
    /// Lines up a fault for an operation, or for any.
    pub(crate) fn add(&self, operation_id: Option<&'static str>, times: Times, fault: Fault) {
        self.script.add(operation_id.unwrap_or(ANY), times, fault);
    }

    pub(crate) fn clear(&self) {
        self.script.clear_all();
    }

    /// The fault of this request. Those of its operation come before those of any.
    pub(crate) fn next(&self, operation_id: &str) -> Option<Fault> {
        let fault = self.script.next(operation_id).or_else(|| self.script.next(ANY))?;
        self.served.fetch_add(1, Ordering::Relaxed);
        Some(fault)
    }

    pub(crate) fn served(&self) -> u64 {
        self.served.load(Ordering::Relaxed)
    }
}
