//! Errors that the platform reports.

use std::fmt;

use serde_json::Value;

use super::codes::{self, Meaning};
use super::quote::{Quote, blank};
use super::scopes::{self, App, ScopeHint};
use crate::operation::OperationFacts;

/// Most rejected inputs, other details and scopes that `Display` names.
const MOST_VIOLATIONS: usize = 10;

/// An error in the platform's own format: a code other than zero, a message, and details.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiError {
    code: i64,
    msg: String,
    oauth_error: Option<String>,
    log_id: Option<String>,
    troubleshooter: Option<String>,
    details: Vec<ErrorDetail>,
    field_violations: Vec<FieldViolation>,
    permission_violations: Vec<PermissionViolation>,
    /// For a missing scope.
    hint: Option<Box<ScopeHint>>,
}

/// What the platform says about an error besides its message, such as the rule that a request breaks.
/// `Debug` does not show the value.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ErrorDetail {
    /// What it is about.
    pub key: String,
    /// The text; JSON if it is not one; empty where responses contain secrets.
    pub value: String,
}

/// An input that the platform rejected. `Debug` does not show its value.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldViolation {
    /// The input's name or path.
    pub field: String,
    /// The value that was sent, if the platform repeats it; empty where responses contain secrets.
    pub value: String,
    /// What is wrong with it.
    pub description: String,
}

/// A missing permission.
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
    /// Reads the `error` member of the envelope, which is an object, or a string on OAuth
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
            details: list("details")
                .iter()
                .map(|it| ErrorDetail {
                    key: text(it, "key"),
                    value: match &it["value"] {
                        Value::Null => String::new(),
                        Value::String(value) => value.clone(),
                        other => other.to_string(),
                    },
                })
                .collect(),
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
            hint: None,
        }
    }

    /// The same error with what is known about a missing scope: the scopes of the operation, if the
    /// platform names none, and where they are granted.
    pub(crate) fn explain(
        mut self,
        error: &Value,
        facts: Option<OperationFacts>,
        app: App<'_>,
    ) -> Self {
        if let Some(whose @ (Meaning::AppScope | Meaning::UserScope)) = self.meaning() {
            // They become a part of a URL.
            let is_mark =
                |mark: char| mark.is_ascii_alphanumeric() || matches!(mark, ':' | '.' | '_' | '-');
            let named = self.named_scopes().filter(|scope| scope.chars().all(is_mark));
            let named: Vec<&str> = named.take(MOST_VIOLATIONS).collect();
            let hint = ScopeHint::new(whose, named.join(","), facts, app);
            let theirs = scopes::link_of_platform(&self.msg, error);
            self.hint = Some(Box::new(hint.with_link_of_platform(theirs)));
        }
        self
    }

    /// The same error without these secrets, should the platform repeat one.
    pub(crate) fn without(mut self, secrets: &[String]) -> Self {
        let blank = |text: &mut String| blank(text, secrets);
        blank(&mut self.msg);
        let others = [&mut self.oauth_error, &mut self.log_id, &mut self.troubleshooter];
        others.into_iter().flatten().for_each(blank);
        for it in &mut self.details {
            blank(&mut it.key);
            blank(&mut it.value);
        }
        for it in &mut self.field_violations {
            blank(&mut it.field);
            blank(&mut it.value);
            blank(&mut it.description);
        }
        for it in &mut self.permission_violations {
            blank(&mut it.subject);
            blank(&mut it.description);
        }
        if let Some(url) = self.hint.as_mut().and_then(|hint| hint.url.as_mut()) {
            blank(url);
        }
        self
    }

    /// The same error without the values that were sent.
    pub(crate) fn without_values(mut self) -> Self {
        self.field_violations.iter_mut().for_each(|it| it.value.clear());
        self.details.iter_mut().for_each(|it| it.value.clear());
        self
    }

    /// An error in the terms of RFC 6749, without a code.
    pub(crate) fn oauth(error: impl Into<String>, description: impl Into<String>) -> Self {
        Self::new(0, description.into(), &Value::String(error.into()))
    }

    /// The platform's error code. It is 0 only if an OAuth endpoint returns none; see
    /// [`oauth_error`](Self::oauth_error).
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

    /// A page of the platform that explains this failure.
    #[must_use]
    pub fn troubleshooter(&self) -> Option<&str> {
        self.troubleshooter.as_deref()
    }

    /// What the platform says besides its message.
    #[must_use]
    pub fn details(&self) -> &[ErrorDetail] {
        &self.details
    }

    /// The inputs that the platform rejected.
    #[must_use]
    pub fn field_violations(&self) -> &[FieldViolation] {
        &self.field_violations
    }

    /// The missing permissions.
    #[must_use]
    pub fn permission_violations(&self) -> &[PermissionViolation] {
        &self.permission_violations
    }

    /// The scopes that the call lacks. The platform names those of which one is needed; if it
    /// refuses for a missing scope without naming one, these are the scopes of the operation:
    /// [`scopes_any_of`](OperationFacts::scopes_any_of), then
    /// [`scopes_all_of`](OperationFacts::scopes_all_of).
    pub fn missing_scopes(&self) -> impl Iterator<Item = &str> {
        self.named_scopes()
            .chain(self.hint.iter().flat_map(|hint| hint.scopes().map(|it| -> &str { it })))
    }

    /// The scopes that the platform names.
    fn named_scopes(&self) -> impl Iterator<Item = &str> {
        self.permission_violations.iter().map(|it| it.subject.as_str())
    }

    /// The page of the developer console where the [missing scopes](Self::missing_scopes) are
    /// granted to the app: the link of the platform if it gives one, else one made for the app.
    /// `None` if none are missing, for a client with hosts of its own, and if it is the user who has
    /// to grant them, by signing in again.
    #[must_use]
    pub fn scopes_url(&self) -> Option<&str> {
        self.hint.as_ref()?.url.as_deref()
    }

    pub(crate) fn log_id(&self) -> Option<&str> {
        self.log_id.as_deref()
    }

    fn meaning(&self) -> Option<Meaning> {
        codes::meaning(self.code)
    }

    pub(crate) fn is_operation_rate_limit(&self) -> bool {
        self.meaning() == Some(Meaning::OperationRateLimit)
    }

    pub(crate) fn is_rate_limited(&self) -> bool {
        matches!(self.meaning(), Some(Meaning::OperationRateLimit | Meaning::RateLimit))
    }

    pub(crate) fn is_token_invalid(&self) -> bool {
        self.meaning() == Some(Meaning::Token)
    }
}

impl fmt::Debug for ErrorDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErrorDetail").field("key", &self.key).finish_non_exhaustive()
    }
}

impl fmt::Debug for FieldViolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FieldViolation")
            .field("field", &self.field)
            .field("description", &self.description)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.oauth_error {
            Some(error) if self.code == 0 && *error == self.msg => write!(f, "{}", Quote(error))?,
            Some(error) if self.code == 0 => {
                write!(f, "{} \"{}\"", Quote(error), Quote(&self.msg))?;
            }
            _ => write!(f, "code {} \"{}\"", self.code, Quote(&self.msg))?,
        }
        for it in self.field_violations.iter().take(MOST_VIOLATIONS) {
            write!(f, ", {}: {}", Quote(&it.field), Quote(&it.description))?;
        }
        if let Some(more @ 1..) = self.field_violations.len().checked_sub(MOST_VIOLATIONS) {
            write!(f, ", and {more} more")?;
        }
        for it in self.details.iter().take(MOST_VIOLATIONS) {
            match (it.key.is_empty(), it.value.is_empty()) {
                (_, true) => write!(f, ", {}", Quote(&it.key))?,
                (true, false) => write!(f, ", {}", Quote(&it.value))?,
                (false, false) => write!(f, ", {}: {}", Quote(&it.key), Quote(&it.value))?,
            }
        }
        if let Some(more @ 1..) = self.details.len().checked_sub(MOST_VIOLATIONS) {
            write!(f, ", and {more} more details")?;
        }
        for (index, scope) in self.named_scopes().take(MOST_VIOLATIONS).enumerate() {
            write!(f, "{}{}", if index == 0 { ", needs " } else { " or " }, Quote(scope))?;
        }
        if let Some(more @ 1..) = self.permission_violations.len().checked_sub(MOST_VIOLATIONS) {
            write!(f, " or {more} more")?;
        }
        match &self.hint {
            Some(hint) => hint.fmt(f, &self.msg),
            None => Ok(()),
        }
    }
}
