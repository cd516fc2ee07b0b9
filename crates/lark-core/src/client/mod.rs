//! The client.

pub(crate) mod base_url;
mod builder;
mod core;
mod credentials;
pub(crate) mod endpoint;
mod scope;
mod scoped;
mod transport_options;
mod turn;
pub(crate) mod user_agent;

use std::sync::Arc;

pub use self::builder::ClientBuilder;
pub(crate) use self::core::Core;
pub use self::endpoint::{Endpoint, FEISHU, LARK};
pub(crate) use self::scope::{Scope, User};
pub use self::turn::{Turn, turn};
use crate::auth::{self, AppTokenKind, TokenKey};
use crate::call::request::Prepared;
use crate::call::{AnyRequest, Call, Idempotency, RawResponse, Response, Rules, prepare};
use crate::error::Result;
use crate::operation::{Operation, TokenKind};
use crate::store::TokenStore;
use crate::util::Secret;

/// A client of the platform, for one app.
///
/// Cloning is cheap; clones and scoped copies share connections and tokens. For options of a single
/// call, make a scoped copy: `client.as_user(token).send(request)`.
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

impl Client {
    pub(crate) fn new(core: Core, scope: Scope) -> Self {
        Self { core: Arc::new(core), scope: Arc::new(scope) }
    }

    /// Makes a call and returns the response.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); its [`stage`](crate::Error::stage) says how far the call got.
    pub async fn send<O: Operation>(&self, request: O) -> Result<O::Response> {
        let call = self.call(prepare(O::META, &request, self.rules())?);
        let (value, _) = call.receive::<O::Response>().await?;
        Ok(value)
    }

    /// Like [`send`](Self::send), with HTTP status, headers, log id and idempotency key.
    ///
    /// # Errors
    /// Those of [`send`](Self::send).
    pub async fn send_full<O: Operation>(&self, request: O) -> Result<Response<O::Response>> {
        let call = self.call(prepare(O::META, &request, self.rules())?);
        let (value, head) = call.receive::<O::Response>().await?;
        Ok(Response::new(value, head, call.request.idempotency_key))
    }

    /// Like [`send`](Self::send), but returns the JSON of the response as received. Takes typed
    /// requests and [`RawRequest`](crate::RawRequest)s. A code other than 0 is an error here too.
    ///
    /// # Errors
    /// Those of [`send`](Self::send).
    pub async fn send_raw(&self, request: impl AnyRequest) -> Result<RawResponse> {
        let request = request.prepare(self.rules())?;
        self.call(request).raw().await
    }

    /// A token of this kind for requests that go beside the SDK: what a call of this client would send
    /// in the header `Authorization`, behind `Bearer `. It is fetched or renewed if need be; ask for it
    /// each time instead of keeping it, because it lives for at most two hours.
    ///
    /// ```no_run
    /// use lark_core::{Client, TokenKind};
    ///
    /// # async fn run(client: Client) -> lark_core::Result<()> {
    /// let token = client.token(TokenKind::Tenant).await?;
    /// let header = format!("Bearer {}", token.expose());
    /// # _ = header;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Those of a call that needs such a token: the client has no user, no tenant, or no app, or the
    /// platform issues no token.
    pub async fn token(&self, kind: TokenKind) -> Result<Secret> {
        self.call(Prepared::for_token(kind)).token().await
    }

    fn call(&self, request: Prepared) -> Call<'_> {
        Call { core: &self.core, scope: &self.scope, request }
    }

    fn rules(&self) -> Rules<'_> {
        let keys = match self.scope.idempotency {
            Idempotency::Auto => Some(&self.core.keys),
            Idempotency::Caller => None,
        };
        let has_helpdesk = crate::call::headers::has_helpdesk(&self.scope.headers);
        let (check, max_risk) = (self.scope.required_check, self.scope.max_risk);
        let seed = self.scope.seed.as_deref();
        Rules { check, keys, seed, max_risk, has_helpdesk }
    }

    /// Stores an app ticket, which the platform sends as the event `app_ticket`, until the next one
    /// arrives. Clients that share the store share the ticket.
    ///
    /// # Errors
    /// The store failed.
    pub async fn set_app_ticket(&self, ticket: impl Into<Secret>) -> Result<()> {
        auth::ticket::set(&self.core, ticket.into()).await
    }

    /// Asks the platform to send an app ticket, which it does as the event `app_ticket`. A call
    /// without a ticket does so automatically, at most once a minute. Source:
    /// `auth.v3.app_ticket.resend`.
    ///
    /// # Errors
    /// Those of [`send`](Self::send).
    pub async fn resend_app_ticket(&self) -> Result<()> {
        auth::ticket::resend(&self.core).await
    }

    /// The secret of the app, for protocols that send it. Empty if the client is
    /// [`keyless`](Self::keyless).
    #[must_use]
    pub fn app_secret(&self) -> &Secret {
        &self.core.app_secret
    }

    /// The URL where users sign in, without a trailing slash. See [`Endpoint`](crate::Endpoint).
    #[must_use]
    pub fn accounts_url(&self) -> &str {
        self.core.hosts.of(endpoint::Host::Accounts).as_str()
    }

    /// The store of tokens, tickets and grants, with the time limits of [`TokenStore`].
    #[must_use]
    pub fn store(&self) -> &Arc<dyn TokenStore> {
        &self.core.store
    }

    /// The prefix of this client's keys in a [`TokenStore`]: platform and app. Use it for
    /// everything else you keep there.
    #[must_use]
    pub fn store_prefix(&self) -> &str {
        &self.core.store_prefix
    }

    /// The key of the client's own token of a kind in the store, to read or to fill a store; `None`
    /// for users, whose tokens `lark-oauth` keeps. It contains a fingerprint of the secret, so that
    /// a wrong secret never finds a token.
    #[must_use]
    pub fn token_key(&self, kind: TokenKind) -> Option<String> {
        let kind = match kind {
            TokenKind::Tenant => AppTokenKind::Tenant,
            TokenKind::App => AppTokenKind::App,
            TokenKind::User => return None,
        };
        Some(auth::stored::name(&self.core, &TokenKey::new(kind, self.scope.tenant.as_ref())))
    }

    /// The id of the app.
    #[must_use]
    pub fn app_id(&self) -> &str {
        &self.core.app_id
    }

    /// What its copies share, and what they change.
    #[cfg(feature = "events")]
    pub(crate) fn parts(&self) -> (&Arc<Core>, &Scope) {
        (&self.core, &self.scope)
    }

    fn scoped(&self, change: impl FnOnce(&mut Scope)) -> Self {
        let mut copy = self.clone();
        change(Arc::make_mut(&mut copy.scope));
        copy
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("app_id", &self.core.app_id).finish_non_exhaustive()
    }
}
