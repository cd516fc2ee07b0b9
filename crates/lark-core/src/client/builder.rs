//! Options of a client.

use std::env;
use std::sync::Arc;
use std::time::Duration;

use http::Method;

use super::endpoint::{Endpoint, Host, Hosts};
use super::{Client, Core, Scope};
use crate::auth::{AppType, ClientAssertions, FETCH_LIMIT, Tickets, TokenCache};
use crate::call::{CallHook, CallReport, Idempotency, Keys, RequiredCheck, headers};
use crate::error::{Error, Result};
use crate::operation::{Operation, Risk};
use crate::rate_limit::{ConfiguredRates, Rate, RateLimiters, SharedRateLimits};
use crate::retry::RetryPolicy;
use crate::store::{GuardedStore, MemoryStore, TokenStore};
use crate::transport::{HttpTransportBuilder, Transport};
use crate::util::{KeyLocks, Secret};
use crate::wire::{DecodeMode, Drift, DriftHook, DriftLog};

const CALL_TIMEOUT: Duration = Duration::from_secs(30);
/// Above the size of any response that is not a file: values of spreadsheets have up to 10 MB.
const MAX_RESPONSE_SIZE: usize = 16 * 1024 * 1024;

/// Options of a [`Client`]; [`Client::builder`] makes one.
#[must_use]
pub struct ClientBuilder {
    pub(super) app_id: String,
    pub(super) app_secret: Secret,
    pub(super) assertions: Option<Arc<dyn ClientAssertions>>,
    pub(super) client_credentials_grant: bool,
    pub(super) has_app: bool,
    endpoint: Endpoint,
    timeout: Duration,
    max_response_size: usize,
    user_agent_tag: String,
    pub(super) http: HttpTransportBuilder,
    transport: Option<Arc<dyn Transport>>,
    store: Option<Arc<dyn TokenStore>>,
    pub(super) app_type: AppType,
    app_ticket: Option<Secret>,
    manages_tokens: bool,
    retry: RetryPolicy,
    limits: ConfiguredRates,
    shared_limits: Option<Arc<dyn SharedRateLimits>>,
    max_risk: Risk,
    decode_mode: DecodeMode,
    on_drift: Option<DriftHook>,
    on_call: CallHook,
}

impl ClientBuilder {
    pub(crate) fn new(app_id: String, app_secret: Secret) -> Self {
        Self {
            app_id,
            app_secret,
            assertions: None,
            client_credentials_grant: false,
            has_app: true,
            endpoint: Endpoint::default(),
            timeout: CALL_TIMEOUT,
            max_response_size: MAX_RESPONSE_SIZE,
            user_agent_tag: String::new(),
            http: HttpTransportBuilder::new(),
            transport: None,
            store: None,
            app_type: AppType::SelfBuilt,
            app_ticket: None,
            manages_tokens: true,
            retry: RetryPolicy::default(),
            limits: ConfiguredRates::default(),
            shared_limits: None,
            max_risk: Risk::HighRiskWrite,
            decode_mode: DecodeMode::default(),
            on_drift: None,
            on_call: CallHook::default(),
        }
    }

    pub(crate) fn without_app() -> Self {
        let builder = Self::new(String::new(), Secret::new(""));
        Self { has_app: false, manages_tokens: false, ..builder }
    }

    /// Reads `LARK_APP_ID`, `LARK_APP_SECRET` and, if set, `LARK_BASE_URL`, `LARK_ACCOUNTS_URL`,
    /// `LARK_APP_TYPE` (`self_built` or `marketplace`) and `LARK_APP_TICKET`.
    ///
    /// # Errors
    /// One of the first two is not set (the message names each missing one), or the type of the app
    /// is not valid.
    pub fn from_env() -> Result<Self> {
        let read = |name: &str| env::var(name).ok().filter(|value| !value.trim().is_empty());
        let (id, secret) = (read("LARK_APP_ID"), read("LARK_APP_SECRET"));
        let (Some(id), Some(secret)) = (&id, &secret) else {
            let unset = [("LARK_APP_ID", &id), ("LARK_APP_SECRET", &secret)];
            let names: Vec<_> =
                unset.iter().filter(|(_, value)| value.is_none()).map(|(name, _)| *name).collect();
            let names = names.join(" and ");
            return Err(Error::invalid_config(format!("set {names} in the environment")));
        };
        let builder = Self::new(id.trim().to_owned(), secret.trim().into());
        let endpoint = read("LARK_BASE_URL").map_or_else(Endpoint::default, Endpoint::from);
        let builder = builder.endpoint(match read("LARK_ACCOUNTS_URL") {
            Some(url) => endpoint.accounts(url),
            None => endpoint,
        });
        let builder = match read("LARK_APP_TYPE").as_deref() {
            None | Some("self_built") => builder,
            Some("marketplace") => builder.marketplace(),
            Some(other) => {
                let why = format!("LARK_APP_TYPE is {other:?}, not self_built or marketplace");
                return Err(Error::invalid_config(why));
            }
        };
        Ok(match read("LARK_APP_TICKET") {
            Some(ticket) => builder.app_ticket(ticket),
            None => builder,
        })
    }

    /// The platform to call: [`Endpoint::Feishu`] (default), [`Endpoint::Lark`], or your own hosts.
    pub fn endpoint(mut self, endpoint: impl Into<Endpoint>) -> Self {
        self.endpoint = endpoint.into();
        self
    }

    /// The platform to call, by the URL of its API: [`FEISHU`](crate::FEISHU),
    /// [`LARK`](crate::LARK), or your own host. Short for [`endpoint`](Self::endpoint) with
    /// [`Endpoint::custom`].
    pub fn base_url(self, url: impl Into<String>) -> Self {
        self.endpoint(Endpoint::custom(url))
    }

    /// Time limit of a call, including tokens, waits and retries. Default: 30 s. While a file is
    /// uploading, the limit restarts with every chunk; for a download it ends when the response
    /// headers arrive.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Maximum size of a response that is read into memory, in bytes; a larger one is an error.
    /// Default: 16 MiB. Downloads are not limited, because they are not read into memory.
    pub fn max_response_size(mut self, bytes: usize) -> Self {
        self.max_response_size = bytes;
        self
    }

    /// Adds `tag` to the `User-Agent` of every request, to identify your program:
    /// `lark-rs/0.1.0 my-bot_2`. Only the first 64 characters are used, and characters other than
    /// `A-Z a-z 0-9 . _ -` become `_`.
    pub fn user_agent_tag(mut self, tag: impl Into<String>) -> Self {
        self.user_agent_tag = tag.into();
        self
    }

    /// Sends requests through `transport`: an [`HttpTransport`](crate::HttpTransport) with options,
    /// your own around it, or a completely different one. Options of the default transport, such as
    /// [`proxy`](Self::proxy), are then an error.
    pub fn transport(mut self, transport: impl Transport + 'static) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Keeps tokens, app tickets and the grants of users in `store`, which clients and processes
    /// may share. Default: in memory.
    pub fn store(mut self, store: impl TokenStore + 'static) -> Self {
        self.store = Some(Arc::new(store));
        self
    }

    /// The app is a marketplace app, made by a vendor for many tenants. Make its calls on
    /// [`Client::for_tenant`].
    pub fn marketplace(mut self) -> Self {
        self.app_type = AppType::Marketplace;
        self
    }

    /// The initial app ticket, until the platform sends one. It also declares the app a marketplace
    /// app.
    pub fn app_ticket(mut self, ticket: impl Into<Secret>) -> Self {
        self.app_ticket = Some(ticket.into());
        self.marketplace()
    }

    /// Fetches no tokens, for programs that get tokens elsewhere: calls send those of
    /// [`Client::with_tenant_token`], [`Client::with_app_token`] and [`Client::as_user`].
    pub fn disable_token_cache(mut self) -> Self {
        self.manages_tokens = false;
        self
    }

    /// When failed calls are retried. Default: [`RetryPolicy::default`].
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Client-side rate limit of one operation, for each tenant. Without it, calls slow down only when
    /// the platform rejects one for its rate. The operation is the type of its request, so that none
    /// is misspelt:
    ///
    /// ```
    /// use lark_core::{ClientBuilder, Rate};
    ///
    /// # fn limit<CreateMessageRequest: lark_core::Operation>(builder: ClientBuilder) -> ClientBuilder {
    /// builder.rate_limit::<CreateMessageRequest>(Rate::per_second(5))
    /// # }
    /// ```
    pub fn rate_limit<O: Operation>(mut self, rate: Rate) -> Self {
        self.limits.of_operations.insert(O::META.id.to_owned(), rate);
        self
    }

    /// Like [`rate_limit`](Self::rate_limit), for the [raw requests](crate::RawRequest) of one method
    /// and path, such as `/open-apis/sheets/v2/spreadsheets/shtcn1/metainfo`; each path is an operation
    /// of its own.
    pub fn raw_rate_limit(mut self, method: Method, path: impl AsRef<str>, rate: Rate) -> Self {
        let operation = format!("{method} {}", path.as_ref());
        self.limits.of_operations.insert(operation, rate);
        self
    }

    /// Limits each operation, for each tenant, by the rates that the platform documents for it
    /// ([`OperationFacts::rate_limits`](crate::OperationFacts::rate_limits)), so that calls wait
    /// here instead of being rejected there. A [`rate_limit`](Self::rate_limit) of an operation
    /// takes precedence; operations without published limits, and raw requests, have the
    /// [default](Self::default_rate_limit), if any. Other processes of the same app are not counted,
    /// unless they have [shared rate limits](Self::shared_rate_limits).
    pub fn documented_rate_limits(mut self) -> Self {
        self.limits.are_documented_kept = true;
        self
    }

    /// Client-side rate limit of each operation that has no other, for each tenant. The platform's
    /// usual limit is 1,000 calls per minute and 50 per second.
    pub fn default_rate_limit(mut self, rate: Rate) -> Self {
        self.limits.default = Some(rate);
        self
    }

    /// Keeps rate limits together with the other processes of a fleet: each limit of an operation is one
    /// budget for all of them, whether it is [set](Self::rate_limit),
    /// [documented](Self::documented_rate_limits) or learned from a rejection; and a rejection makes all of
    /// them wait. While `limits` cannot be asked, the process keeps them alone, with a warning.
    pub fn shared_rate_limits(mut self, limits: impl SharedRateLimits + 'static) -> Self {
        self.shared_limits = Some(Arc::new(limits));
        self
    }

    /// Rejects, before any I/O, calls that may do more than this, for programs that must not do
    /// everything that their app may, such as agents. Default: everything is allowed.
    ///
    /// The risk of an operation is [`OperationFacts::risk`](crate::OperationFacts::risk): where the
    /// platform states none, `GET` is a read, what deletes is a [`Risk::HighRiskWrite`], and anything
    /// else a write. A raw request is a read with `GET`, and otherwise counts as
    /// [`Risk::HighRiskWrite`], because it may be any operation.
    /// Signing users in, and the requests for tokens, are always allowed.
    ///
    /// ```
    /// use lark_core::{Client, Risk};
    ///
    /// # fn main() -> lark_core::Result<()> {
    /// let client = Client::builder("cli_a1b2c3d4e5f60718", "app secret").max_risk(Risk::Read).build()?;
    /// # Ok(()) }
    /// ```
    pub fn max_risk(mut self, risk: Risk) -> Self {
        self.max_risk = risk;
        self
    }

    /// Calls `hook` at the end of each call, for metrics. It must return quickly; its panic
    /// does not fail the call. Requests for tokens are reported as separate calls (`auth.v3...`). A call that fails before any I/O, and
    /// one that its caller drops, are not reported.
    pub fn on_call(mut self, hook: impl Fn(&CallReport<'_>) + Send + Sync + 'static) -> Self {
        self.on_call = CallHook::new(hook);
        self
    }

    /// How responses that differ from the spec are decoded. Default: tolerant.
    pub fn decode_mode(mut self, mode: DecodeMode) -> Self {
        self.decode_mode = mode;
        self
    }

    /// Calls `hook` once per client for each distinct [`Drift`], in addition to the `tracing` event
    /// with target `lark_core::drift`.
    pub fn on_drift(mut self, hook: impl Fn(&Drift) + Send + Sync + 'static) -> Self {
        self.on_drift = Some(Arc::new(hook));
        self
    }

    /// Builds the client. Nothing is sent yet.
    ///
    /// # Errors
    /// The app id or secret is empty, a marketplace app has neither a secret nor the older token endpoint, the base URL or an option of the transport is not valid, or
    /// such an option is set together with [`transport`](Self::transport).
    pub fn build(self) -> Result<Client> {
        self.check_app()?;
        let hosts = Hosts::parse(&self.endpoint)?;
        let transport = choose_transport(self.transport, self.http, &hosts)?;
        let scope = Scope {
            user: None,
            tenant: None,
            tenant_token: None,
            app_token: None,
            headers: headers::of_client(&self.user_agent_tag),
            timeout: self.timeout,
            retry: self.retry,
            keeps_documented_rates: false,
            required_check: RequiredCheck::On,
            idempotency: Idempotency::Auto,
            seed: None,
            max_risk: self.max_risk,
            decode_mode: self.decode_mode,
        };
        let store = self.store.unwrap_or_else(|| Arc::new(MemoryStore::new()));
        // Separates the entries of different platforms and apps in a shared store.
        let store_prefix = format!("{}/{}", hosts.of(Host::Open).authority(), self.app_id);
        let limiters = RateLimiters::new(self.limits);
        let limiters = match self.shared_limits {
            Some(shared) => limiters.shared(shared, store_prefix.clone()),
            None => limiters,
        };
        let core = Core {
            app_id: self.app_id,
            app_secret: self.app_secret,
            assertions: self.assertions,
            client_credentials_grant: self.client_credentials_grant,
            hosts,
            transport,
            app_type: self.app_type,
            manages_tokens: self.manages_tokens,
            tokens: TokenCache::default(),
            tickets: Tickets::new(self.app_ticket),
            token_scope: token_scope(&scope),
            store: Arc::new(GuardedStore::new(store)),
            store_prefix,
            drifts: DriftLog::new(self.on_drift),
            rate_limiters: Arc::new(limiters),
            on_call: self.on_call,
            keys: Keys::default(),
            turns: KeyLocks::default(),
            max_response_size: self.max_response_size,
        };
        Ok(Client::new(core, scope))
    }
}

impl Client {
    /// Starts a client for a self-built app, with its id (`cli_...`) and secret from the
    /// developer console.
    pub fn builder(app_id: impl Into<String>, app_secret: impl Into<Secret>) -> ClientBuilder {
        ClientBuilder::new(app_id.into(), app_secret.into())
    }

    /// Starts a client without an app, for calls that send no token, such as those of custom bots.
    /// It has the same transport and options; a call that needs a token fails before it is sent,
    /// unless you give the client one.
    pub fn without_app() -> ClientBuilder {
        ClientBuilder::without_app()
    }

    /// A client from `LARK_APP_ID`, `LARK_APP_SECRET` and the other variables that
    /// [`ClientBuilder::from_env`] reads.
    ///
    /// # Errors
    /// A variable is missing or wrong; the message names it.
    pub fn from_env() -> Result<Self> {
        ClientBuilder::from_env()?.build()
    }
}

/// Token requests use the default retry policy, so that a call waiting for one does not fail for a
/// reason unrelated to its own policy.
fn token_scope(scope: &Scope) -> Scope {
    let (timeout, retry) = (FETCH_LIMIT, RetryPolicy::default());
    Scope { timeout, retry, decode_mode: DecodeMode::Tolerant, ..scope.clone() }
}

/// The user's transport or the default one. Options that would have no effect are an error.
fn choose_transport(
    given: Option<Arc<dyn Transport>>,
    options: HttpTransportBuilder,
    hosts: &Hosts,
) -> Result<Arc<dyn Transport>> {
    let Some(transport) = given else {
        return Ok(Arc::new(options.build_for(&hosts.uris())?));
    };
    if options.set().is_empty() {
        return Ok(transport);
    }
    let names = options.set().join(", ");
    Err(Error::invalid_config(format!(
        "{names}: without effect, because transport(..) replaces what it is an option of; set it \
         with HttpTransport::builder()"
    )))
}
