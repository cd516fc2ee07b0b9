//! What the platform says when it refuses a call.

use std::fmt;

use serde_json::Value;

/// Codes that ask to slow down: the gateway's, a chat's (im), and the message service's.
const RATE_LIMIT_CODES: [i64; 3] = [GATEWAY_LIMIT, 230_020, 11_232];
/// The limit of an operation for an app and a tenant, in HTTP 429, or 400 from older operations.
const GATEWAY_LIMIT: i64 = 99_991_400;

/// Codes that say the token itself is no good. Missing header (61), tenant (63), app (64),
/// user (68), ill-formed (71), expired user (77).
const TOKEN_CODES: [i64; 6] =
    [99_991_661, 99_991_663, 99_991_664, 99_991_668, 99_991_671, 99_991_677];

/// A refusal in the platform's own form: a code that is not zero, a message, and what helps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiError {
    code: i64,
    msg: String,
    oauth_error: Option<String>,
    log_id: Option<String>,
    troubleshooter: Option<String>,
    field_violations: Vec<FieldViolation>,
    permission_violations: Vec<PermissionViolation>,
}

/// An input the platform did not accept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldViolation {
    /// The input's name or path.
    pub field: String,
    /// What was sent, as far as the platform repeats it.
    pub value: String,
    /// What is wrong with it.
    pub description: String,
}

/// A permission that is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PermissionViolation {
    /// The kind: `action_scope_required` and the like.
    pub kind: String,
    /// The scope: `im:message`.
    pub subject: String,
    /// What the platform says about it.
    pub description: String,
}

impl ApiError {
    /// Reads the `error` member of the envelope, which is an object here and a string on OAuth
    /// endpoints.
    pub(crate) fn new(code: i64, msg: String, error: &Value) -> Self {
        let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
        let list = |key: &str| error[key].as_array().map(Vec::as_slice).unwrap_or_default();
        let optional = |key: &str| error[key].as_str().map(str::to_owned);
        let oauth_error = error.as_str().map(str::to_owned);
        let msg = if msg.is_empty() { oauth_error.clone().unwrap_or_default() } else { msg };
        Self {
            code,
            msg,
            oauth_error,
            log_id: optional("log_id"),
            troubleshooter: optional("troubleshooter"),
            field_violations: list("field_violations")
                .iter()
                .map(|it| FieldViolation {
                    field: text(it, "field"),
                    value: text(it, "value"),
                    description: text(it, "description"),
                })
                .collect(),
            permission_violations: list("permission_violations")
                .iter()
                .map(|it| PermissionViolation {
                    kind: text(it, "type"),
                    subject: text(it, "subject"),
                    description: text(it, "description"),
                })
                .collect(),
        }
    }

    /// A refusal in the words of RFC 6749, without a code.
    pub(crate) fn oauth(error: impl Into<String>, description: impl Into<String>) -> Self {
        Self::new(0, description.into(), &Value::String(error.into()))
    }

    /// The platform's error code. It is 0 only where an OAuth endpoint gives none; see
    /// [`oauth_error`](Self::oauth_error) then.
    #[must_use]
    pub fn code(&self) -> i64 {
        self.code
    }

    /// The platform's message, mostly in English.
    #[must_use]
    pub fn msg(&self) -> &str {
        &self.msg
    }

    /// The error of an OAuth endpoint by its name in RFC 6749 and RFC 8628: `invalid_grant`,
    /// `access_denied`, `slow_down`.
    #[must_use]
    pub fn oauth_error(&self) -> Option<&str> {
        self.oauth_error.as_deref()
    }

    /// A page of the platform that explains this very failure.
    #[must_use]
    pub fn troubleshooter(&self) -> Option<&str> {
        self.troubleshooter.as_deref()
    }

    /// The inputs that were not accepted.
    #[must_use]
    pub fn field_violations(&self) -> &[FieldViolation] {
        &self.field_violations
    }

    /// The permissions that are not there.
    #[must_use]
    pub fn permission_violations(&self) -> &[PermissionViolation] {
        &self.permission_violations
    }

    /// The scopes among the missing permissions.
    pub fn missing_scopes(&self) -> impl Iterator<Item = &str> {
        self.permission_violations.iter().map(|it| it.subject.as_str())
    }

    pub(crate) fn log_id(&self) -> Option<&str> {
        self.log_id.as_deref()
    }

    pub(crate) fn is_gateway_limit(&self) -> bool {
        self.code == GATEWAY_LIMIT
    }

    pub(crate) fn is_rate_limited(&self) -> bool {
        RATE_LIMIT_CODES.contains(&self.code)
    }

    pub(crate) fn is_token_invalid(&self) -> bool {
        TOKEN_CODES.contains(&self.code)
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.oauth_error {
            Some(error) if self.code == 0 && *error == self.msg => f.write_str(error)?,
            Some(error) if self.code == 0 => write!(f, "{error} {:?}", self.msg)?,
            _ => write!(f, "code {} {:?}", self.code, self.msg)?,
        }
        for it in &self.field_violations {
            write!(f, ", {}: {}", it.field, it.description)?;
        }
        let scopes: Vec<_> = self.missing_scopes().collect();
        if !scopes.is_empty() {
            write!(f, ", needs {}", scopes.join(" or "))?;
        }
        Ok(())
    }
}
