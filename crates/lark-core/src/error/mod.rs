//! The one error of the SDK.

mod api;
mod stage;

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use http::StatusCode;

pub use self::api::{ApiError, FieldViolation, PermissionViolation};
pub use self::stage::Stage;

use crate::reply::Head;
use crate::store::StoreError;
use crate::transport::TransportError;
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
}

/// What went wrong, apart from where.
#[derive(Clone, Debug)]
pub(crate) enum Cause {
    /// A use that cannot work; the text says what to do.
    Refused(String),
    /// A user must sign in; the text says who and why.
    SignIn(String),
    /// Required inputs without a value.
    Missing(Vec<String>),
    /// No answer.
    Transport(TransportError),
    /// The whole call took longer than allowed.
    Deadline(Duration),
    /// `code` is not zero.
    Api(ApiError),
    /// An answer that is no JSON envelope: why not, and its first bytes.
    NotAnEnvelope { why: String, start: String },
    /// A store failed.
    Store(StoreError),
    /// Strict decoding found these.
    Drift(Vec<Drift>),
}

impl Error {
    pub(crate) fn new(operation: impl Into<String>, stage: Stage, cause: Cause) -> Self {
        let operation = operation.into();
        Self(Box::new(Inner { operation, stage, cause, status: None, log_id: None }))
    }

    pub(crate) fn refused(operation: impl Into<String>, why: impl Into<String>) -> Self {
        Self::new(operation, Stage::Prepare, Cause::Refused(why.into()))
    }

    pub(crate) fn configuration(why: impl Into<String>) -> Self {
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

    /// A refusal by its name in RFC 6749 or RFC 8628, for one that did not come as the answer to a
    /// call: `access_denied` in the callback of a sign-in.
    #[must_use]
    pub fn oauth(error: impl Into<String>, description: impl Into<String>) -> Self {
        Self::new("client", Stage::Token, Cause::Api(ApiError::oauth(error, description)))
    }

    /// The same failure as seen by `operation`, which waited for it at `stage`.
    pub(crate) fn seen_by(mut self, operation: &str, stage: Stage) -> Self {
        operation.clone_into(&mut self.0.operation);
        self.0.stage = stage;
        self
    }

    /// Adds what the head of the answer tells. A log id is also in the body of most refusals.
    pub(crate) fn with_answer(mut self, head: &Head) -> Self {
        let in_body = self.api().and_then(ApiError::log_id);
        self.0.log_id = head.log_id().or(in_body).map(str::to_owned);
        self.0.status = Some(head.status());
        self
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

    /// Whether the platform asked to slow down.
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.status() == Some(StatusCode::TOO_MANY_REQUESTS)
            || self.api().is_some_and(ApiError::is_rate_limited)
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

    /// Whether the call or its connection ran out of time.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        match &self.0.cause {
            Cause::Deadline(_) => true,
            Cause::Transport(error) => error.is_timeout(),
            _ => false,
        }
    }

    /// Whether the same call may succeed later without a change: no answer, a server error, a rate
    /// limit. It says nothing about whether repeating it is safe.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        let unreachable = matches!(self.0.cause, Cause::Transport(_) | Cause::Deadline(_));
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

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { operation, stage, cause, status, log_id } = &*self.0;
        write!(f, "{operation}: {stage}: ")?;
        match cause {
            Cause::Refused(why) | Cause::SignIn(why) => f.write_str(why)?,
            Cause::Missing(names) => write!(f, "missing {}", names.join(", "))?,
            Cause::Transport(error) => write!(f, "{error}")?,
            Cause::Store(error) => write!(f, "{error}")?,
            Cause::Deadline(limit) => write!(f, "no answer within {limit:?}")?,
            Cause::Api(api) => write!(f, "{api}")?,
            Cause::NotAnEnvelope { why, start } => write!(f, "{why}; the answer starts {start}")?,
            Cause::Drift(drifts) => {
                let places: Vec<_> = drifts.iter().map(ToString::to_string).collect();
                write!(f, "the answer differs from the spec: {}", places.join("; "))?;
            }
        }
        if let Some(status) = status {
            write!(f, " (HTTP {}", status.as_u16())?;
            if let Some(log_id) = log_id {
                write!(f, ", log id {log_id}")?;
            }
            f.write_str(")")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { operation, stage, cause, status, log_id } = &*self.0;
        f.debug_struct("Error")
            .field("operation", operation)
            .field("stage", stage)
            .field("cause", cause)
            .field("status", status)
            .field("log_id", log_id)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0.cause {
            Cause::Transport(error) => error.source(),
            Cause::Store(error) => error.source(),
            _ => None,
        }
    }
}
