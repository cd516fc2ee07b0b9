//! Connections to servers, with TLS or without.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, RedisConnectionInfo, RedisResult};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::pki_types::ServerName;

use crate::address::Address;

/// Time to connect to one server, with TLS and its greeting.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(1000);

/// A stream of any kind.
trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// Connects, signs in, and chooses the database. Each command has `response_timeout`.
pub(crate) async fn connect(
    address: &Address,
    settings: &RedisConnectionInfo,
    tls: Option<&Arc<ClientConfig>>,
    response_timeout: Duration,
) -> RedisResult<MultiplexedConnection> {
    let config = AsyncConnectionConfig::new().set_response_timeout(Some(response_timeout));
    let connected = async {
        let stream = open(address, tls).await?;
        MultiplexedConnection::new_with_config(settings, stream, config).await
    };
    let connected = timeout(CONNECT_TIMEOUT, connected).await.unwrap_or_else(|_| {
        // A server without TLS waits for the end of a line.
        let hint = if tls.is_some() { "; does `redis://` work, without TLS?" } else { "" };
        let why = format!("{address} gave no answer within {CONNECT_TIMEOUT:?}{hint}");
        Err(io::Error::new(io::ErrorKind::TimedOut, why).into())
    });
    let (connection, driver) = connected.map_err(|error| {
        let is_refused = error.is_connection_refusal();
        if tls.is_some() || is_refused || !error.is_connection_dropped() {
            return error;
        }
        let why = format!("{address} ended the connection; does `rediss://` work, with TLS?");
        io::Error::new(io::ErrorKind::ConnectionReset, why).into()
    })?;
    // It ends with the last copy of the connection.
    tokio::spawn(driver);
    Ok(connection)
}

async fn open(address: &Address, tls: Option<&Arc<ClientConfig>>) -> io::Result<Box<dyn Duplex>> {
    let (host, port) = match address {
        Address::Tcp(host, port) => (host, *port),
        #[cfg(unix)]
        Address::Unix(path) => return Ok(Box::new(tokio::net::UnixStream::connect(path).await?)),
        #[cfg(not(unix))]
        Address::Unix(_) => return Err(io::ErrorKind::Unsupported.into()),
    };
    let stream = TcpStream::connect((host.as_str(), port)).await?;
    stream.set_nodelay(true)?;
    let Some(config) = tls else { return Ok(Box::new(stream)) };
    let name = ServerName::try_from(host.clone()).map_err(io::Error::other)?;
    Ok(Box::new(TlsConnector::from(Arc::clone(config)).connect(name, stream).await?))
}
