//! Connections to servers, with TLS or without.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use lark_core::Secret;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::pki_types::ServerName;

use crate::address::{Address, Login};
use crate::client::{Command, Duplex, Failure, Multiplexed};

/// Time to connect to one server, with TLS and its greeting.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(1000);

/// Connects, signs in, and chooses the database. Each command has `response_timeout`.
pub(crate) async fn connect(
    address: &Address,
    login: &Login,
    tls: Option<&Arc<ClientConfig>>,
    response_timeout: Duration,
) -> Result<Multiplexed, Failure> {
    let connected = async {
        let connection = Multiplexed::new(open(address, tls).await?, response_timeout);
        sign_in(&connection, login).await?;
        Ok(connection)
    };
    let connected = timeout(CONNECT_TIMEOUT, connected).await.unwrap_or_else(|_| {
        // A server without TLS waits for the end of a line.
        let hint = if tls.is_some() { "; does `redis://` work, without TLS?" } else { "" };
        let why = format!("{address} gave no answer within {CONNECT_TIMEOUT:?}{hint}");
        Err(io::Error::new(io::ErrorKind::TimedOut, why).into())
    });
    connected.map_err(|failure: Failure| {
        if tls.is_some() || failure.is_refused() || !failure.is_ended() {
            return failure;
        }
        let why = format!("{address} ended the connection; does `rediss://` work, with TLS?");
        io::Error::new(io::ErrorKind::ConnectionReset, why).into()
    })
}

/// Names the user, chooses the database, and makes sure that a server answers.
async fn sign_in(connection: &Multiplexed, login: &Login) -> Result<(), Failure> {
    let password = login.password.as_ref().map_or("", Secret::expose);
    let auth = match &login.user {
        Some(user) => Some(Command::new("AUTH").arg(user).arg(password)),
        None => login.password.as_ref().map(|_| Command::new("AUTH").arg(password)),
    };
    if let Some(auth) = auth {
        auth.query::<()>(connection).await.map_err(|failure| match failure {
            Failure::Server { .. } => Failure::Login(failure.to_string()),
            failure => failure,
        })?;
    }
    if login.database > 0 {
        Command::new("SELECT").arg(login.database).query::<()>(connection).await?;
    }
    // Shows in `CLIENT LIST`. A server that knows no such command, or does not allow it, is there as well.
    let name = Command::new("CLIENT").arg("SETINFO").arg("LIB-NAME").arg("lark-redis");
    match name.query(connection).await {
        Err(Failure::Server { .. }) => Ok(()),
        answer => answer,
    }
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
