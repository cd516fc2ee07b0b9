//! The one error of the SDK.

mod api;
mod cause;
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
use crate::store::StoreError;
use crate::transport::ResponseHead;
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
    pub(crate) fn new(operation: impl Into<String>, stage: Stage, cause: Cause) -> Self {
        let operation = operation.into();
        Self(Box::new(Inner {
            operation,
            stage,
            cause,
            status: None,
            log_id: None,
            pushback: Pushback::default(),
            attempts: 0,
            idempotency_key: None,
            tenant_key: None,
            consumed: None,
        }))
    }

    /// A request that is not sent, because of what is in it; the text says what is wrong and where.
    /// For modules beside the generated ones.
    #[must_use]
    pub fn invalid_request(operation: impl Into<String>, why: impl Into<String>) -> Self {
        Self::new(operation, Stage::Prepare, Cause::Refused(why.into()))
    }

    /// An option that cannot be used; the text says which and why.
    #[must_use]
    pub fn invalid_config(why: impl Into<String>) -> Self {
        Self::new("client", Stage::Configure, Cause::Refused(why.into()))
    }

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

    /// A marketplace app has no app ticket; the text says what is being done about it.
    pub(crate) fn no_ticket(why: String) -> Self {
        Self::new("client", Stage::Token, Cause::NoTicket(why))
    }

    /// A refusal by its name in RFC 6749 or RFC 8628, for one that did not come as the answer to a
    /// call: `access_denied` in the callback of a sign-in.
    #[must_use]
    pub fn oauth(error: impl Into<String>, description: impl Into<String>) -> Self {
        Self::new("oauth", Stage::Token, Cause::Api(ApiError::oauth(error, description)))
    }

    /// The same failure as seen by `operation`, which waited for it at `stage`.
    pub(crate) fn seen_by(mut self, operation: &str, stage: Stage) -> Self {
        operation.clone_into(&mut self.0.operation);
        self.0.stage = stage;
        self
    }

    /// Adds what the head of the answer tells. A log id is also in the body of most refusals.
    pub(crate) fn with_answer(mut self, head: &ResponseHead) -> Self {
        let in_body = self.api().and_then(ApiError::log_id);
        self.0.log_id = head.log_id().or(in_body).map(str::to_owned);
        self.0.status = Some(head.status());
        self.0.pushback = Pushback::of(head.headers());
        self
    }

    /// The same with what is known of its request.
    pub(crate) fn of_request(mut self, key: Option<&str>, tenant: Option<&Arc<str>>) -> Self {
        self.0.idempotency_key = key.map(str::to_owned);
        self.0.tenant_key = tenant.cloned();
        self
    }

    /// The same at the end of a call, after so many attempts.
    pub(crate) fn after(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    /// The same for a call that would have been made again, had its file not been a stream.
    pub(crate) fn not_repeated(mut self, file: &str) -> Self {
        self.0.consumed = Some(file.to_owned());
        self
    }

    /// A call that has not ended by its deadline; `last` is how the attempt before ended.
    pub(crate) fn overdue(
        operation: &str,
        stage: Stage,
        limit: Duration,
        last: Option<Self>,
    ) -> Self {
        let mut error = Self::new(operation, stage, Cause::Deadline { limit, last: None });
        if let Some(Self(last)) = last {
            let Inner { cause, status, log_id, pushback, .. } = *last;
            error.0.cause = Cause::Deadline { limit, last: Some(Box::new(cause)) };
            (error.0.status, error.0.log_id, error.0.pushback) = (status, log_id, pushback);
        }
        error
    }

    /// A call that would wait for a rate limit beyond its deadline.
    pub(crate) fn throttled(operation: &str, wait: Duration) -> Self {
        let mut error = Self::new(operation, Stage::Send, Cause::Throttled(wait));
        error.0.pushback.wait = Some(wait);
        error
    }

    /// A call that has waited for its rate limit until its deadline, behind others.
    pub(crate) fn not_admitted(operation: &str, limit: Duration) -> Self {
        Self::new(operation, Stage::Send, Cause::NotAdmitted(limit))
    }

    /// What the platform said about its limit.
    pub(crate) fn pushback(&self) -> Pushback {
        self.0.pushback
    }

    /// Whether the limit is that of the operation, not of a chat or another object.
    pub(crate) fn is_gateway_limit(&self) -> bool {
        match self.api() {
            Some(api) if api.is_gateway_limit() => true,
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

    /// The HTTP status, if an answer came.
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

    /// How often the request was sent; 0 if it was not.
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

    /// Why a file on this machine could not be read or written. Its kind tells a missing file from
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

    /// Whether the same call may succeed later without a change: no answer, a server error, a rate
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

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::new("client", Stage::Token, Cause::Store(error))
    }
}
