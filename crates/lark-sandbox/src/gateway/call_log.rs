//! What is remembered of calls, for observers and for tests that look back.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use crate::spec::TokenKind;

/// The number of calls that are remembered; the oldest give way.
const REMEMBERED: usize = 100_000;

/// A request and its response: nothing that may be secret.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RecordedCall {
    /// When it came, by the sandbox's clock, since the sandbox was started.
    pub at: Duration,
    /// `POST`
    pub method: String,
    /// The path, without the query, and without the id of a hook, which is a secret.
    pub path: String,
    /// The operation; None if no route fits.
    pub operation_id: Option<&'static str>,
    /// The kind of the token it carried; None without one, or with one the sandbox never issued.
    pub token_kind: Option<TokenKind>,
    /// The app of that token. Of a request for tokens, the app whose credentials it held.
    pub app_id: Option<String>,
    /// The tenant of that token. Of a request for tokens, the tenant they are for. None for the
    /// app token of a marketplace app.
    pub tenant_key: Option<String>,
    /// The person of a user token.
    pub open_id: Option<String>,
    /// The HTTP status of the response; 0 if the connection was dropped without one.
    pub status: u16,
    /// The platform's code; None if the response had no envelope.
    pub code: Option<i64>,
    /// The log id of the response; None if a test has scripted it.
    pub log_id: Option<String>,
}

/// The last requests, the oldest first.
#[derive(Default)]
pub(crate) struct CallLog(Mutex<VecDeque<RecordedCall>>);

impl CallLog {
    pub(crate) fn add(&self, call: RecordedCall) {
        let mut calls = crate::lock(&self.0);
        if calls.len() == REMEMBERED {
            calls.pop_front();
        }
        calls.push_back(call);
    }

    pub(crate) fn all(&self) -> Vec<RecordedCall> {
        crate::lock(&self.0).iter().cloned().collect()
    }

    pub(crate) fn of(&self, operation_id: &str) -> Vec<RecordedCall> {
        let calls = crate::lock(&self.0);
        let wanted = calls.iter().filter(|call| call.operation_id == Some(operation_id));
        wanted.cloned().collect()
    }
}
