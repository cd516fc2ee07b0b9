//! Options of the default transport.

use std::env;
use std::fmt;
use std::time::Duration;

use http::Uri;
use http::uri::Scheme;

use super::HttpTransport;
use super::connector::Connector;
use super::pool::{Pool, PoolOptions};
use super::proxy::{ProxyOptions, ProxySource};
use super::tls::TlsOptions;
use crate::error::Result;
use crate::util::Secret;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const READ_TIMEOUT: Duration = Duration::from_secs(30);
const IDLE_TIMEOUT: Duration = Duration::from_secs(90);
/// Of those that a burst of calls has made, the rest is closed.
const MAX_IDLE_CONNECTIONS: usize = 128;
/// Far more than the rate limits of the platform let one app use.
const MAX_CONNECTIONS: usize = 256;
/// The platform moves its addresses now and then.
const MAX_CONNECTION_AGE: Duration = Duration::from_secs(10 * 60);
const KEEPALIVE: Duration = Duration::from_secs(15);

/// Options of the default transport; [`HttpTransport::builder`] makes one.
///
/// If an option is set twice, the last value applies, unless its documentation says that it adds.
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
    pool: PoolOptions,
    tcp_keepalive: Option<Duration>,
    /// The names of the options that were set.
    set: Vec<&'static str>,
}

impl HttpTransportBuilder {
    /// The default options.
    pub(crate) fn new() -> Self {
        Self {
            proxies: ProxyOptions::default(),
            tls: TlsOptions::default(),
            connect_timeout: CONNECT_TIMEOUT,
            read_timeout: READ_TIMEOUT,
            pool: PoolOptions {
                idle_timeout: IDLE_TIMEOUT,
                max_idle: MAX_IDLE_CONNECTIONS,
                max_age: MAX_CONNECTION_AGE,
                max_connections: MAX_CONNECTIONS,
            },
            tcp_keepalive: Some(KEEPALIVE),
            set: Vec::new(),
        }
    }

    /// Sends everything through the proxy at `url`: `http://` or `https://` (tunnels by `CONNECT`
    /// to HTTPS hosts), `socks5h://` (the proxy resolves names) or `socks5://` (this machine does).
    /// The default scheme is `http://`. The URL may contain a user name and a password,
    /// percent-encoded; they are never shown.
    ///
    /// Unless this or [`no_proxy`](Self::no_proxy) is set, the environment decides as for curl:
    /// `HTTPS_PROXY` or `HTTP_PROXY` by the scheme of the request, else `ALL_PROXY`, in upper or
    /// lower case, and `NO_PROXY` for the exceptions. A proxy of the environment is not used for
    /// `localhost` and loopback addresses; a proxy set here is.
    pub fn proxy(mut self, url: impl Into<Secret>) -> Self {
        self.proxies.source = ProxySource::Given(url.into());
        self.named("proxy")
    }

    /// Uses no proxy, regardless of the environment.
    pub fn no_proxy(mut self) -> Self {
        self.proxies.source = ProxySource::None;
        self.named("no_proxy")
    }

    /// Adds hosts that are reached without the proxy, in the format of `NO_PROXY`, separated by
    /// commas: a domain with its subdomains (`corp.example` or `.corp.example`), an address, a
    /// network (`10.0.0.0/8`), or `*`. If the proxy comes from the environment, they add to its
    /// `NO_PROXY`.
    pub fn proxy_except(mut self, hosts: impl Into<String>) -> Self {
        self.proxies.except.push(hosts.into());
        self.named("proxy_except")
    }

    /// Trusts every certificate in the PEM text, in addition to those of the system, for the
    /// platform and for `https://` proxies.
    pub fn root_certificates(self, pem: impl Into<Vec<u8>>) -> Self {
        self.add_roots("root_certificates", pem.into())
    }

    /// Trusts the certificates in the PEM text, and those of
    /// [`root_certificates`](Self::root_certificates), but not those of the system.
    pub fn only_root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.tls.only_roots = true;
        self.add_roots("only_root_certificates", pem.into())
    }

    /// The client certificate for servers that request one: PEM texts of the certificate, followed
    /// by its intermediate certificates, and of its private key (PKCS #8, PKCS #1 or SEC 1, not
    /// encrypted).
    pub fn client_certificate(
        mut self,
        certificates: impl Into<Vec<u8>>,
        key: impl Into<Secret>,
    ) -> Self {
        self.tls.identity = Some((certificates.into(), key.into()));
        self.named("client_certificate")
    }

    /// Time limit for a connection, including proxy and TLS. Default: 10 s.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self.named("connect_timeout")
    }

    /// Longest silence while waiting for a response or its next chunk. Default: 30 s. While a file
    /// is being sent, its progress resets the time; while the program does not request the next
    /// chunk, no time passes. A whole call has its own limit,
    /// [`ClientBuilder::timeout`](crate::ClientBuilder::timeout); this one ends a download that
    /// makes no progress.
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.read_timeout = timeout;
        self.named("read_timeout")
    }

    /// How long an unused connection is kept. Default: 90 s.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.pool.idle_timeout = timeout;
        self.named("idle_timeout")
    }

    /// Maximum number of unused connections to a host that are kept; 0 means a new connection for
    /// each request. Default: 128. [`max_connections`](Self::max_connections) limits those in use.
    pub fn max_idle_connections(mut self, count: usize) -> Self {
        self.pool.max_idle = count;
        self.named("max_idle_connections")
    }

    /// Maximum number of connections to a host; further calls wait until one is free, in the order
    /// in which they came. Default: 256. A download takes one until it is read to its end. A long
    /// connection does not count. 0 is taken as 1. If a program has several runtimes of tokio, each
    /// has its own connections, and as many of them.
    pub fn max_connections(mut self, count: usize) -> Self {
        self.pool.max_connections = count.max(1);
        self.named("max_connections")
    }

    /// How long a connection is used, so that changes of the host's addresses take effect; a
    /// request that is under way is not disturbed. Default: 10 minutes.
    pub fn max_connection_age(mut self, age: Duration) -> Self {
        self.pool.max_age = age;
        self.named("max_connection_age")
    }

    /// Idle time after which the system probes a connection; `None` for never. Default: 15 s.
    pub fn tcp_keepalive(mut self, interval: impl Into<Option<Duration>>) -> Self {
        self.tcp_keepalive = interval.into();
        self.named("tcp_keepalive")
    }

    /// Builds the transport. Nothing is connected yet.
    ///
    /// # Errors
    /// A proxy (including one from the environment), a certificate or a key is not valid; the
    /// message names the option or the variable. Or the system's certificates cannot be read.
    pub fn build(self) -> Result<HttpTransport> {
        self.build_with(true)
    }

    /// The transport of a client whose requests go to these URLs.
    pub(crate) fn build_for(self, urls: &[&Uri]) -> Result<HttpTransport> {
        self.build_with(urls.iter().any(|url| url.scheme() == Some(&Scheme::HTTPS)))
    }

    /// The names of the options that were set.
    pub(crate) fn set(&self) -> &[&'static str] {
        &self.set
    }

    fn build_with(self, tls: bool) -> Result<HttpTransport> {
        let proxies = self.proxies.proxies(|name| env::var(name).ok())?;
        let tls = self.tls.config(tls || proxies.need_tls())?;
        let connector = Connector::new(tls, self.connect_timeout, self.tcp_keepalive);
        Ok(HttpTransport::new(Pool::new(connector, proxies, self.pool), self.read_timeout))
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
}
