//! How a call runs, for all operations. A request is checked and encoded ([`prepare`]) before it
//! comes here; then, for each attempt: wait for the rate limit -> authorize -> transmit -> classify
//! and decode.

mod authorize;
mod changed_fields;
mod classify;
pub(crate) mod headers;
mod idempotency;
#[cfg(feature = "events")]
pub mod long_connection;
mod prepare;
mod progress;
mod raw;
mod receive;
mod report;
pub(crate) mod request;
pub(crate) mod response;
mod target;
mod transmit;

use std::future::pending;
use std::panic::resume_unwind;
use std::pin::pin;
use std::sync::Arc;

use bytes::Bytes;
use tokio::time::{Instant, sleep};
use tracing::field::Empty;
use tracing::{Instrument, Span};

use self::authorize::{Credential, authorize, credential, replaces};
pub use self::idempotency::{Idempotency, random_uuid};
pub(crate) use self::idempotency::{Keys, Seed};
pub use self::prepare::RequiredCheck;
pub(crate) use self::prepare::{Rules, prepare};
use self::progress::{Progress, WaitingFor};
pub use self::raw::{AnyRequest, RawRequest};
pub use self::receive::FromResponse;
pub(crate) use self::report::CallHook;
pub use self::report::CallReport;
use self::request::Prepared;
pub use self::response::{RawResponse, Response};
use self::target::Target;
use self::transmit::Exchange;
use crate::client::{Core, Scope};
use crate::error::{Cause, Error, Result, Stage};
use crate::files::form::{Form, OpenForm};
use crate::retry::Next;
use crate::transport::{Body, ResponseHead, TransportError};
use crate::util::idle::{self, Activity};
use crate::util::{BoxFuture, Secret, later, spawn_blocking};

/// Longest API error in JSON, in bytes.
const MAX_API_ERROR_SIZE: usize = 256 * 1024;

/// Longest response that is decoded in the task of its call, in bytes: a few milliseconds.
const MAX_DECODED_HERE: usize = 1024 * 1024;

/// What a call wants from its response.
enum Want<'a> {
    /// The `data` of a response whose body is kept in memory.
    Json(&'a mut dyn Target),
    /// A response whose body is a file.
    File,
}

/// A prepared request and the client it runs on.
pub struct Call<'a> {
    pub(crate) core: &'a Arc<Core>,
    pub(crate) scope: &'a Scope,
    pub(crate) request: Prepared,
}

// Futures are awaited and wrapped where they are made. Each async function that takes one as an
// argument would double its size, and with it the tasks of all calls.
impl Call<'_> {
    /// Makes the call and reads the `data` of its response.
    pub(crate) async fn json(&self, data: &mut dyn Target) -> Result<ResponseHead> {
        let (head, _) = self.run(Want::Json(data)).await?;
        Ok(head)
    }

    /// Makes the call and returns a successful response as it is.
    pub(crate) async fn raw(&self) -> Result<RawResponse> {
        let (head, body) = self.run(Want::Json(&mut ())).await?;
        let body = body.as_bytes().cloned().unwrap_or_default();
        Ok(RawResponse {
            operation: self.operation().to_owned(),
            sensitive: self.request.privacy.sensitive,
            idempotency_key: self.request.idempotency_key.clone(),
            head,
            body,
        })
    }

    /// The token that the call would send; sends nothing else.
    pub(crate) async fn token(&self) -> Result<Secret> {
        let mut progress = Progress::start(self.scope.timeout, None);
        progress.waiting_for = WaitingFor::Token;
        let ended = {
            let fetch = pin!(credential(self.core, self.scope, &self.request, &mut progress));
            tokio::time::timeout(self.scope.timeout, fetch).await
        };
        let credential = ended.unwrap_or_else(|_| Err(progress.overdue(self.operation())))?;
        let none = || Error::no_token("the client has no token of this kind");
        credential.secret().cloned().ok_or_else(none)
    }

    /// Makes the call up to the head of its response, whose body is a file.
    pub(crate) async fn file(&self) -> Result<(ResponseHead, Body)> {
        self.run(Want::File).await
    }

    /// Attempts the call until it is done.
    async fn run(&self, mut want: Want<'_>) -> Result<(ResponseHead, Body)> {
        let activity = self.request.form().map(|_| Arc::default());
        let mut progress = Progress::start(self.scope.timeout, activity.clone());
        let span = self.span();
        let ended = {
            let attempts = pin!(
                async {
                    loop {
                        let form = self.open(activity.as_ref()).await?;
                        let sent =
                            authorize(self.core, self.scope, &self.request, &mut progress).await?;
                        let wants_file = matches!(want, Want::File);
                        let attempt = match self.exchange(form, &sent, wants_file).await {
                            Ok((head, body)) => match &mut want {
                                Want::Json(data) => {
                                    let read = self.decode(&head, body, &mut **data, &progress);
                                    read.await.map(|bytes| (head, bytes.into()))
                                }
                                Want::File => self.check_file(head, body).await,
                            },
                            Err(error) => Err(error),
                        };
                        match attempt.map_err(|error| self.without_secrets(error, &sent)) {
                            Err(error) => self.again(&mut progress, sent, error).await?,
                            done => {
                                let tenant = self.scope.tenant.as_ref();
                                self.core.rate_limiters.passed(self.request.limited(), tenant);
                                break done;
                            }
                        }
                    }
                }
                .instrument(span.clone())
            );
            idle::timeout(self.scope.timeout, activity.as_deref(), attempts).await
        };
        let result = ended.unwrap_or_else(|_| Err(progress.overdue(self.operation())));
        self.end(&span, &progress, result)
    }

    /// The error of an attempt without what it has sent: servers, and what is in front of them, repeat
    /// headers and inputs.
    fn without_secrets(&self, error: Error, sent: &Credential) -> Error {
        let mut secrets = self.request.secrets();
        secrets.extend(sent.secret().map(|token| token.expose().to_owned()));
        secrets.push(self.core.app_secret.expose().to_owned());
        for value in self.scope.headers.values().filter(|value| value.is_sensitive()) {
            secrets.extend(value.to_str().ok().map(str::to_owned));
        }
        error.without(&secrets)
    }

    async fn decode(
        &self,
        head: &ResponseHead,
        body: Body,
        data: &mut dyn Target,
        progress: &Progress,
    ) -> Result<Bytes> {
        let bytes = self.read(head, body).await?;
        if bytes.len() > MAX_DECODED_HERE {
            self.decode_elsewhere(head, &bytes, data, progress.deadline()).await?;
        } else {
            let (mode, data) = (self.scope.decode_mode, data.as_decode());
            classify::decode(self.core, &self.request, mode, head, &bytes, data, None)?;
        }
        Ok(bytes)
    }

    /// Decodes a long response on a thread where it is in nobody's way.
    fn decode_elsewhere<'a>(
        &'a self,
        head: &'a ResponseHead,
        bytes: &'a Bytes,
        data: &'a mut dyn Target,
        deadline: Instant,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let (core, mode, span) = (self.core.clone(), self.scope.decode_mode, Span::current());
            let (request, head, bytes) = (self.request.clone(), head.clone(), bytes.clone());
            let mut taken = data.take();
            let decoding = spawn_blocking(move || {
                let _entered = span.enter();
                let (data, deadline) = (taken.as_decode(), Some(deadline));
                let read = classify::decode(&core, &request, mode, &head, &bytes, data, deadline);
                (read, taken)
            });
            let (read, taken) = match decoding.await {
                Ok(done) => done,
                Err(error) => match error.try_into_panic() {
                    Ok(panic) => resume_unwind(panic),
                    // The runtime shuts down, and the call with it.
                    Err(_) => pending().await,
                },
            };
            data.put(taken);
            if read.is_err() && Instant::now() >= deadline {
                // The call ends at its deadline, which is now.
                pending().await
            }
            read
        })
    }

    /// Accepts a file, unless it is an error of the platform.
    fn check_file(
        &self,
        head: ResponseHead,
        body: Body,
    ) -> BoxFuture<'_, Result<(ResponseHead, Body)>> {
        Box::pin(async move {
            if !classify::may_be_error(&head) {
                return Ok((head, body));
            }
            if !head.status.is_success() {
                let bytes = self.read(&head, body).await?;
                classify::reject_error(self.core, &self.request, &head, &bytes)?;
                return Ok((head, bytes.into()));
            }
            let failed = |error| self.unread(&head, error);
            let (start, rest) = body.split_start(MAX_API_ERROR_SIZE).await.map_err(failed)?;
            // A longer body is a file, even if it is JSON.
            let Some(rest) = rest else {
                classify::reject_error(self.core, &self.request, &head, &start)?;
                return Ok((head, start.into()));
            };
            Ok((head, rest.prefixed(start)))
        })
    }

    /// Opens the files that an attempt sends, before anything is sent, even for the token.
    async fn open(&self, activity: Option<&Arc<Activity>>) -> Result<Option<OpenForm>> {
        let (Some(form), Some(activity)) = (self.request.form(), activity) else { return Ok(None) };
        let opened = form.open(Arc::clone(activity)).await;
        let failed = |error| Error::new(self.operation(), Stage::Prepare, Cause::File(error));
        opened.map(Some).map_err(failed)
    }

    async fn exchange(
        &self,
        form: Option<OpenForm>,
        token: &Credential,
        wants_file: bool,
    ) -> Result<(ResponseHead, Body)> {
        let exchange = Exchange {
            core: self.core,
            request: &self.request,
            headers: &self.scope.headers,
            token: token.secret(),
            wants_file,
        };
        let (head, body) = exchange.transmit(form).await?;
        self.trace(&head);
        Ok((head, body))
    }

    fn trace(&self, head: &ResponseHead) {
        let (method, path) = (self.request.method.as_str(), self.request.path());
        let (status, log_id) = (head.status.as_u16(), head.log_id());
        tracing::debug!(method, path, status, log_id, "response");
        let span = Span::current();
        if !span.is_disabled() {
            span.record("status", status);
            span.record("log_id", log_id);
        }
    }

    /// Waits until the call may be retried.
    ///
    /// # Errors
    /// The error of the attempt, if the call may not be retried.
    fn again<'a>(
        &'a self,
        progress: &'a mut Progress,
        sent: Credential,
        error: Error,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            if error.is_token_invalid() && !progress.renewed && replaces(self.core, progress, sent)
            {
                tracing::debug!(code = error.code(), "the token was not accepted");
                let error = self.unless_consumed(error)?;
                progress.renewed = true;
                progress.last = Some(error);
                return Ok(());
            }
            if error.is_operation_rate_limit() {
                let tenant = self.scope.tenant.as_ref();
                let pushback = error.pushback();
                self.core.rate_limiters.throttled(self.request.limited(), tenant, pushback);
            }
            let idempotent = self.request.idempotent;
            let delay = match self.scope.retry.next(&error, progress.retries, idempotent) {
                Next::Stop => return Err(error),
                Next::After(delay) if later(Instant::now(), delay) >= progress.deadline() => {
                    return Err(error);
                }
                Next::After(delay) => Some(delay),
                Next::Queue => None,
            };
            let error = self.unless_consumed(error)?;
            tracing::debug!(%error, ?delay, attempts = progress.attempts, "the call is made again");
            progress.retries += u32::from(delay.is_some());
            progress.last = Some(error);
            if let Some(delay) = delay {
                sleep(delay).await;
            }
            Ok(())
        })
    }

    /// Fails a call that would be retried, if its file is a stream that has already been read.
    fn unless_consumed(&self, error: Error) -> Result<Error> {
        match self.request.form().and_then(Form::consumed) {
            Some(file) => Err(error.not_repeated(file)),
            None => Ok(error),
        }
    }

    async fn read(&self, head: &ResponseHead, body: Body) -> Result<Bytes> {
        let read = body.collect_within(self.core.max_response_size, "max_response_size").await;
        read.map_err(|error| self.unread(head, error))
    }

    /// A response whose body did not arrive.
    fn unread(&self, head: &ResponseHead, error: TransportError) -> Error {
        let error = Error::new(self.operation(), Stage::Send, Cause::Transport(error));
        error.with_response(head)
    }

    fn span(&self) -> Span {
        tracing::debug_span!(
            "lark.call",
            operation = self.operation(),
            status = Empty,
            code = Empty,
            log_id = Empty,
            attempts = Empty,
            ms = Empty,
            token_wait_ms = Empty,
            limit_wait_ms = Empty,
        )
    }

    /// Reports a call that has ended, by itself or at its deadline.
    fn end(
        &self,
        span: &Span,
        progress: &Progress,
        result: Result<(ResponseHead, Body)>,
    ) -> Result<(ResponseHead, Body)> {
        let (key, tenant) = (self.request.idempotency_key.as_deref(), self.scope.tenant.as_ref());
        let result = result.map_err(|error| error.of_request(key, tenant).after(progress.attempts));
        let outcome = result.as_ref().map(|(head, _)| head.status);
        let report = progress.report(self.operation(), &self.request.method, outcome);
        // A call rejected before any I/O is a bug of the caller and is not counted.
        if !matches!(&report.outcome, Err(error) if error.stage() == Stage::Prepare) {
            self.core.on_call.run(&report);
        }
        if !span.is_disabled() {
            report.record(span);
        }
        result
    }

    fn operation(&self) -> &str {
        &self.request.operation
    }
}
