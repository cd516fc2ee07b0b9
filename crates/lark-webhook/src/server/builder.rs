//! The builder of a server.

use std::fmt::{self, Debug};
use std::sync::Arc;
use std::time::Duration;

use lark_core::EventRouter;
use tokio::net::{TcpListener, ToSocketAddrs};

use super::Server;
use super::error::ServeError;
use super::routes::Routes;
use super::timeouts::Timeouts;
use crate::body_memory::{self, BodyMemory};
use crate::report::{RequestHook, RequestReport};
use crate::webhook::{BODY_TIMEOUT, Webhook};

const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
/// Longer than proxies keep idle connections (60 s in nginx and most load balancers): the side that
/// sends requests should close first.
const IDLE_TIMEOUT: Duration = Duration::from_secs(75);
/// Fits into the 1,024 open files that most systems allow a process.
const MAX_CONNECTIONS: usize = 512;
/// Docker kills after 10 s, Kubernetes after 30 s.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(8);
const HEALTH_PATH: &str = "/healthz";

/// Builds a [`Server`].
#[must_use]
pub struct ServerBuilder {
    apps: Vec<(String, EventRouter)>,
    any_path: Option<EventRouter>,
    health_path: String,
    timeouts: Timeouts,
    body_timeout: Duration,
    body_memory: usize,
    max_connections: usize,
    shutdown_delay: Duration,
    shutdown_timeout: Duration,
    on_request: Option<RequestHook>,
    is_any_path_taken: bool,
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
            timeouts: Timeouts { header: HEADER_TIMEOUT, idle: IDLE_TIMEOUT },
            body_timeout: BODY_TIMEOUT,
            body_memory: body_memory::DEFAULT,
            max_connections: MAX_CONNECTIONS,
            shutdown_delay: Duration::ZERO,
            shutdown_timeout: SHUTDOWN_TIMEOUT,
            on_request: None,
            is_any_path_taken: false,
        }
    }

    /// Serves an app at `path`, which is compared literally: `/acme/events` is not `/acme/events/`. A
    /// router may have several paths, for example one for events and one for callbacks.
    pub fn app(mut self, path: impl Into<String>, router: EventRouter) -> Self {
        self.apps.push((path.into(), router));
        self
    }

    /// Serves an app at every path that has no other app.
    pub fn any_path(mut self, router: EventRouter) -> Self {
        self.is_any_path_taken |= self.any_path.replace(router).is_some();
        self
    }

    /// Sets the path of the health check; `/healthz` by default. `GET` is answered 200 while the
    /// server runs and 503 once it shuts down.
    pub fn health_path(mut self, path: impl Into<String>) -> Self {
        self.health_path = path.into();
        self
    }

    /// Sets the timeout for receiving the headers of a request; 10 s by default. It counts from the
    /// first byte of the request, on a new connection from its start. After it the connection is
    /// closed.
    pub fn header_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.header = timeout;
        self
    }

    /// Sets the timeout for receiving the body of a request; 10 s by default. After it the response is
    /// 408.
    pub fn body_timeout(mut self, timeout: Duration) -> Self {
        self.body_timeout = timeout;
        self
    }

    /// Sets the time for which a connection is kept open for its next request; 75 s by default. It
    /// should be longer than that of the reverse proxy in front.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.idle = timeout;
        self
    }

    /// Sets the memory that the bodies of all apps may take while they are received, in bytes; 64 MiB by
    /// default, and 64 KiB more for each, so that a push always has room. A larger body that finds no
    /// room is answered 503.
    pub fn body_memory(mut self, bytes: usize) -> Self {
        self.body_memory = bytes;
        self
    }

    /// Sets the maximum number of open connections; 512 by default. For one more, that connection is
    /// closed which has waited for its client for the longest time, if for a second; otherwise it waits.
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.max_connections = connections;
        self
    }

    /// Sets the time between the order to stop and the first refused connection; zero by default.
    /// Meanwhile everything is served, but the health check answers 503, so that a load balancer stops
    /// sending requests here.
    pub fn shutdown_delay(mut self, delay: Duration) -> Self {
        self.shutdown_delay = delay;
        self
    }

    /// Sets the time that requests and handlers in progress have at the shutdown; 8 s by default.
    /// Handlers that are stopped then, and their responses, take at most 2 s more.
    pub fn shutdown_timeout(mut self, timeout: Duration) -> Self {
        self.shutdown_timeout = timeout;
        self
    }

    /// Sets a hook that is called with the outcome of each request, for metrics of HTTP. Metrics of
    /// pushes are the router's ([`on_outcome`](lark_core::EventRouterBuilder::on_outcome)). The hook
    /// must not block.
    pub fn on_request(mut self, hook: impl Fn(&RequestReport<'_>) + Send + Sync + 'static) -> Self {
        self.on_request = Some(Arc::new(hook));
        self
    }

    /// Listens on `address`. For port 0 the system chooses a free one: see [`Server::local_addr`].
    ///
    /// # Errors
    /// The settings contradict each other, or the server cannot listen on the address.
    pub async fn bind(self, address: impl ToSocketAddrs + Debug) -> Result<Server, ServeError> {
        self.check()?;
        let shown = format!("{address:?}");
        match TcpListener::bind(address).await {
            Ok(listener) => self.listen_on(listener),
            Err(source) => Err(ServeError::Listen { address: shown, source }),
        }
    }

    /// Uses a socket that is already listening.
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
        let memory = BodyMemory::new(self.body_memory);
        let webhook = |path: &str, router| {
            let webhook = Webhook::new(router).body_timeout(self.body_timeout);
            webhook.sharing(&memory).reported_as(path, hook.clone())
        };
        let apps = self.apps.into_iter().map(|(path, router)| {
            let webhook = webhook(&path, router);
            (path, webhook)
        });
        let apps = apps.collect();
        let any_path = self.any_path.map(|router| webhook("*", router));
        let routes = Routes::new(apps, any_path, self.health_path, hook);
        Ok(Server {
            listener,
            address,
            routes: Arc::new(routes),
            timeouts: self.timeouts,
            max_connections: self.max_connections,
            shutdown_delay: self.shutdown_delay,
            shutdown_timeout: self.shutdown_timeout,
        })
    }

    fn check(&self) -> Result<(), ServeError> {
        let invalid = |why: String| Err(ServeError::InvalidConfig(why));
        if self.apps.is_empty() && self.any_path.is_none() {
            return invalid("a server without an app has nothing to serve".to_owned());
        }
        if self.is_any_path_taken {
            return invalid("two apps for any path".to_owned());
        }
        if self.max_connections == 0 {
            return invalid("max_connections is 0: nobody could connect".to_owned());
        }
        let mut paths: Vec<&str> = vec![&self.health_path];
        for path in self.apps.iter().map(|(path, _)| path) {
            if paths.contains(&&**path) {
                return invalid(format!("{path:?} is served twice"));
            }
            paths.push(path);
        }
        let is_path = |path: &str| path.starts_with('/') && !path.contains(['?', '#', ' ']);
        match paths.into_iter().find(|path| !is_path(path)) {
            Some(path) => {
                invalid(format!("{path:?} is no path: it begins with / and has no query"))
            }
            None => Ok(()),
        }
    }
}
