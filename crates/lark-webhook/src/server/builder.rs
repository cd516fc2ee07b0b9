//! The settings of a server.

use std::fmt::{self, Debug};
use std::sync::Arc;
use std::time::Duration;

use lark_core::EventRouter;
use tokio::net::{TcpListener, ToSocketAddrs};

use super::error::ServeError;
use super::listener::Server;
use super::pace::Limits;
use super::site::Site;
use crate::report::{RequestHook, RequestReport};
use crate::webhook::{BODY_TIMEOUT, Webhook};

const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// Longer than proxies keep connections (60 s in nginx and most load balancers): the side that closes
/// first should be the one that sends requests.
const IDLE_TIMEOUT: Duration = Duration::from_secs(75);
/// Fits into the 1,024 files that a process may have open on most systems.
const MAX_CONNECTIONS: usize = 512;
/// Docker kills after 10 s, Kubernetes after 30 s.
const SHUTDOWN_LIMIT: Duration = Duration::from_secs(8);
const HEALTH_PATH: &str = "/healthz";

/// Builds a [`Server`].
#[must_use]
pub struct ServerBuilder {
    apps: Vec<(String, EventRouter)>,
    any_path: Option<EventRouter>,
    health_path: String,
    limits: Limits,
    body_timeout: Duration,
    max_connections: usize,
    shutdown_notice: Duration,
    shutdown_limit: Duration,
    on_request: Option<RequestHook>,
    is_twice: bool,
}

impl Debug for ServerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let paths: Vec<_> = self.apps.iter().map(|(path, _)| path).collect();
        f.debug_struct("ServerBuilder")
            .field("paths", &paths)
            .field("health_path", &self.health_path)
            .finish_non_exhaustive()
    }
}

impl ServerBuilder {
    pub(super) fn new() -> Self {
        Self {
            apps: Vec::new(),
            any_path: None,
            health_path: HEALTH_PATH.to_owned(),
            limits: Limits { head: HEAD_TIMEOUT, idle: IDLE_TIMEOUT },
            body_timeout: BODY_TIMEOUT,
            max_connections: MAX_CONNECTIONS,
            shutdown_notice: Duration::ZERO,
            shutdown_limit: SHUTDOWN_LIMIT,
            on_request: None,
            is_twice: false,
        }
    }

    /// Serves an app at `path`, which is compared as it is written: `/acme/events` is not
    /// `/acme/events/`. A router may have several paths, one for events and one for callbacks, say.
    pub fn app(mut self, path: impl Into<String>, router: EventRouter) -> Self {
        self.apps.push((path.into(), router));
        self
    }

    /// Serves an app at every path that is not taken otherwise.
    pub fn any_path(mut self, router: EventRouter) -> Self {
        self.is_twice |= self.any_path.replace(router).is_some();
        self
    }

    /// Where `GET` is answered 200 while the server serves and 503 once it has been told to stop;
    /// `/healthz` by default.
    pub fn health_path(mut self, path: impl Into<String>) -> Self {
        self.health_path = path.into();
        self
    }

    /// How long the head of a request may take to come, from its first byte, or on a new connection
    /// from its begin; 10 s by default. Then the connection is closed.
    pub fn head_timeout(mut self, limit: Duration) -> Self {
        self.limits.head = limit;
        self
    }

    /// How long the body of a request may take to come; 10 s by default. Later ones are answered 408.
    pub fn body_timeout(mut self, limit: Duration) -> Self {
        self.body_timeout = limit;
        self
    }

    /// How long a connection is kept for its next request; 75 s by default. Should be longer than the
    /// reverse proxy in front keeps it.
    pub fn idle_timeout(mut self, limit: Duration) -> Self {
        self.limits.idle = limit;
        self
    }

    /// How many connections are served at once; 512 by default. Others wait in the queue of the
    /// system until one ends.
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.max_connections = connections;
        self
    }

    /// How long everything is served on after the server was told to stop, while the health check
    /// says 503 already, so that a load balancer sends elsewhere before connections are refused. None
    /// by default.
    pub fn shutdown_notice(mut self, notice: Duration) -> Self {
        self.shutdown_notice = notice;
        self
    }

    /// How long what is under way at the shutdown may take; 8 s by default. What is stopped then has
    /// at most 2 s more to end and be answered.
    pub fn shutdown_limit(mut self, limit: Duration) -> Self {
        self.shutdown_limit = limit;
        self
    }

    /// Called with what became of each request: the place for metrics of HTTP. Those of pushes are
    /// the router's ([`on_outcome`](lark_core::EventRouterBuilder::on_outcome)). Must not block.
    pub fn on_request(mut self, hook: impl Fn(&RequestReport<'_>) + Send + Sync + 'static) -> Self {
        self.on_request = Some(Arc::new(hook));
        self
    }

    /// Listens on an address. Port 0 is any that is free: see [`Server::local_addr`].
    ///
    /// # Errors
    /// The settings contradict each other, or the address cannot be listened on.
    pub async fn bind(self, address: impl ToSocketAddrs + Debug) -> Result<Server, ServeError> {
        self.check()?;
        let shown = format!("{address:?}");
        match TcpListener::bind(address).await {
            Ok(listener) => self.listen_on(listener),
            Err(source) => Err(ServeError::Listen { address: shown, source }),
        }
    }

    /// Serves a socket that listens already.
    ///
    /// # Errors
    /// The settings contradict each other, or the socket has no address.
    pub fn listen_on(self, listener: TcpListener) -> Result<Server, ServeError> {
        self.check()?;
        let address = listener.local_addr().map_err(|source| ServeError::Listen {
            address: "the given socket".to_owned(),
            source,
        })?;
        let hook = self.on_request;
        let webhook = |path: &str, router| {
            Webhook::new(router).body_timeout(self.body_timeout).reported_as(path, hook.clone())
        };
        let apps = self.apps.into_iter().map(|(path, router)| {
            let webhook = webhook(&path, router);
            (path, webhook)
        });
        let apps = apps.collect();
        let any_path = self.any_path.map(|router| webhook("*", router));
        let site = Site::new(apps, any_path, self.health_path, hook);
        Ok(Server {
            listener,
            address,
            site: Arc::new(site),
            limits: self.limits,
            max_connections: self.max_connections,
            notice: self.shutdown_notice,
            shutdown_limit: self.shutdown_limit,
        })
    }

    fn check(&self) -> Result<(), ServeError> {
        let complain = |why: String| Err(ServeError::Configuration(why));
        if self.apps.is_empty() && self.any_path.is_none() {
            return complain("a server without an app has nothing to serve".to_owned());
        }
        if self.is_twice {
            return complain("two apps for any path".to_owned());
        }
        if self.max_connections == 0 {
            return complain("max_connections is 0: nobody could connect".to_owned());
        }
        let mut paths: Vec<&str> = vec![&self.health_path];
        for path in self.apps.iter().map(|(path, _)| path) {
            if paths.contains(&&**path) {
                return complain(format!("{path:?} is served twice"));
            }
            paths.push(path);
        }
        let is_path = |path: &str| path.starts_with('/') && !path.contains(['?', '#', ' ']);
        match paths.into_iter().find(|path| !is_path(path)) {
            Some(path) => {
                complain(format!("{path:?} is no path: it begins with / and has no query"))
            }
            None => Ok(()),
        }
    }
}
