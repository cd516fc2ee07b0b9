//! Options of the default transport.

use std::env;
use std::fmt;
use std::time::Duration;

use url::Url;

use super::HttpTransport;
use super::error::Chain;
use super::proxy::{ProxyOptions, ProxySource, Route, describe};
use super::tls::TlsOptions;
use crate::client::user_agent::AGENT;
use crate::error::{Error, Result};
use crate::util::Secret;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const READ_TIMEOUT: Duration = Duration::from_secs(30);
const IDLE_TIMEOUT: Duration = Duration::from_secs(90);
const KEEPALIVE: Duration = Duration::from_secs(15);

/// Options of the default transport; [`HttpTransport::builder`] makes one.
///
/// An option that is set twice has its last value, except where it says that it adds.
///
/// ```no_run
/// use lark_core::{Client, HttpTransport};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let transport = HttpTransport::builder()
///     .proxy("http://user:password@proxy.example:3128")
///     .proxy_except("localhost, .corp.example, 10.0.0.0/8")
///     .root_certificates(std::fs::read("corp-ca.pem")?)
///     .client_certificate(std::fs::read("me.pem")?, std::fs::read_to_string("me.key")?)
///     .build()?;
/// let client = Client::builder("cli_a1b2c3d4e5f60718", "app secret").transport(transport).build()?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
#[must_use]
pub struct HttpTransportBuilder {
    proxies: ProxyOptions,
    tls: TlsOptions,
    connect_timeout: Duration,
    read_timeout: Duration,
    idle_timeout: Duration,
    max_idle_connections: usize,
    tcp_keepalive: Option<Duration>,
    /// The names of the options that were set.
    set: Vec<&'static str>,
}

impl HttpTransportBuilder {
    /// The options as they are unless set.
    pub(crate) fn new() -> Self {
        Self {
            proxies: ProxyOptions::default(),
            tls: TlsOptions::default(),
            connect_timeout: CONNECT_TIMEOUT,
            read_timeout: READ_TIMEOUT,
            idle_timeout: IDLE_TIMEOUT,
            max_idle_connections: usize::MAX,
            tcp_keepalive: Some(KEEPALIVE),
            set: Vec::new(),
        }
    }

    /// Sends everything through the proxy at `url`: `http://` or `https://` (tunnels by `CONNECT` to
    /// HTTPS hosts), `socks5h://` (the proxy looks names up) or `socks5://` (this machine does).
    /// Without a scheme it is `http://`. A user name and a password may be in the URL,
    /// percent-encoded; they are never shown.
    ///
    /// Unless this or [`no_proxy`](Self::no_proxy) is set, the environment decides as it does for
    /// curl: `HTTPS_PROXY` or `HTTP_PROXY` by the scheme of the request, else `ALL_PROXY`, in upper
    /// or lower case, and `NO_PROXY` for the exceptions. A proxy of the environment is not used for
    /// `localhost` and loopback addresses; one that is set here is.
    pub fn proxy(mut self, url: impl Into<Secret>) -> Self {
        self.proxies.source = ProxySource::Given(url.into());
        self.named("proxy")
    }

    /// Uses no proxy, whatever the environment says.
    pub fn no_proxy(mut self) -> Self {
        self.proxies.source = ProxySource::None;
        self.named("no_proxy")
    }

    /// Adds hosts that are reached without the proxy, in the form of `NO_PROXY`, separated by
    /// commas: a domain with all below it (`corp.example` or `.corp.example`), an address, a network
    /// (`10.0.0.0/8`), or `*`. They add to the `NO_PROXY` of the environment if the proxy is of the
    /// environment too.
    pub fn proxy_except(mut self, hosts: impl Into<String>) -> Self {
        self.proxies.except.push(hosts.into());
        self.named("proxy_except")
    }

    /// Adds authorities to those of the system: every certificate in the PEM text. They are trusted
    /// for the platform and for `https://` proxies.
    pub fn root_certificates(self, pem: impl Into<Vec<u8>>) -> Self {
        self.add_roots("root_certificates", pem.into())
    }

    /// Trusts the certificates in the PEM text, and those of
    /// [`root_certificates`](Self::root_certificates), but not those of the system.
    pub fn only_root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.tls.only_roots = true;
        self.add_roots("only_root_certificates", pem.into())
    }

    /// Shows servers that ask for it a certificate: PEM texts of the certificate, with those between
    /// it and its root behind it, and of its private key (PKCS #8, PKCS #1 or SEC 1, not encrypted).
    pub fn client_certificate(
        mut self,
        certificates: impl Into<Vec<u8>>,
        key: impl Into<Secret>,
    ) -> Self {
        self.tls.identity = Some((certificates.into(), key.into()));
        self.named("client_certificate")
    }

    /// How long a connection may take, with its proxy and TLS. 10 s unless set.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self.named("connect_timeout")
    }

    /// Longest wait for a response, or for the next piece of one. 30 s unless set. While a
    /// file is sent, its progress counts; while nobody asks for the next piece, no time passes. A call
    /// as a whole has a limit of its own, [`ClientBuilder::timeout`](crate::ClientBuilder::timeout);
    /// this one is what ends a download that makes no progress.
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.read_timeout = timeout;
        self.named("read_timeout")
    }

    /// How long a connection that is not in use is kept. 90 s unless set.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle_timeout = timeout;
        self.named("idle_timeout")
    }

    /// How many connections to a host are kept while they are not in use; 0 means a new one for each
    /// request. No limit unless set. It does not limit how many are in use.
    pub fn max_idle_connections(mut self, count: usize) -> Self {
        self.max_idle_connections = count;
        self.named("max_idle_connections")
    }

    /// How long a connection is silent before the system asks whether the other end is still there;
    /// `None` for never. 15 s unless set.
    pub fn tcp_keepalive(mut self, interval: impl Into<Option<Duration>>) -> Self {
        self.tcp_keepalive = interval.into();
        self.named("tcp_keepalive")
    }

    /// Makes the transport. Nothing is connected yet.
    ///
    /// # Errors
    /// A proxy, of the environment too, a certificate or a key is not usable; the message names the
    /// option or the variable. Or the system's certificates cannot be read.
    pub fn build(self) -> Result<HttpTransport> {
        self.build_with(None, true)
    }

    /// The transport of a client whose requests go to these URLs, nearly all to the first.
    pub(crate) fn build_for(self, urls: &[&Url]) -> Result<HttpTransport> {
        let tls = urls.iter().any(|url| url.scheme() == "https");
        self.build_with(urls.first().copied().cloned(), tls)
    }

    /// The names of the options that were set.
    pub(crate) fn set(&self) -> &[&'static str] {
        &self.set
    }

    fn build_with(self, base: Option<Url>, tls: bool) -> Result<HttpTransport> {
        let routes = self.proxies.routes(|name| env::var(name).ok())?;
        let tls = self.tls.config(tls || routes.iter().any(Route::is_https))?;
        // The proxies of the environment are in `routes`, with exceptions that reqwest lacks.
        let mut client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .no_proxy()
            .user_agent(AGENT)
            .connect_timeout(self.connect_timeout)
            .pool_idle_timeout(self.idle_timeout)
            .pool_max_idle_per_host(self.max_idle_connections)
            .tcp_keepalive(self.tcp_keepalive)
            .tcp_nodelay(true);
        for route in &routes {
            client = client.proxy(route.to_reqwest()?);
        }
        let transport = HttpTransport::make(client, base, describe(&routes))?;
        Ok(transport.with_read_timeout(self.read_timeout))
    }

    fn add_roots(mut self, option: &'static str, pem: Vec<u8>) -> Self {
        self.tls.roots.push((option, pem));
        self.named(option)
    }

    fn named(mut self, option: &'static str) -> Self {
        if !self.set.contains(&option) {
            self.set.push(option);
        }
        self
    }
}

impl fmt::Debug for HttpTransportBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpTransportBuilder").field("set", &self.set).finish_non_exhaustive()
    }
}

impl HttpTransport {
    /// Starts a transport with options.
    pub fn builder() -> HttpTransportBuilder {
        HttpTransportBuilder::new()
    }

    pub(super) fn make(
        client: reqwest::ClientBuilder,
        base: Option<Url>,
        note: Option<String>,
    ) -> Result<Self> {
        let client = client.redirect(reqwest::redirect::Policy::none()).build();
        let client = client.map_err(|error| {
            Error::invalid_config(format!("the HTTP client: {}", Chain(&error)))
        })?;
        Ok(Self::new(client, base, note))
    }
}
