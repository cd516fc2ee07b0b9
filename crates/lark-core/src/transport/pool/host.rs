//! The connections to one host.

use std::sync::{Arc, Mutex, MutexGuard, Weak};
use std::time::Duration;

use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderMap, HeaderValue, Uri, header};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::runtime::Handle;
use tokio::time::Instant;

use super::PoolOptions;
use super::connection::{Connection, Driver, Place, current};
use super::idle::{Idle, Reaper};
use super::lease::Lease;
use super::waiting::Waiting;
use crate::transport::connector::{BoxError, ConnectTimeout, Connector};
use crate::transport::failure::cannot_connect;
use crate::transport::proxy::Route;
use crate::transport::{Body, TransportError, TransportErrorKind};
use crate::util::lock;

/// Where a connection takes its requests, and what drives it.
type Opened = (SendRequest<Body>, Driver);

/// A host, the way to it, and the connections to it.
pub(in crate::transport) struct Host {
    scheme: Scheme,
    authority: Authority,
    /// The `Host` header.
    header: HeaderValue,
    route: Route,
    /// The proxy on the way, for errors.
    note: Option<String>,
    connector: Connector,
    options: PoolOptions,
    state: Mutex<State>,
    /// Itself, for the tasks of its connections.
    me: Weak<Self>,
}

#[derive(Default)]
struct State {
    /// The one used last is at the end.
    idle: Vec<Idle>,
    waiting: Waiting,
    /// Connections, those that are being opened included.
    open: usize,
    opening: usize,
    is_reaping: bool,
}

impl Host {
    pub(super) fn new(
        uri: &Uri,
        route: Route,
        note: Option<String>,
        connector: Connector,
        options: PoolOptions,
    ) -> Result<Arc<Self>, TransportError> {
        let wrong = |why: &'static str| TransportError::new(TransportErrorKind::Request, why);
        let authority = uri.authority().cloned().ok_or_else(|| wrong("its URL names no host"))?;
        let header = HeaderValue::from_str(authority.as_str());
        let header = header.map_err(|_| wrong("its host is not a valid header"))?;
        let scheme = uri.scheme().cloned().unwrap_or(Scheme::HTTPS);
        Ok(Arc::new_cyclic(|me| Self {
            scheme,
            authority,
            header,
            route,
            note,
            connector,
            options,
            state: Mutex::default(),
            me: Weak::clone(me),
        }))
    }

    pub(super) fn serves(&self, uri: &Uri) -> bool {
        uri.scheme() == Some(&self.scheme) && uri.authority() == Some(&self.authority)
    }

    pub(super) fn is_unused(&self) -> bool {
        let state = lock(&self.state);
        state.open == 0 && state.waiting.is_empty()
    }

    /// Addresses a request to this host, as HTTP/1.1 and the proxy on the way want it.
    pub(in crate::transport) fn address(&self, uri: &mut Uri, headers: &mut HeaderMap) {
        headers.insert(header::HOST, self.header.clone());
        if let Route::Forward(proxy) = &self.route {
            if let Some(auth) = proxy.basic_auth() {
                headers.insert(header::PROXY_AUTHORIZATION, auth.clone());
            }
            return;
        }
        let path = uri.path_and_query().cloned();
        *uri = path.unwrap_or_else(|| PathAndQuery::from_static("/")).into();
    }

    /// A kept connection.
    pub(in crate::transport) fn kept(&self) -> Option<Lease> {
        let (now, runtime) = (Instant::now(), current());
        loop {
            let idle = {
                let mut state = lock(&self.state);
                let last = state.idle.iter().rposition(|it| it.connection.is_of(runtime))?;
                state.idle.remove(last)
            };
            // If the server has closed it, the request comes back unsent.
            if idle.is_usable(now, self.options) {
                return Some(Lease::new(idle.connection));
            }
        }
    }

    /// The next connection that is free, or a new one.
    pub(in crate::transport) async fn next(&self) -> Result<Lease, TransportError> {
        let turn = {
            let mut state = lock(&self.state);
            let turn = state.waiting.join();
            self.open_more(state);
            turn
        };
        match turn.await {
            Ok(lease) => lease,
            Err(_) => Err(self.failed("there is no runtime to open the connection")),
        }
    }

    /// No connection came free within `limit`.
    pub(in crate::transport) fn crowded(&self, limit: Duration) -> TransportError {
        let max = self.options.max_connections;
        let all = (lock(&self.state).open >= max).then_some(max);
        self.failed(ConnectTimeout { limit, all })
    }

    /// Opens a connection, which nobody else knows.
    pub(in crate::transport) async fn open(&self) -> Result<Opened, TransportError> {
        let target = Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query("/")
            .build()
            .map_err(|error| self.failed(error))?;
        let stream = self.connector.connect(&target, &self.route).await;
        let stream = stream.map_err(|error| self.failed(error))?;
        http1::handshake(TokioIo::new(stream)).await.map_err(|error| self.failed(error))
    }

    pub(in crate::transport) fn failed(&self, error: impl Into<BoxError>) -> TransportError {
        let place = format!("host {}", self.authority);
        let context: Vec<_> = self.note.as_deref().into_iter().chain([&*place]).collect();
        cannot_connect(error, &context)
    }

    /// Opens connections for those who wait, as far as none is on its way to them.
    fn open_more(&self, mut state: MutexGuard<'_, State>) {
        // Without a runtime nobody waits any more.
        let (Some(host), Ok(runtime)) = (self.me.upgrade(), Handle::try_current()) else { return };
        let mut missing = 0;
        while state.open < self.options.max_connections && {
            let opening = state.opening;
            state.waiting.exceeds(opening)
        } {
            state.open += 1;
            state.opening += 1;
            missing += 1;
        }
        // A runtime that is shutting down drops the task here, which takes the lock.
        drop(state);
        for _ in 0..missing {
            runtime.spawn(Opening(Some(Arc::clone(&host))).run());
        }
    }

    /// A connection has come free, or is new.
    pub(super) fn give(&self, mut connection: Box<Connection>) {
        let (now, options) = (Instant::now(), self.options);
        let is_over = options.max_idle == 0 || connection.ends(options) <= now;
        if connection.is_used() && (is_over || !connection.is_ready()) {
            return;
        }
        let mut state = lock(&self.state);
        let Some(connection) = state.waiting.give(connection) else { return };
        if state.idle.len() >= options.max_idle {
            drop(state);
            drop(connection);
            return;
        }
        state.idle.push(Idle { connection, since: now });
        let starts = !std::mem::replace(&mut state.is_reaping, true);
        drop(state);
        if starts {
            Reaper::start(Weak::clone(&self.me), options.idle_timeout);
        }
    }

    /// An open connection has ended: another one may be opened.
    pub(super) fn closed(&self) {
        let mut state = lock(&self.state);
        state.open -= 1;
        self.open_more(state);
    }

    /// A connection that was to come does not.
    fn missed(&self, error: TransportError) {
        let mut state = lock(&self.state);
        state.opening -= 1;
        state.waiting.fail(error);
    }

    /// Closes the connections whose time is over; the time of the next one, if there is one.
    pub(super) fn reap(&self) -> Option<Instant> {
        let (now, options) = (Instant::now(), self.options);
        let mut state = lock(&self.state);
        let mut all = std::mem::take(&mut state.idle);
        all.iter_mut().for_each(|it| it.connection.notice());
        let (fresh, stale): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|it| it.is_usable(now, options));
        state.idle = fresh;
        let next = state.idle.iter().map(|it| it.ends(options)).min();
        state.is_reaping = next.is_some();
        // The end of a connection takes the lock.
        drop(state);
        drop(stale);
        next
    }

    pub(super) fn reaper_stopped(&self) {
        lock(&self.state).is_reaping = false;
    }
}

/// A connection that is being opened. `None` once it is clear what became of it.
struct Opening(Option<Arc<Host>>);

impl Opening {
    async fn run(mut self) {
        let Some(host) = self.0.clone() else { return };
        let opened = host.open().await;
        self.0 = None;
        let place = Place::new(Weak::clone(&host.me));
        match opened {
            Ok((sender, driver)) => {
                lock(&host.state).opening -= 1;
                host.give(Box::new(Connection::new(sender, driver, place)));
            }
            Err(error) => host.missed(error),
        }
    }
}

impl Drop for Opening {
    /// The runtime has stopped meanwhile.
    fn drop(&mut self) {
        if let Some(host) = self.0.take() {
            host.missed(host.failed("the runtime that was opening the connection has stopped"));
            lock(&host.state).open -= 1;
        }
    }
}
