//! Options of a client.

use std::env;
use std::sync::Arc;
use std::time::Duration;

use http::header::USER_AGENT;
use http::{HeaderMap, HeaderValue};

use crate::auth::TokenCache;
use crate::base_url::{BaseUrl, FEISHU};
use crate::client::{Client, Core, Scope};
use crate::error::{Error, Result};
use crate::prepare::RequiredCheck;
use crate::secret::Secret;
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
    base_url: String,
    timeout: Duration,
    transport: Option<Arc<dyn Transport>>,
    decode_mode: DecodeMode,
    on_drift: Option<DriftHook>,
}

impl ClientBuilder {
    pub(crate) fn new(app_id: String, app_secret: Secret) -> Self {
        Self {
            app_id,
            app_secret,
            base_url: FEISHU.to_owned(),
            timeout: CALL_TIMEOUT,
            transport: None,
            decode_mode: DecodeMode::default(),
            on_drift: None,
        }
    }

    /// Reads `LARK_APP_ID`, `LARK_APP_SECRET` and, if set, `LARK_BASE_URL`.
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
        Ok(match read("LARK_BASE_URL") {
            Some(url) => builder.base_url(url),
            None => builder,
        })
    }

    /// Where the platform is: [`FEISHU`], which is the default, [`LARK`](crate::LARK),
    /// or a host of your own. A path in it is put before every API path.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = url.into();
        self
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
        let base_url = BaseUrl::parse(&self.base_url)?;
        let transport = match self.transport {
            Some(transport) => transport,
            None => Arc::new(HttpTransport::new(&TransportOptions {
                connect_timeout: CONNECT_TIMEOUT,
                read_timeout: READ_TIMEOUT,
                base_url: base_url.url().clone(),
            })?),
        };
        let headers = HeaderMap::from_iter([(USER_AGENT, HeaderValue::from_static(AGENT))]);
        let scope = Scope {
            user: None,
            headers: headers.clone(),
            timeout: self.timeout,
            required_check: RequiredCheck::On,
            decode_mode: self.decode_mode,
        };
        let core = Core {
            app_id: self.app_id,
            app_secret: self.app_secret,
            base_url,
            transport,
            tokens: TokenCache::default(),
            drifts: DriftLog::new(self.on_drift),
            headers,
            max_answer: MAX_ANSWER,
        };
        Ok(Client::new(core, scope))
    }
}
