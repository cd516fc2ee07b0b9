//! A rejected call.

use serde_json::{Value, json};

use super::codes::FIELDS;
use super::{ErrorCode, OAuthError};
use crate::spec::Violation;

/// Why a call is rejected.
#[derive(Clone, Debug)]
pub(crate) struct Rejection {
    pub(crate) status: u16,
    pub(crate) code: i64,
    msg: String,
    violations: Vec<Violation>,
    /// Whether the envelope has an `error` object.
    has_error: bool,
    pub(super) headers: Vec<(String, String)>,
}

impl Rejection {
    pub(crate) fn of(code: ErrorCode) -> Self {
        let ErrorCode { status, code, msg } = code;
        let msg = msg.to_owned();
        Self { status, code, msg, violations: Vec::new(), has_error: true, headers: Vec::new() }
    }

    /// A request that does not fit the spec.
    pub(crate) fn of_fields(violations: Vec<Violation>) -> Self {
        Self { violations, ..Self::of(FIELDS) }
    }

    /// A request with one field that does not fit.
    pub(crate) fn of_field(field: &str, value: &str, description: &str) -> Self {
        Self::of_fields(vec![Violation::new(field, value, description)])
    }

    /// The same in the platform's envelope, for the endpoints that are older than OAuth's form.
    pub(crate) fn of_oauth(code: OAuthError) -> Self {
        let OAuthError { status, code, description, .. } = code;
        Self::of(ErrorCode { status, code: code.unwrap_or_default(), msg: description })
    }

    /// The same without an `error` object, as token endpoints have it.
    pub(crate) fn without_error(self) -> Self {
        Self { has_error: false, ..self }
    }

    /// What it says.
    pub(crate) fn reason(&self) -> &str {
        &self.msg
    }

    pub(crate) fn add_header(&mut self, name: &str, value: String) {
        self.headers.push((name.to_owned(), value));
    }

    pub(super) fn with_reason(mut self, reason: &str) -> Self {
        self.msg = format!("{}, ext={reason}", self.msg.trim_end_matches('.'));
        self
    }

    /// The envelope of an error.
    pub(super) fn envelope(&self, log_id: &str) -> Value {
        if !self.has_error {
            return json!({ "code": self.code, "msg": self.msg });
        }
        let mut error = json!({
            "log_id": log_id,
            "troubleshooter": format!(
                "https://open.feishu.cn/search?from=openapi&log_id={log_id}&code={}", self.code
            ),
        });
        if !self.violations.is_empty() {
            error["field_violations"] = self.violations.iter().map(Violation::to_json).collect();
        }
        json!({ "code": self.code, "msg": self.msg, "error": error })
    }
}
