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
        if tls.is_some() || !failure.is_hung_up() {
            return failure;
        }
        let why = format!("{address} ended the connection; does `rediss://` work, with TLS?");
        io::Error::new(io::ErrorKind::ConnectionReset, why).into()
    })
}

/// Names the user, chooses the database, and makes sure that a server answers. All in one round trip, as
/// servers may be far away.
async fn sign_in(connection: &Multiplexed, login: &Login) -> Result<(), Failure> {
    let password = login.password.as_ref().map_or("", Secret::expose);
    let auth = match &login.user {
        Some(user) => Some(Command::new("AUTH").arg(user).arg(password)),
        None => login.password.as_ref().map(|_| Command::new("AUTH").arg(password)),
    };
    let select = (login.database > 0).then(|| Command::new("SELECT").arg(login.database));
    let auth = Command::send_some(auth, connection).await?;
    let select = Command::send_some(select, connection).await?;
    // Shows in `CLIENT LIST`. A server that knows no such command, or does not allow it, is there as well.
    let name = Command::new("CLIENT").arg("SETINFO").arg("LIB-NAME").arg("lark-redis");
    let name = name.send(connection).await?;
    if let Some(auth) = auth {
        auth.reply::<()>().await.map_err(|failure| login_failure(failure, password))?;
    }
    if let Some(select) = select {
        select.reply::<()>().await?;
    }
    match name.reply().await {
        Err(failure @ Failure::Server { .. }) if !failure.is_closed_door() => Ok(()),
        answer => answer,
    }
}

/// What a server said of a login, unless it quotes the password or takes nobody at all.
fn login_failure(failure: Failure, password: &str) -> Failure {
    let is_of_login = matches!(failure.code(), "ERR" | "WRONGPASS" | "NOAUTH" | "NOPERM");
    let text = failure.to_string();
    match () {
        () if !is_of_login || failure.is_closed_door() => failure,
        () if !password.is_empty() && text.contains(password) => {
            Failure::Login("the server does not accept the login".to_owned())
        }
        () => Failure::Login(text),
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

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};
    use tokio::join;

    use super::*;

    #[tokio::test]
    async fn a_greeting_is_one_round_trip() {
        let (ours, mut server) = duplex(1024);
        let connection = Multiplexed::new(Box::new(ours), Duration::from_secs(1));
        let (user, password) = (Some("bot".to_owned()), Some("hush".into()));
        let login = Login { user, password, database: 3 };
        let commands = "*3\r\n$4\r\nAUTH\r\n$3\r\nbot\r\n$4\r\nhush\r\n\
            *2\r\n$6\r\nSELECT\r\n$1\r\n3\r\n\
            *4\r\n$6\r\nCLIENT\r\n$7\r\nSETINFO\r\n$8\r\nLIB-NAME\r\n$10\r\nlark-redis\r\n";
        let serving = async {
            let mut heard = vec![0; commands.len()];
            server.read_exact(&mut heard).await.expect("commands");
            assert_eq!(String::from_utf8_lossy(&heard), commands);
            let replies = b"+OK\r\n+OK\r\n-ERR unknown subcommand\r\n";
            server.write_all(replies).await.expect("they are read");
        };
        let (signed_in, ()) = join!(sign_in(&connection, &login), serving);
        signed_in.expect("a server");
    }

    #[test]
    fn a_login_that_fails_shows_no_password() {
        let server =
            |code: &str, text: &str| Failure::Server { code: code.into(), text: text.into() };
        for (failure, text) in [
            (server("WRONGPASS", "invalid pair"), Some("WRONGPASS invalid pair")),
            (server("ERR", "hush is wrong"), Some("the server does not accept the login")),
            (server("ERR", "max number of clients reached"), None),
            (server("DENIED", "protected mode"), None),
            (Failure::Timeout, None),
        ] {
            let found = match login_failure(failure, "hush") {
                Failure::Login(text) => Some(text),
                _ => None,
            };
            assert_eq!(found.as_deref(), text);
        }
    }
}
