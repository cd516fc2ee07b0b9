//! The way of a call, once for all operations. A request is checked and encoded
//! ([`prepare`](crate::prepare)) before it comes here; then: authorize -> transmit -> classify and
//! decode.

use std::sync::Arc;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Request};
use tokio::time::error::Elapsed;
use tokio::time::timeout;
use tracing::field::Empty;
use tracing::{Instrument, Span};

use crate::answer;
use crate::auth::{self, AppTokenKind, Choice};
use crate::client::{Core, Scope, User};
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

/// What a call sends to prove who it is.
enum Credential {
    Nothing,
    /// The user's, which only the caller can renew.
    Given(Secret),
    /// One of the cache.
    Managed(AppTokenKind, Secret),
}

impl Credential {
    fn secret(&self) -> Option<&Secret> {
        match self {
            Self::Nothing => None,
            Self::Given(secret) | Self::Managed(_, secret) => Some(secret),
        }
    }
}

// Futures are awaited where they are made, and wrapped in place: each async function that takes one
// as an argument would double its size, and the tasks of all calls with it.
impl Call<'_> {
    /// Makes the call and reads the `data` of its answer.
    pub(crate) async fn json(&self, data: &mut dyn Decode) -> Result<Head> {
        let (head, _) = self.buffered(data).await?;
        Ok(head)
    }

    /// Makes the call and keeps a successful answer as it is.
    pub(crate) async fn raw(&self) -> Result<RawAnswer> {
        let (head, body) = self.buffered(&mut ()).await?;
        Ok(RawAnswer {
            operation: self.operation().to_owned(),
            confidential: self.request.confidential,
            head,
            body,
        })
    }

    /// Makes the call up to the head of its answer, whose body is a file.
    pub(crate) async fn file(&self) -> Result<(Head, Body)> {
        let run = async {
            let sent = self.authorize().await?;
            match self.attempt_file(&sent).await {
                Err(error) if self.discards(&sent, &error) => {
                    self.attempt_file(&self.authorize().await?).await
                }
                result => result,
            }
        };
        let span = self.span();
        let ended = timeout(self.scope.timeout, run).instrument(span.clone()).await;
        self.end(&span, ended)
    }

    async fn buffered(&self, data: &mut dyn Decode) -> Result<(Head, Bytes)> {
        let run = async {
            let sent = self.authorize().await?;
            match self.attempt(&sent, data).await {
                Err(error) if self.discards(&sent, &error) => {
                    self.attempt(&self.authorize().await?, data).await
                }
                result => result,
            }
        };
        let span = self.span();
        let ended = timeout(self.scope.timeout, run).instrument(span.clone()).await;
        self.end(&span, ended)
    }

    async fn attempt(&self, token: &Credential, data: &mut dyn Decode) -> Result<(Head, Bytes)> {
        let (head, body) = self.exchange(token).await?;
        let bytes = self.read(&head, body).await?;
        let mode = self.scope.decode_mode;
        answer::decode(self.core, &self.request, mode, &head, &bytes, data)?;
        Ok((head, bytes))
    }

    async fn attempt_file(&self, token: &Credential) -> Result<(Head, Body)> {
        let (head, body) = self.exchange(token).await?;
        if !answer::may_be_error(&head) {
            return Ok((head, body));
        }
        let bytes = self.read(&head, body).await?;
        answer::refuse_error(self.core, &self.request, &head, &bytes)?;
        Ok((head, bytes.into()))
    }

    async fn exchange(&self, token: &Credential) -> Result<(Head, Body)> {
        let (head, body) =
            transmit(self.core, &self.request, token.secret(), &self.scope.headers).await?;
        let span = Span::current();
        if !span.is_disabled() {
            span.record("status", head.status.as_u16());
            span.record("log_id", head.log_id());
        }
        Ok((head, body))
    }

    /// Whether the call is worth another attempt with a new token: the platform did not accept the
    /// one that was sent, in whatever HTTP status, and it was ours to fetch. Nothing was executed
    /// then, so the call may be repeated. Takes exactly that token out of the cache.
    fn discards(&self, sent: &Credential, error: &Error) -> bool {
        match sent {
            Credential::Managed(kind, secret) if error.is_token_invalid() => {
                tracing::debug!(kind = kind.as_str(), "the token was not accepted");
                self.core.tokens.discard(*kind, secret);
                true
            }
            _ => false,
        }
    }

    async fn authorize(&self) -> Result<Credential> {
        let choice = auth::choose(self.request.tokens, self.scope.user.is_some())
            .map_err(|why| Error::refused(self.operation(), why))?;
        let kind = match choice {
            Choice::Nothing => return Ok(Credential::Nothing),
            Choice::User => return self.user_token().await,
            Choice::Managed(kind) => kind,
        };
        let fetch = || {
            let core = Arc::clone(self.core);
            async move { auth::fetch(&core, kind).await }
        };
        let token = self.core.tokens.get(kind, fetch).await;
        token
            .map(|secret| Credential::Managed(kind, secret))
            .map_err(|error| error.seen_by(self.operation(), Stage::Token))
    }

    async fn user_token(&self) -> Result<Credential> {
        match &self.scope.user {
            None => Ok(Credential::Nothing),
            Some(User::Token(token)) => Ok(Credential::Given(token.clone())),
            Some(User::Session(tokens)) => {
                let token = tokens.token().await;
                token
                    .map(Credential::Given)
                    .map_err(|error| error.seen_by(self.operation(), Stage::Token))
            }
        }
    }

    async fn read(&self, head: &Head, body: Body) -> Result<Bytes> {
        body.collect_within(self.core.max_answer, "max_answer").await.map_err(|error| {
            let error = Error::new(self.operation(), Stage::Send, Cause::Transport(error));
            error.with_answer(head)
        })
    }

    fn span(&self) -> Span {
        tracing::debug_span!(
            "lark.call",
            operation = self.operation(),
            status = Empty,
            code = Empty,
            log_id = Empty,
        )
    }

    /// The result of a call that ended by itself or at its deadline.
    fn end<T>(&self, span: &Span, ended: Result<Result<T>, Elapsed>) -> Result<T> {
        let result = ended.unwrap_or_else(|_| {
            let cause = Cause::Deadline(self.scope.timeout);
            Err(Error::new(self.operation(), Stage::Send, cause))
        });
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
    let http = http_request(core, request, token, headers)
        .map_err(|error| failed(TransportError::new(TransportErrorKind::Request, error)))?;
    let (parts, body) = core.transport.send(http).await.map_err(failed)?.into_parts();
    let head = Head { status: parts.status, headers: parts.headers };
    answer::refuse_redirect(core, request, &head)?;
    Ok((head, body))
}

fn http_request(
    core: &Core,
    request: &Prepared,
    token: Option<&Secret>,
    headers: &HeaderMap,
) -> Result<Request<Body>, http::Error> {
    let mut http = Request::new(Body::default());
    *http.method_mut() = request.method.clone();
    *http.uri_mut() = core.hosts.of(request.host).join(&request.path_and_query)?;
    // Room for the two below and for what the HTTP stack adds, so that the map never grows.
    let mut all = HeaderMap::with_capacity(headers.len() + 5);
    all.extend(headers.iter().map(|(name, value)| (name.clone(), value.clone())));
    *http.headers_mut() = all;
    if let Some(body) = &request.body {
        http.headers_mut().insert(CONTENT_TYPE, body.content_type.clone());
        *http.body_mut() = body.bytes.clone().into();
    }
    let authorization = match (token, &request.basic) {
        (Some(token), _) => Some(["Bearer ", token.expose()].concat()),
        (None, Some((user, password))) => Some(basic(user, password)),
        (None, None) => None,
    };
    if let Some(value) = authorization {
        let value = Bytes::from(value);
        let mut value = HeaderValue::from_maybe_shared(value)?;
        value.set_sensitive(true);
        http.headers_mut().insert(AUTHORIZATION, value);
    }
    Ok(http)
}

/// RFC 7617.
fn basic(user: &str, password: &Secret) -> String {
    let pair = format!("{user}:{}", password.expose());
    ["Basic ", &BASE64_STANDARD.encode(pair)].concat()
}
