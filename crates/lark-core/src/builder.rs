//! Options of a client.

use std::env;
use std::sync::Arc;
use std::time::Duration;

use http::header::USER_AGENT;
use http::{HeaderMap, HeaderValue};

use crate::auth::TokenCache;
use crate::client::{Client, Core, Scope};
use crate::endpoint::{Endpoint, Hosts};
use crate::error::{Error, Result};
use crate::idempotency::{Idempotency, Keys};
use crate::prepare::RequiredCheck;
use crate::secret::Secret;
use crate::store::{MemoryStore, TokenStore};
use crate::transport::{HttpTransport, Transport, TransportOptions};
use crate::wire::{DecodeMode, Drift, DriftHook, DriftLog};

const CALL_TIMEOUT: Duration = Duration::from_secs(30);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const READ_TIMEOUT: Duration = Duration::from_secs(30);
/// Far above any answer of the platform that is not a file.
const MAX_ANSWER: usize = 64 * 1024 * 1024;
const AGENT: &str = concat!("lark-rs/", env!("CARGO_PKG_VERSION"));

/// Options of a [`Client`]; [`Client::builder`] makes one.
#[must_use]
pub struct ClientBuilder {
    app_id: String,
    app_secret: Secret,
    endpoint: Endpoint,
    timeout: Duration,
    transport: Option<Arc<dyn Transport>>,
    store: Option<Arc<dyn TokenStore>>,
    decode_mode: DecodeMode,
    on_drift: Option<DriftHook>,
}

impl ClientBuilder {
    pub(crate) fn new(app_id: String, app_secret: Secret) -> Self {
        Self {
            app_id,
            app_secret,
            endpoint: Endpoint::default(),
            timeout: CALL_TIMEOUT,
            transport: None,
            store: None,
            decode_mode: DecodeMode::default(),
            on_drift: None,
        }
    }

    /// Reads `LARK_APP_ID`, `LARK_APP_SECRET` and, if set, `LARK_BASE_URL` and
    /// `LARK_ACCOUNTS_URL`.
    ///
    /// # Errors
    /// One of the first two is not set; the message names each that is not.
    pub fn from_env() -> Result<Self> {
        let read = |name: &str| env::var(name).ok().filter(|value| !value.trim().is_empty());
        let (id, secret) = (read("LARK_APP_ID"), read("LARK_APP_SECRET"));
        let (Some(id), Some(secret)) = (&id, &secret) else {
            let unset = [("LARK_APP_ID", &id), ("LARK_APP_SECRET", &secret)];
            let names: Vec<_> =
                unset.iter().filter(|(_, value)| value.is_none()).map(|(name, _)| *name).collect();
            let names = names.join(" and ");
            return Err(Error::configuration(format!("set {names} in the environment")));
        };
        let builder = Self::new(id.trim().to_owned(), secret.trim().into());
        let endpoint = read("LARK_BASE_URL").map_or_else(Endpoint::default, Endpoint::from);
        Ok(builder.endpoint(match read("LARK_ACCOUNTS_URL") {
            Some(url) => endpoint.accounts(url),
            None => endpoint,
        }))
    }

    /// Which platform it is: [`Endpoint::Feishu`], which is the default, [`Endpoint::Lark`], or
    /// hosts of your own.
    pub fn endpoint(mut self, endpoint: impl Into<Endpoint>) -> Self {
        self.endpoint = endpoint.into();
        self
    }

    /// The platform by the URL of its API: [`FEISHU`](crate::FEISHU), [`LARK`](crate::LARK), or one
    /// host of your own. Short for [`endpoint`](Self::endpoint) with [`Endpoint::custom`].
    pub fn base_url(self, url: impl Into<String>) -> Self {
        self.endpoint(Endpoint::custom(url))
    }

    /// How long a call may take, tokens included. 30 s unless set.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sends requests through `transport` instead of reqwest.
    pub fn transport(mut self, transport: impl Transport + 'static) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Keeps tokens, app tickets and the grants of users in `store`, which clients and processes may
    /// share. Without it they are kept in memory.
    pub fn store(mut self, store: impl TokenStore + 'static) -> Self {
        self.store = Some(Arc::new(store));
        self
    }

    /// How answers that differ from the spec are treated. Tolerant unless set.
    pub fn decode_mode(mut self, mode: DecodeMode) -> Self {
        self.decode_mode = mode;
        self
    }

    /// Calls `hook` for each distinct [`Drift`], once in the life of the client, beside the
    /// `tracing` event with target `lark_core::drift`.
    pub fn on_drift(mut self, hook: impl Fn(&Drift) + Send + Sync + 'static) -> Self {
        self.on_drift = Some(Arc::new(hook));
        self
    }

    /// Makes the client. Nothing is sent yet.
    ///
    /// # Errors
    /// The app id or secret is empty, or the base URL is not usable.
    pub fn build(self) -> Result<Client> {
        if self.app_id.is_empty() || self.app_secret.expose().is_empty() {
            return Err(Error::configuration("the app id and the app secret must not be empty"));
        }
        let hosts = Hosts::parse(&self.endpoint)?;
        let transport = match self.transport {
            Some(transport) => transport,
            None => Arc::new(HttpTransport::new(&TransportOptions {
                connect_timeout: CONNECT_TIMEOUT,
                read_timeout: READ_TIMEOUT,
                base_url: hosts.open_url().clone(),
            })?),
        };
        let headers = HeaderMap::from_iter([(USER_AGENT, HeaderValue::from_static(AGENT))]);
        let scope = Scope {
            user: None,
            headers: headers.clone(),
            timeout: self.timeout,
            required_check: RequiredCheck::On,
            idempotency: Idempotency::Auto,
            decode_mode: self.decode_mode,
        };
        let store_prefix = store_prefix(&self.app_id, &self.app_secret, &hosts);
        let core = Core {
            app_id: self.app_id,
            app_secret: self.app_secret,
            hosts,
            transport,
            tokens: TokenCache::default(),
            store: self.store.unwrap_or_else(|| Arc::new(MemoryStore::new())),
            store_prefix,
            drifts: DriftLog::new(self.on_drift),
            keys: Keys::default(),
            headers,
            max_answer: MAX_ANSWER,
        };
        Ok(Client::new(core, scope))
    }
}

/// Keeps apart what two apps, two platforms, or two secrets of one app have in a shared store. The
/// secret itself cannot be told from its fingerprint.
fn store_prefix(app_id: &str, secret: &Secret, hosts: &Hosts) -> String {
    /// Enough to tell secrets apart.
    const FINGERPRINT: usize = 8;
    let digest = ring::digest::digest(&ring::digest::SHA256, secret.expose().as_bytes());
    let fingerprint: String =
        digest.as_ref()[..FINGERPRINT].iter().map(|byte| format!("{byte:02x}")).collect();
    let host = hosts.open_url().authority();
    format!("{host}/{app_id}/{fingerprint}")
}
