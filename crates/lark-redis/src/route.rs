//! Which server has the keys: the one at the address, the primary that Sentinel names, or the node of a
//! cluster that has the slot of the namespace.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;
use tokio_rustls::rustls::ClientConfig;

use crate::address::{Address, Login};
use crate::client::{Command, Failure, Multiplexed, Reply};
use crate::stream;

/// Time to find the server by one address, and to connect to it.
const OPEN_TIMEOUT: Duration = Duration::from_secs(2);
/// Times that a node of a cluster may name another one.
const REDIRECTIONS: usize = 4;

/// The way to the server.
#[derive(Clone)]
pub(crate) struct Route {
    pub(crate) kind: Kind,
    /// The server, the sentinels, or some nodes of the cluster.
    pub(crate) addresses: Vec<Address>,
    /// User, password and database of the server.
    pub(crate) login: Login,
    pub(crate) tls: Option<Arc<ClientConfig>>,
}

#[derive(Clone)]
pub(crate) enum Kind {
    Server,
    /// The name of the service, and what the sentinels want to know.
    Sentinel(String, Login),
    Cluster,
}

/// A connection, and to whom it is.
#[derive(Clone)]
pub(crate) struct Link {
    pub(crate) connection: Multiplexed,
    pub(crate) address: Address,
}

impl Route {
    pub(crate) fn is_cluster(&self) -> bool {
        matches!(self.kind, Kind::Cluster)
    }

    /// How long it takes at most.
    pub(crate) fn time_to_open(&self) -> Duration {
        // One more than there are: the hint.
        let addresses = u32::try_from(self.addresses.len()).unwrap_or(u32::MAX).saturating_add(1);
        OPEN_TIMEOUT.saturating_mul(addresses)
    }

    /// Connects to the server that has `key`, and may be asked first at `hint`.
    pub(crate) async fn open(
        &self,
        key: &str,
        hint: Option<&Address>,
        response_timeout: Duration,
    ) -> Result<Link, Failure> {
        let hint = hint.filter(|_| self.is_cluster());
        let addresses = hint.into_iter().chain(&self.addresses);
        let mut last = None;
        for address in addresses {
            let opening = self.open_by(address, key, response_timeout);
            let opened = timeout(OPEN_TIMEOUT, opening).await.unwrap_or(Err(Failure::Timeout));
            match opened {
                Ok(link) => return Ok(link),
                // What a server says tells more than that another one is away.
                Err(error) if error.is_io() && last.is_some() => {}
                Err(error) => last = Some(error),
            }
        }
        Err(last.unwrap_or_else(|| Failure::own("there is no address")))
    }

    /// Connects to the server that has `key`, beginning at this address.
    async fn open_by(
        &self,
        address: &Address,
        key: &str,
        response_timeout: Duration,
    ) -> Result<Link, Failure> {
        match &self.kind {
            Kind::Server => self.connect(address, response_timeout).await,
            Kind::Sentinel(service, login) => {
                let primary = self.primary(address, service, login, response_timeout).await?;
                self.connect_to_primary(primary, response_timeout).await
            }
            Kind::Cluster => self.owner(address, key, response_timeout).await,
        }
    }

    /// Connects to this server.
    pub(crate) async fn connect(
        &self,
        address: &Address,
        response_timeout: Duration,
    ) -> Result<Link, Failure> {
        let tls = self.tls.as_ref();
        let connection = stream::connect(address, &self.login, tls, response_timeout).await?;
        Ok(Link { connection, address: address.clone() })
    }

    /// The primary of a service, as a sentinel knows it.
    async fn primary(
        &self,
        sentinel: &Address,
        service: &str,
        login: &Login,
        response_timeout: Duration,
    ) -> Result<Address, Failure> {
        let tls = self.tls.as_ref();
        let connection = stream::connect(sentinel, login, tls, response_timeout).await?;
        let question = Command::new("SENTINEL").arg("get-master-addr-by-name").arg(service);
        let answer: Option<(String, u16)> = question.query(&connection).await?;
        let (host, port) = answer.ok_or_else(|| {
            Failure::own(format!(
                "the sentinel at {sentinel} does not know the service {service:?}"
            ))
        })?;
        Ok(Address::Tcp(host, port))
    }

    /// Connects to a primary, and makes sure that it is one: a sentinel may not have noticed yet that it
    /// was replaced.
    async fn connect_to_primary(
        &self,
        address: Address,
        response_timeout: Duration,
    ) -> Result<Link, Failure> {
        let link = self.connect(&address, response_timeout).await.map_err(|it| it.at(&address))?;
        let role: Vec<Reply> = Command::new("ROLE").query(&link.connection).await?;
        let is_primary = matches!(role.first(), Some(Reply::Bytes(name)) if name == b"master");
        match is_primary {
            true => Ok(link),
            false => Err(Failure::own(format!(
                "the sentinel names {address}, which is not the primary yet"
            ))),
        }
    }

    /// Connects to the node of a cluster that has the slot of `key`. All keys of a namespace are in one
    /// slot, so that one connection is all that is needed; who has the slot is what a node says when it
    /// is asked for a key.
    async fn owner(
        &self,
        node: &Address,
        key: &str,
        response_timeout: Duration,
    ) -> Result<Link, Failure> {
        let mut node = node.clone();
        for _ in 0..REDIRECTIONS {
            let link = self.connect(&node, response_timeout).await.map_err(|it| it.at(&node))?;
            let answer = Command::new("GET").arg(key).query::<()>(&link.connection).await;
            match answer {
                Ok(()) => return Ok(link),
                Err(error) => match redirection(&error, &node) {
                    Some(other) if error.code() != "ASK" => {
                        node = other;
                    }
                    // The slot is on its way to another node, and still belongs to this one.
                    Some(_) => return Ok(link),
                    None => return Err(error),
                },
            }
        }
        Err(disagreement())
    }
}

/// What nodes that send on and on have in common.
pub(crate) fn disagreement() -> Failure {
    Failure::own("the nodes of the cluster do not agree on who has the keys")
}

/// The node that `error`, of the node `from`, names instead. One that names no host means its own.
pub(crate) fn redirection(error: &Failure, from: &Address) -> Option<Address> {
    let (host, port) = error.redirection()?.rsplit_once(':')?;
    let host = match (host, from) {
        ("" | "?", Address::Tcp(host, _)) => host,
        (host, _) => host,
    };
    Some(Address::Tcp(host.to_owned(), port.parse().ok()?))
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Server => f.write_str("Redis at ")?,
            Kind::Sentinel(service, _) => write!(f, "Redis {service:?} of the sentinels at ")?,
            Kind::Cluster => f.write_str("the Redis cluster at ")?,
        }
        for (number, address) in self.addresses.iter().enumerate() {
            f.write_str(if number == 0 { "" } else { ", " })?;
            write!(f, "{address}")?;
        }
        Ok(())
    }
}
