//! The way of a call, once for all operations. A request is checked and encoded
//! ([`prepare`](crate::prepare)) before it comes here; then: authorize -> transmit -> classify and
//! decode.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Request};
use tracing::field::Empty;
use tracing::{Instrument, Span};

use crate::answer;
use crate::auth::{self, Choice};
use crate::client::{Core, Scope};
use crate::error::{Cause, Error, Result, Stage};
use crate::prepare::Prepared;
use crate::reply::{Head, RawAnswer};
use crate::secret::Secret;
use crate::transport::{Body, TransportError, TransportErrorKind};
use crate::wire::Decode;

/// A prepared request and the client it runs on.
pub struct Call<'a> {
    pub(crate) core: &'a Arc<Core>,
    pub(crate) scope: &'a Scope,
    pub(crate) request: Prepared,
}

impl Call<'_> {
    /// Makes the call and reads the `data` of its answer.
    pub(crate) async fn json(self, data: &mut dyn Decode) -> Result<Head> {
        let (head, _) = self.observed(self.buffered(data)).await?;
        Ok(head)
    }

    /// Makes the call and keeps a successful answer as it is.
    pub(crate) async fn raw(self) -> Result<RawAnswer> {
        let (head, body) = self.observed(self.buffered(&mut ())).await?;
        Ok(RawAnswer { operation: self.request.operation.into_owned(), head, body })
    }

    /// Makes the call up to the head of its answer, whose body is a file.
    pub(crate) async fn file(self) -> Result<(Head, Body)> {
        self.observed(self.within_deadline(async {
            let (head, body) = self.exchange().await?;
            if !answer::may_be_error(&head) {
                return Ok((head, body));
            }
            let bytes = self.read(&head, body).await?;
            answer::refuse_error(self.core, self.operation(), &head, &bytes)?;
            Ok((head, bytes.into()))
        }))
        .await
    }

    async fn buffered(&self, data: &mut dyn Decode) -> Result<(Head, Bytes)> {
        self.within_deadline(async {
            let (head, body) = self.exchange().await?;
            let bytes = self.read(&head, body).await?;
            let mode = self.scope.decode_mode;
            answer::decode(self.core, self.operation(), mode, &head, &bytes, data)?;
            Ok((head, bytes))
        })
        .await
    }

    /// Authorize and transmit.
    async fn exchange(&self) -> Result<(Head, Body)> {
        let token = self.authorize().await?;
        let (head, body) =
            transmit(self.core, &self.request, token.as_ref(), &self.scope.headers).await?;
        Span::current().record("status", head.status.as_u16());
        Span::current().record("log_id", head.log_id());
        Ok((head, body))
    }

    async fn authorize(&self) -> Result<Option<Secret>> {
        let choice = auth::choose(self.request.tokens, self.scope.user.as_ref())
            .map_err(|why| Error::refused(self.operation(), why))?;
        let kind = match choice {
            Choice::Nothing => return Ok(None),
            Choice::User(token) => return Ok(Some(token)),
            Choice::Managed(kind) => kind,
        };
        let fetch = || {
            let core = Arc::clone(self.core);
            async move { auth::fetch(&core, kind).await }
        };
        let token = self.core.tokens.get(kind, fetch).await;
        token.map(Some).map_err(|error| error.seen_by(self.operation(), Stage::Token))
    }

    async fn read(&self, head: &Head, body: Body) -> Result<Bytes> {
        body.collect(self.core.max_answer).await.map_err(|error| {
            let error = Error::new(self.operation(), Stage::Send, Cause::Transport(error));
            error.with_answer(head)
        })
    }

    async fn within_deadline<T>(&self, run: impl Future<Output = Result<T>>) -> Result<T> {
        let limit = self.scope.timeout;
        match tokio::time::timeout(limit, run).await {
            Ok(result) => result,
            Err(_) => Err(Error::new(self.operation(), Stage::Send, Cause::Deadline(limit))),
        }
    }

    /// Runs the call in its span and notes how it ended.
    async fn observed<T>(&self, run: impl Future<Output = Result<T>>) -> Result<T> {
        let span = tracing::debug_span!(
            "lark.call",
            operation = self.operation(),
            status = Empty,
            code = Empty,
            log_id = Empty,
        );
        let result = run.instrument(span.clone()).await;
        if let Err(error) = &result {
            span.record("code", error.code());
            span.in_scope(|| tracing::debug!(%error, "call failed"));
        }
        result
    }

    fn operation(&self) -> &str {
        &self.request.operation
    }
}

/// Sends one request and waits for the head of its answer.
pub(crate) async fn transmit(
    core: &Core,
    request: &Prepared,
    token: Option<&Secret>,
    headers: &HeaderMap,
) -> Result<(Head, Body)> {
    let failed = |error| Error::new(&*request.operation, Stage::Send, Cause::Transport(error));
    let request = http_request(core, request, token, headers)
        .map_err(|error| failed(TransportError::new(TransportErrorKind::Request, error)))?;
    let (parts, body) = core.transport.send(request).await.map_err(failed)?.into_parts();
    Ok((Head { status: parts.status, headers: parts.headers }, body))
}

fn http_request(
    core: &Core,
    request: &Prepared,
    token: Option<&Secret>,
    headers: &HeaderMap,
) -> Result<Request<Body>, http::Error> {
    let mut http = Request::new(Body::default());
    *http.method_mut() = request.method.clone();
    *http.uri_mut() = core.base_url.join(&request.path_and_query)?;
    // Room for the two below and for what the HTTP stack adds, so that the map never grows.
    let mut all = HeaderMap::with_capacity(headers.len() + 5);
    all.extend(headers.iter().map(|(name, value)| (name.clone(), value.clone())));
    *http.headers_mut() = all;
    if let Some(body) = &request.body {
        let content_type = HeaderValue::from_str(&body.content_type)?;
        http.headers_mut().insert(CONTENT_TYPE, content_type);
        *http.body_mut() = body.bytes.clone().into();
    }
    if let Some(token) = token {
        let mut value = HeaderValue::from_str(&format!("Bearer {}", token.expose()))?;
        value.set_sensitive(true);
        http.headers_mut().insert(AUTHORIZATION, value);
    }
    Ok(http)
}
