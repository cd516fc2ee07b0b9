//! The one error of the SDK.

mod api;
mod cause;
pub mod codes;
pub(crate) mod construct;
mod file;
mod page_loop;
mod show;
mod stage;

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

pub use self::api::{ApiError, FieldViolation, PermissionViolation};
pub(crate) use self::cause::Cause;
pub(crate) use self::file::FileError;
pub(crate) use self::page_loop::PageLoop;
pub use self::stage::Stage;

use crate::rate_limit::Pushback;
use crate::transport::TransportErrorKind;
use crate::wire::Drift;

/// The result of everything that can fail here.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call failed.
///
/// `Display` is one line with all that the platform's support asks for: operation, stage, HTTP
/// status, code, message and log id. No secret and no request body is ever in it.
///
/// ```
/// # fn react(error: lark_core::Error) {
/// if error.is_rate_limited() {
///     // try later
/// } else if error.code() == Some(230_002) {
///     // the bot is not in the chat
/// }
/// # }
/// ```
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    operation: String,
    stage: Stage,
    cause: Cause,
    status: Option<StatusCode>,
    log_id: Option<String>,
    pushback: Pushback,
    attempts: u32,
    idempotency_key: Option<String>,
    tenant_key: Option<Arc<str>>,
    /// The stream for whose sake the call was not made again.
    consumed: Option<String>,
}

impl Error {
    /// No token of a user, or of the app, can be had. For implementations of
    /// [`UserTokens`](crate::UserTokens); the text says what to do.
    #[must_use]
    pub fn no_token(why: impl Into<String>) -> Self {
        Self::new("client", Stage::Token, Cause::Refused(why.into()))
    }

    /// There is no token of a user until that user signs in (again). The text says who and why.
    #[must_use]
    pub fn sign_in_needed(why: impl Into<String>) -> Self {
        Self::new("client", Stage::Token, Cause::SignIn(why.into()))
    }

    /// What the platform said about its limit.
    pub(crate) fn pushback(&self) -> Pushback {
        self.0.pushback
    }

    /// Whether the limit is that of the operation, not of a chat or another object.
    pub(crate) fn is_operation_rate_limit(&self) -> bool {
        match self.api() {
            Some(api) if api.is_operation_rate_limit() => true,
            // Also in HTTP 429 it is the limit of something smaller.
            Some(api) if api.is_rate_limited() => false,
            _ => self.status() == Some(StatusCode::TOO_MANY_REQUESTS),
        }
    }

    /// Whether nothing of the request has left.
    pub(crate) fn is_unsent(&self) -> bool {
        let connect = TransportErrorKind::Connect;
        matches!(&self.0.cause, Cause::Transport(error) if error.kind() == connect)
    }

    /// The operation id, `METHOD path` of a raw request, or `client` for a wrong configuration.
    #[must_use]
    pub fn operation(&self) -> &str {
        &self.0.operation
    }

    /// How far the call got.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.0.stage
    }

    /// The HTTP status, if a response came.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// The id under which the platform logged the call. Its support asks for it first.
    #[must_use]
    pub fn log_id(&self) -> Option<&str> {
        self.0.log_id.as_deref()
    }

    /// The key under which the platform executes this request only once, the caller's or the one
    /// that the SDK made; `None` without one, and if the call failed before the request was ready.
    /// When it is not known whether the platform got the request, send it again with this key.
    #[must_use]
    pub fn idempotency_key(&self) -> Option<&str> {
        self.0.idempotency_key.as_deref()
    }

    /// The tenant that a call of a marketplace app was made for.
    #[must_use]
    pub fn tenant_key(&self) -> Option<&str> {
        self.0.tenant_key.as_deref()
    }

    /// What the platform said, if it said it in its own form.
    #[must_use]
    pub fn api(&self) -> Option<&ApiError> {
        match &self.0.cause {
            Cause::Api(api) => Some(api),
            _ => None,
        }
    }

    /// The platform's error code.
    #[must_use]
    pub fn code(&self) -> Option<i64> {
        self.api().map(ApiError::code).filter(|code| *code != 0)
    }

    /// The error of an OAuth endpoint by its name in RFC 6749 and RFC 8628: `access_denied`.
    #[must_use]
    pub fn oauth_error(&self) -> Option<&str> {
        self.api().and_then(ApiError::oauth_error)
    }

    /// The platform's error message.
    #[must_use]
    pub fn msg(&self) -> Option<&str> {
        self.api().map(ApiError::msg)
    }

    /// Number of attempts; 0 if the request was not sent.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// How long the platform asks to wait before the next call, in whole seconds.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.pushback.wait
    }

    /// The inputs that the platform did not accept.
    #[must_use]
    pub fn field_violations(&self) -> &[FieldViolation] {
        self.api().map(ApiError::field_violations).unwrap_or_default()
    }

    /// The required inputs that had no value, as paths: `receive_id`, `tags[0].name`.
    #[must_use]
    pub fn missing_inputs(&self) -> &[String] {
        match &self.0.cause {
            Cause::Missing(names) => names,
            _ => &[],
        }
    }

    /// The permissions that the app or the user would need.
    pub fn missing_scopes(&self) -> impl Iterator<Item = &str> {
        self.api().into_iter().flat_map(ApiError::missing_scopes)
    }

    /// What differed from the spec, when strict decoding failed the call.
    #[must_use]
    pub fn drifts(&self) -> &[Drift] {
        match &self.0.cause {
            Cause::Drift(drifts) => drifts,
            _ => &[],
        }
    }

    /// Why a file on this machine could not be read or written. Its kind distinguishes a missing file from
    /// a full disk ([`StorageFull`](io::ErrorKind::StorageFull)).
    #[must_use]
    pub fn io_error(&self) -> Option<&io::Error> {
        match &self.0.cause {
            Cause::File(file) => Some(&file.error),
            _ => None,
        }
    }

    /// The file on this machine that could not be read or written: its path, or the name of a
    /// [`FilePart`](crate::FilePart) that has none.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match &self.0.cause {
            Cause::File(file) => Some(&file.path),
            _ => None,
        }
    }

    /// Whether the platform asked to slow down, also if the call waited for that until its timeout.
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.0.cause.is_rate_limit() || self.status() == Some(StatusCode::TOO_MANY_REQUESTS)
    }

    /// Whether the platform did not accept the token.
    #[must_use]
    pub fn is_token_invalid(&self) -> bool {
        self.api().is_some_and(ApiError::is_token_invalid)
    }

    /// Whether a user must sign in, for the first time or again, before the call can work.
    #[must_use]
    pub fn is_sign_in_needed(&self) -> bool {
        matches!(self.0.cause, Cause::SignIn(_))
    }

    /// Whether a marketplace app waits for an app ticket. The platform has been asked for one. An event
    /// router that was given the client (`EventRouterBuilder::client`) keeps it when it comes; without
    /// one, hand it to [`Client::set_app_ticket`](crate::Client::set_app_ticket).
    #[must_use]
    pub fn is_app_ticket_needed(&self) -> bool {
        matches!(self.0.cause, Cause::NoTicket(_))
    }

    /// Whether the call or its connection ran out of time.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        match &self.0.cause {
            Cause::Deadline { .. } | Cause::NotAdmitted(_) => true,
            Cause::Transport(error) => error.is_timeout(),
            _ => false,
        }
    }

    /// Whether the pages of a list lead in a circle, see [`Pages`](crate::Pages).
    #[must_use]
    pub fn is_page_loop(&self) -> bool {
        matches!(self.0.cause, Cause::PageLoop(_))
    }

    /// Whether the same call may succeed later without a change: no response, a server error, a rate
    /// limit. It says nothing about whether repeating it is safe.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        let unreachable = match &self.0.cause {
            Cause::Transport(error) => error.is_transient(),
            Cause::Deadline { .. } => true,
            _ => false,
        };
        unreachable
            || self.is_rate_limited()
            || self.status().is_some_and(|status| status.is_server_error())
    }
}
