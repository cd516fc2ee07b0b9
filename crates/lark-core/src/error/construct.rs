//! Constructors of errors, and what is added to errors on their way to the caller.

use std::sync::Arc;
use std::time::Duration;

use super::quote::blank;
use super::{ApiError, Cause, Error, Inner, Result, Stage};
use crate::rate_limit::Pushback;
use crate::store::StoreError;
use crate::transport::ResponseHead;

impl Error {
    pub(crate) fn new(operation: impl Into<String>, stage: Stage, cause: Cause) -> Self {
        let operation = operation.into();
        Self(Arc::new(Inner {
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

    /// What is to be changed. Clones share it until then.
    fn inner(&mut self) -> &mut Inner {
        Arc::make_mut(&mut self.0)
    }

    /// A request that is not sent because of its content; the text says what is wrong and where.
    pub(crate) fn invalid_request(operation: impl Into<String>, why: impl Into<String>) -> Self {
        Self::new(operation, Stage::Prepare, Cause::Rejected(why.into()))
    }

    /// An option that is not valid; the text says which one and why.
    pub(crate) fn invalid_config(why: impl Into<String>) -> Self {
        Self::new("client", Stage::Configure, Cause::Rejected(why.into()))
    }

    /// The same for an option of an event router, or what it is made of.
    #[cfg(feature = "events")]
    pub(crate) fn invalid_router(why: impl Into<String>) -> Self {
        Self::new("event router", Stage::Configure, Cause::Rejected(why.into()))
    }

    /// A marketplace app has no app ticket; the text says what the SDK does about it.
    pub(crate) fn no_ticket(why: String) -> Self {
        Self::new("client", Stage::Token, Cause::NoTicket(why))
    }

    /// The same error for `operation`, which was waiting at `stage`.
    pub(crate) fn seen_by(mut self, operation: &str, stage: Stage) -> Self {
        let inner = self.inner();
        operation.clone_into(&mut inner.operation);
        inner.stage = stage;
        self
    }

    /// Adds the facts from the head of the response. Most error bodies contain the log id too.
    pub(crate) fn with_response(mut self, head: &ResponseHead) -> Self {
        let in_body = self.api().and_then(ApiError::log_id);
        let log_id = head.log_id().or(in_body).map(str::to_owned);
        let inner = self.inner();
        inner.log_id = log_id;
        inner.status = Some(head.status());
        inner.pushback = Pushback::of(head.headers());
        self
    }

    /// The same error without these secrets, should the response repeat one.
    pub(crate) fn without(mut self, secrets: &[String]) -> Self {
        match &mut self.inner().cause {
            Cause::Api(api) => *api = std::mem::take(api).without(secrets),
            Cause::NotAnEnvelope { why, start } => {
                blank(why, secrets);
                blank(start, secrets);
            }
            _ => {}
        }
        self
    }

    /// The same error with facts about its request.
    pub(crate) fn of_request(mut self, key: Option<&str>, tenant: Option<&Arc<str>>) -> Self {
        let inner = self.inner();
        inner.idempotency_key = key.map(str::to_owned);
        inner.tenant_key = tenant.cloned();
        self
    }

    /// The same error at the end of a call, after this number of attempts.
    pub(crate) fn after(mut self, attempts: u32) -> Self {
        self.inner().attempts = attempts;
        self
    }

    /// The same error for a call that would have been retried if its file were not a stream.
    pub(crate) fn not_repeated(mut self, file: &str) -> Self {
        self.inner().consumed = Some(file.to_owned());
        self
    }

    /// A call that has not ended by its deadline; `last` is the error of the previous attempt.
    pub(crate) fn overdue(
        operation: &str,
        stage: Stage,
        limit: Duration,
        last: Option<Self>,
    ) -> Self {
        let mut error = Self::new(operation, stage, Cause::Deadline { limit, last: None });
        if let Some(Self(last)) = last {
            let Inner { cause, status, log_id, pushback, .. } = Arc::unwrap_or_clone(last);
            let inner = error.inner();
            inner.cause = Cause::Deadline { limit, last: Some(Box::new(cause)) };
            (inner.status, inner.log_id, inner.pushback) = (status, log_id, pushback);
        }
        error
    }

    /// A call that would have to wait for a rate limit beyond its deadline.
    pub(crate) fn throttled(operation: &str, wait: Duration) -> Self {
        let mut error = Self::new(operation, Stage::Send, Cause::Throttled(wait));
        error.inner().pushback.wait = Some(wait);
        error
    }

    /// A call that waited for its rate limit until its deadline, behind other calls.
    pub(crate) fn not_admitted(operation: &str, limit: Duration) -> Self {
        Self::new(operation, Stage::Send, Cause::NotAdmitted(limit))
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::new("client", Stage::Token, Cause::Store(error))
    }
}

/// A request that is not sent because of its content; the text says what is wrong and where.
#[must_use]
pub fn invalid_request(operation: impl Into<String>, why: impl Into<String>) -> Error {
    Error::invalid_request(operation, why)
}

/// An option that is not valid; the text says which one and why.
#[must_use]
pub fn invalid_config(why: impl Into<String>) -> Error {
    Error::invalid_config(why)
}

/// The member, or an error that names it and where it is missing.
///
/// # Errors
/// The response does not have the member.
pub fn member<T>(member: Option<T>, place: &'static str, name: &'static str) -> Result<T> {
    match member {
        Some(member) => Ok(member),
        None => Err(no_member(place, name)),
    }
}

#[cold]
fn no_member(place: &str, name: &str) -> Error {
    Error::new(place, Stage::Decode, Cause::Rejected(format!("the response has no `{name}`")))
}

/// An OAuth error, by its name in RFC 6749 or RFC 8628, that was not the response to a call.
#[must_use]
pub fn oauth_error(error: impl Into<String>, description: impl Into<String>) -> Error {
    Error::new("oauth", Stage::Token, Cause::Api(ApiError::oauth(error, description)))
}
