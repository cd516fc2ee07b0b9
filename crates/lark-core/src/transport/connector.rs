//! Opens connections: names, addresses, proxies and TLS.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::uri::{Authority, Scheme};
use http::{HeaderMap, HeaderValue, Uri, header};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::{SocksV4, SocksV5, Tunnel};
use hyper_util::client::proxy::matcher::Intercept;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::net::lookup_host;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tower_service::Service;

use super::UpgradedStream;
use super::proxy::Route;
use crate::client::user_agent::AGENT;
use crate::util::BoxFuture;

/// Probes after which a silent connection is dead.
const KEEPALIVE_RETRIES: u32 = 3;
/// How long the system repeats what nobody acknowledges.
#[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
const UNACKNOWLEDGED: Duration = Duration::from_secs(30);

pub(super) type BoxError = Box<dyn StdError + Send + Sync>;

type Opened = Result<UpgradedStream, BoxError>;

#[derive(Clone)]
pub(super) struct Connector {
    tcp: HttpConnector,
    tls: TlsConnector,
    timeout: Duration,
}

/// The time limit for a connection has passed, and with it perhaps the wait for a free one.
#[derive(Debug)]
pub(super) struct ConnectTimeout {
    pub(super) limit: Duration,
    /// The number of connections, if there may be no more.
    pub(super) all: Option<usize>,
}

impl fmt::Display for ConnectTimeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let limit = self.limit;
        match self.all {
            None => write!(f, "no connection within {limit:?}"),
            Some(all) => write!(
                f,
                "all {all} connections are in use (max_connections), none was free within {limit:?}"
            ),
        }
    }
}

impl StdError for ConnectTimeout {}

impl Connector {
    /// `timeout` is for the whole of a connection, `keepalive` between the probes of an idle one.
    pub(super) fn new(
        mut tls: ClientConfig,
        timeout: Duration,
        keepalive: Option<Duration>,
    ) -> Self {
        // HTTP/2 cannot upgrade a connection.
        tls.alpn_protocols = vec![b"http/1.1".to_vec()];
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_keepalive(keepalive);
        tcp.set_keepalive_interval(keepalive);
        tcp.set_keepalive_retries(keepalive.map(|_| KEEPALIVE_RETRIES));
        #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
        tcp.set_tcp_user_timeout(Some(UNACKNOWLEDGED));
        Self { tcp, tls: TlsConnector::from(Arc::new(tls)), timeout }
    }

    /// A connection to the host of `target`, or to the proxy that forwards its requests.
    pub(super) async fn connect(&self, target: &Uri, route: &Route) -> Opened {
        let connecting = async {
            let stream = match route {
                Route::Direct => return self.open(target).await,
                Route::Forward(proxy) => return self.open(proxy.uri()).await,
                Route::Tunnel(proxy) => self.tunnel(proxy, target).await?,
                Route::Socks(proxy) => self.socks(proxy, target).await?,
            };
            self.secured(stream, target).await
        };
        match timeout(self.timeout, connecting).await {
            Ok(opened) => opened,
            Err(_) => Err(ConnectTimeout { limit: self.timeout, all: None }.into()),
        }
    }

    /// A connection without a proxy.
    fn open<'a>(&'a self, uri: &'a Uri) -> BoxFuture<'a, Opened> {
        Box::pin(async move {
            let tcp = self.tcp.clone().call(uri.clone()).await?;
            self.secured(UpgradedStream::new(tcp.into_inner()), uri).await
        })
    }

    /// The stream under TLS, if the URL says so.
    fn secured<'a>(&'a self, stream: UpgradedStream, uri: &'a Uri) -> BoxFuture<'a, Opened> {
        Box::pin(async move {
            if uri.scheme() != Some(&Scheme::HTTPS) {
                return Ok(stream);
            }
            let host = bare_host(uri).to_owned();
            let name = ServerName::try_from(host)?;
            Ok(UpgradedStream::new(self.tls.connect(name, stream).await?))
        })
    }

    async fn tunnel(&self, proxy: &Intercept, target: &Uri) -> Opened {
        let agent = HeaderValue::from_static(AGENT);
        let mut tunnel = Tunnel::new(proxy.uri().clone(), ToProxy(self.clone()))
            .with_headers(HeaderMap::from_iter([(header::USER_AGENT, agent)]));
        if let Some(auth) = proxy.basic_auth() {
            tunnel = tunnel.with_auth(auth.clone());
        }
        Ok(tunnel.call(target.clone()).await?.into_inner())
    }

    async fn socks(&self, proxy: &Intercept, target: &Uri) -> Opened {
        let (uri, inner) = (proxy.uri().clone(), ToProxy(self.clone()));
        let scheme = uri.scheme_str().unwrap_or_default();
        let is_v4 = scheme.starts_with("socks4");
        let target = match scheme {
            "socks4" | "socks5" => resolve(target, is_v4).await?,
            _ => with_port(target, bare_host(target))?,
        };
        if is_v4 {
            return Ok(SocksV4::new(uri, inner).call(target).await?.into_inner());
        }
        let mut socks = SocksV5::new(uri, inner);
        if let Some((user, password)) = proxy.raw_auth() {
            socks = socks.with_auth(user.to_owned(), password.to_owned());
        }
        Ok(socks.call(target).await?.into_inner())
    }
}

/// Opens the connection to a proxy.
#[derive(Clone)]
struct ToProxy(Connector);

impl Service<Uri> for ToProxy {
    type Response = TokioIo<UpgradedStream>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Self::Response, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let connector = self.0.clone();
        Box::pin(async move { Ok(TokioIo::new(connector.open(&uri).await?)) })
    }
}

/// The address of `target`, found on this machine: the parts of hyper-util would block the thread.
async fn resolve(target: &Uri, only_v4: bool) -> Result<Uri, BoxError> {
    let host = bare_host(target);
    let addresses = lookup_host((host, port(target))).await?;
    let found = addresses.into_iter().find(|it| !only_v4 || it.is_ipv4());
    let why = || io::Error::new(io::ErrorKind::NotFound, format!("{host} has no usable address"));
    let ip = found.ok_or_else(why)?.ip().to_string();
    with_port(target, &ip)
}

/// `target` with this host, and with its port even if it is the usual one.
fn with_port(target: &Uri, host: &str) -> Result<Uri, BoxError> {
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    let mut parts = target.clone().into_parts();
    parts.authority = Some(format!("{host}:{}", port(target)).parse::<Authority>()?);
    Ok(Uri::from_parts(parts)?)
}

fn port(uri: &Uri) -> u16 {
    let usual = if uri.scheme() == Some(&Scheme::HTTPS) { 443 } else { 80 };
    uri.port_u16().unwrap_or(usual)
}

/// The host without the brackets of an IPv6 address.
fn bare_host(uri: &Uri) -> &str {
    uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']')
}
