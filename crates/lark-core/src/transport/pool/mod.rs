//! Connections that are kept for the next request.

mod connection;
mod host;
mod idle;
mod lease;
mod waiting;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::Uri;
use http::uri::Scheme;
use tokio::runtime::Handle;

pub(super) use self::host::Host;
pub(super) use self::lease::Lease;
use super::connector::{BoxError, Connector};
use super::proxy::Proxies;
use super::{TransportError, TransportErrorKind};
use crate::util::{has_usable_port, lock};

/// What a pool does with the connections to each host.
#[derive(Clone, Copy, Debug)]
pub(super) struct PoolOptions {
    pub(super) idle_timeout: Duration,
    pub(super) max_idle: usize,
    pub(super) max_age: Duration,
    pub(super) max_connections: usize,
}

/// The connections of a transport.
pub(super) struct Pool {
    pub(super) connector: Connector,
    pub(super) proxies: Proxies,
    options: PoolOptions,
    /// Few: those of the platform, for each runtime.
    hosts: Mutex<Vec<Arc<Host>>>,
}

impl Pool {
    pub(super) fn new(connector: Connector, proxies: Proxies, options: PoolOptions) -> Self {
        Self { connector, proxies, options, hosts: Mutex::default() }
    }

    /// The host of an absolute URL, for calls of this runtime.
    pub(super) fn host(&self, uri: &Uri) -> Result<Arc<Host>, TransportError> {
        let runtime = Handle::try_current();
        let runtime = runtime.map_err(|it| TransportError::new(TransportErrorKind::Request, it))?;
        let mut hosts = lock(&self.hosts);
        if let Some(known) = hosts.iter().find(|host| host.serves(uri, runtime.id())) {
            return Ok(Arc::clone(known));
        }
        let wrong = |why: BoxError| TransportError::new(TransportErrorKind::Request, why);
        let target = target(uri).map_err(wrong)?;
        hosts.retain(|host| !host.is_unused());
        let route = self.proxies.route(&target);
        let host = Host::new(target, runtime.id(), route, self.connector.clone(), self.options);
        let host = host.map_err(|error| wrong(error.into()))?;
        hosts.push(Arc::clone(&host));
        Ok(host)
    }
}

/// The URL of the host of a request, if one can be sent there.
fn target(uri: &Uri) -> Result<Uri, BoxError> {
    let Some(authority) = uri.authority() else { return Err("its URL names no host".into()) };
    let Some(scheme) = uri.scheme().filter(|it| [Scheme::HTTP, Scheme::HTTPS].contains(it)) else {
        return Err("its URL begins with neither http:// nor https://".into());
    };
    if authority.as_str().contains('@') {
        return Err("its URL has a user name".into());
    }
    if !has_usable_port(authority) {
        return Err("what follows the host in its URL is not a port".into());
    }
    let host = Uri::builder().scheme(scheme.clone()).authority(authority.clone());
    Ok(host.path_and_query("/").build()?)
}
