//! The client: what a user holds.

use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::auth::{self, AppTokenKind, AppType, Tickets, TokenCache, TokenKey, UserTokens};
use crate::builder::ClientBuilder;
use crate::endpoint::Hosts;
use crate::error::{Error, Result};
use crate::idempotency::{Idempotency, Keys};
use crate::operation::{Operation, TokenKind};
use crate::pipeline::Call;
use crate::prepare::{Prepared, RequiredCheck, Rules, prepare};
use crate::raw::RawRequest;
use crate::reply::{FromResponse, RawResponse, Response};
use crate::report::CallHook;
use crate::retry::{Gates, RetryPolicy};
use crate::secret::Secret;
use crate::store::TokenStore;
use crate::transport::Transport;
use crate::wire::{DecodeMode, DriftLog};

/// Headers that are the SDK's own to set, and two that the platform only sends.
const RESERVED_HEADERS: [&str; 7] = [
    "authorization",
    "content-length",
    "content-type",
    "host",
    "transfer-encoding",
    "request-id",
    "x-request-id",
];

/// A client of the platform, for one app.
///
/// Cloning is cheap; clones and scoped copies share connections and tokens. Options of single
/// calls are scoped copies: `client.as_user(token).send(request)`.
///
/// ```no_run
/// use lark_core::Client;
///
/// # fn main() -> lark_core::Result<()> {
/// let client = Client::builder("cli_a1b2c3d4e5f60718", "app secret").build()?;
/// let as_user = client.as_user("u-...");
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Client {
    core: Arc<Core>,
    scope: Arc<Scope>,
}

/// What all copies of a client share.
pub(crate) struct Core {
    pub(crate) app_id: String,
    pub(crate) app_secret: Secret,
    pub(crate) hosts: Hosts,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) app_type: AppType,
    /// Whether tokens are fetched; if not, calls send what their scope was given.
    pub(crate) manages_tokens: bool,
    pub(crate) tokens: TokenCache,
    pub(crate) tickets: Tickets,
    /// What the calls that fetch tokens are made with.
    pub(crate) token_scope: Scope,
    pub(crate) store: Arc<dyn TokenStore>,
    pub(crate) store_prefix: String,
    pub(crate) drifts: DriftLog,
    pub(crate) gates: Gates,
    pub(crate) on_call: CallHook,
    pub(crate) keys: Keys,
    /// Longest answer that is read into memory, in bytes.
    pub(crate) max_response_size: usize,
}

/// What a scoped copy may have changed.
#[derive(Clone)]
pub(crate) struct Scope {
    pub(crate) user: Option<User>,
    /// The tenant a marketplace app acts for.
    pub(crate) tenant: Option<Arc<str>>,
    pub(crate) tenant_token: Option<Secret>,
    pub(crate) app_token: Option<Secret>,
    pub(crate) headers: HeaderMap,
    pub(crate) timeout: Duration,
    pub(crate) retry: RetryPolicy,
    pub(crate) required_check: RequiredCheck,
    pub(crate) idempotency: Idempotency,
    pub(crate) decode_mode: DecodeMode,
}

impl Scope {
    /// The token of `kind` that the scope was given.
    pub(crate) fn given(&self, kind: AppTokenKind) -> Option<Secret> {
        match kind {
            AppTokenKind::Tenant => self.tenant_token.clone(),
            AppTokenKind::App => self.app_token.clone(),
        }
    }
}

/// On whose behalf calls are made.
#[derive(Clone)]
pub(crate) enum User {
    Token(Secret),
    Session(Arc<dyn UserTokens>),
}

impl Client {
    /// Starts a client for a self-built app, with its id (`cli_...`) and secret from the
    /// developer console.
    pub fn builder(app_id: impl Into<String>, app_secret: impl Into<Secret>) -> ClientBuilder {
        ClientBuilder::new(app_id.into(), app_secret.into())
    }

    /// Starts a client without an app, for calls that send no token, such as those of custom bots.
    /// It has a transport and options like any other; a call that needs a token is refused before it
    /// is sent, unless the client was given one.
    pub fn without_app() -> ClientBuilder {
        ClientBuilder::without_app()
    }

    /// A client from `LARK_APP_ID`, `LARK_APP_SECRET` and what else [`ClientBuilder::from_env`] reads.
    ///
    /// # Errors
    /// A variable is missing or wrong; the message names it.
    pub fn from_env() -> Result<Self> {
        ClientBuilder::from_env()?.build()
    }

    pub(crate) fn new(core: Core, scope: Scope) -> Self {
        Self { core: Arc::new(core), scope: Arc::new(scope) }
    }

    /// Makes a call and gives what the platform answers.
    ///
    /// # Errors
    /// See [`Error`]; its [`stage`](Error::stage) tells how far the call got.
    pub async fn send<O: Operation>(&self, request: O) -> Result<O::Response> {
        let call = self.call(prepare(O::META, &request, self.rules())?);
        let (value, _) = O::Response::receive(&call).await?;
        Ok(value)
    }

    /// As [`send`](Self::send), with HTTP status, headers, log id and idempotency key.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub async fn send_full<O: Operation>(&self, request: O) -> Result<Response<O::Response>> {
        let call = self.call(prepare(O::META, &request, self.rules())?);
        let (value, head) = O::Response::receive(&call).await?;
        Ok(Response { value, head, idempotency_key: call.request.idempotency_key })
    }

    /// As [`send`](Self::send), but the answer's JSON is kept as it came. Takes typed requests and
    /// [`RawRequest`]s. A code that is not 0 is an error here too.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub async fn send_raw(&self, request: impl AnyRequest) -> Result<RawResponse> {
        let request = request.prepare(self.rules())?;
        self.call(request).raw().await
    }

    fn call(&self, request: Prepared) -> Call<'_> {
        Call { core: &self.core, scope: &self.scope, request }
    }

    fn rules(&self) -> Rules<'_> {
        let keys = match self.scope.idempotency {
            Idempotency::Auto => Some(&self.core.keys),
            Idempotency::Caller => None,
        };
        Rules { check: self.scope.required_check, keys }
    }

    /// A copy whose calls are made on behalf of the user who granted `token` (a
    /// `user_access_token`).
    #[must_use]
    pub fn as_user(&self, token: impl Into<Secret>) -> Self {
        let token = token.into();
        self.scoped(|scope| scope.user = Some(User::Token(token)))
    }

    /// A copy whose calls are made for one tenant of a marketplace app, by the tenant's key (the
    /// `tenant_key` of its events). Copies for all tenants share the app's token.
    #[must_use]
    pub fn for_tenant(&self, tenant_key: impl Into<Arc<str>>) -> Self {
        let tenant_key = tenant_key.into();
        self.scoped(|scope| scope.tenant = Some(tenant_key))
    }

    /// A copy that sends this `tenant_access_token` where it would fetch one. It is not renewed.
    #[must_use]
    pub fn with_tenant_token(&self, token: impl Into<Secret>) -> Self {
        let token = token.into();
        self.scoped(|scope| scope.tenant_token = Some(token))
    }

    /// A copy that sends this `app_access_token` where it would fetch one. It is not renewed.
    #[must_use]
    pub fn with_app_token(&self, token: impl Into<Secret>) -> Self {
        let token = token.into();
        self.scoped(|scope| scope.app_token = Some(token))
    }

    /// Keeps an app ticket that the platform has sent as the event `app_ticket`. The store has it
    /// until the next one comes; clients that share the store share the ticket.
    ///
    /// # Errors
    /// The store failed.
    pub async fn set_app_ticket(&self, ticket: impl Into<Secret>) -> Result<()> {
        auth::set_ticket(&self.core, ticket.into()).await
    }

    /// Asks the platform to send an app ticket, which it does as the event `app_ticket`. A call that
    /// lacks one asks by itself, once a minute at most. Source: `auth.v3.app_ticket.resend`.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub async fn resend_app_ticket(&self) -> Result<()> {
        auth::resend_ticket(&self.core).await
    }

    /// A copy whose calls are repeated by this policy.
    #[must_use]
    pub fn with_retry(&self, policy: RetryPolicy) -> Self {
        self.scoped(|scope| scope.retry = policy)
    }

    /// A copy that sends one more header.
    ///
    /// # Errors
    /// Not a header, or one that the SDK sets itself.
    pub fn with_header(&self, name: &str, value: &str) -> Result<Self> {
        let refuse = |why| Err(Error::invalid_config(format!("header {name:?}: {why}")));
        if RESERVED_HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
            return refuse("it is not yours to set");
        }
        let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value))
        else {
            return refuse("not a valid name and value");
        };
        Ok(self.scoped(|scope| _ = scope.headers.insert(name, value)))
    }

    /// A copy whose calls may take `timeout` each, tokens and retries included. While a file is sent
    /// it counts from the last piece; a download must have begun by then.
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        self.scoped(|scope| scope.timeout = timeout)
    }

    /// A copy that does, or does not, check required inputs before it sends.
    #[must_use]
    pub fn with_required_check(&self, check: RequiredCheck) -> Self {
        self.scoped(|scope| scope.required_check = check)
    }

    /// A copy that does, or does not, make the idempotency keys that requests leave out: the `uuid`
    /// or `client_token` of operations that have one. With [`Idempotency::Caller`] only keys that
    /// you set are sent. The request value stays as it is in either case.
    #[must_use]
    pub fn with_idempotency(&self, idempotency: Idempotency) -> Self {
        self.scoped(|scope| scope.idempotency = idempotency)
    }

    /// A copy that treats answers that differ from the spec in this way.
    #[must_use]
    pub fn with_decode_mode(&self, mode: DecodeMode) -> Self {
        self.scoped(|scope| scope.decode_mode = mode)
    }

    /// A copy whose calls are made on behalf of one user, with tokens that are renewed: a session of
    /// `lark-oauth`, or a [`UserTokens`] of yours. A token that the platform does not accept is
    /// renewed and the call made once more.
    #[must_use]
    pub fn as_session(&self, tokens: impl UserTokens + 'static) -> Self {
        let tokens = Arc::new(tokens);
        self.scoped(|scope| scope.user = Some(User::Session(tokens)))
    }

    /// The secret of the app, for protocols that send it.
    #[must_use]
    pub fn app_secret(&self) -> &Secret {
        &self.core.app_secret
    }

    /// Where users sign in, without a slash at its end. See [`Endpoint`](crate::Endpoint).
    #[must_use]
    pub fn accounts_url(&self) -> &str {
        self.core.hosts.accounts_url().as_str().trim_end_matches('/')
    }

    /// Where tokens, tickets and grants are kept.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn TokenStore> {
        &self.core.store
    }

    /// The beginning of this client's keys in a [`TokenStore`]: platform and app. Whatever else is
    /// kept there goes under keys that begin so.
    #[must_use]
    pub fn store_prefix(&self) -> &str {
        &self.core.store_prefix
    }

    /// The key under which the store has the client's own token of a kind, for a look into a store
    /// or to fill one: `None` for users, whose tokens `lark-oauth` keeps. It holds a fingerprint of the
    /// secret, so that a token is never had with a wrong one.
    #[must_use]
    pub fn token_key(&self, kind: TokenKind) -> Option<String> {
        let kind = match kind {
            TokenKind::Tenant => AppTokenKind::Tenant,
            TokenKind::App => AppTokenKind::App,
            TokenKind::User => return None,
        };
        Some(auth::store_key(&self.core, &TokenKey::new(kind, self.scope.tenant.as_ref())))
    }

    /// The id of the app.
    #[must_use]
    pub fn app_id(&self) -> &str {
        &self.core.app_id
    }

    pub(crate) fn scoped(&self, change: impl FnOnce(&mut Scope)) -> Self {
        let mut scope = Scope::clone(&self.scope);
        change(&mut scope);
        Self { core: Arc::clone(&self.core), scope: Arc::new(scope) }
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("app_id", &self.core.app_id).finish_non_exhaustive()
    }
}

/// What [`Client::send_raw`] takes: requests of operations and [`RawRequest`].
pub trait AnyRequest: Send {
    /// Encodes the request.
    #[doc(hidden)]
    #[allow(private_interfaces)]
    fn prepare(&self, rules: Rules<'_>) -> Result<Prepared>;
}

impl<O: Operation> AnyRequest for O {
    fn prepare(&self, rules: Rules<'_>) -> Result<Prepared> {
        prepare(O::META, self, rules)
    }
}

impl AnyRequest for RawRequest {
    fn prepare(&self, _: Rules<'_>) -> Result<Prepared> {
        RawRequest::prepare(self)
    }
}
