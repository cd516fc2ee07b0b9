//! The connections to one host from one runtime.

use std::convert::Infallible;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use http::header::InvalidHeaderValue;
use http::uri::{Authority, PathAndQuery};
use http::{HeaderMap, HeaderValue, Uri, header};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::runtime::{self, Handle};
use tokio::sync::{oneshot, watch};
use tokio::time::Instant;

use super::PoolOptions;
use super::connection::{Connection, Driver, Place};
use super::idle::{Idle, Reaper};
use super::lease::Lease;
use super::waiting::Waiting;
use crate::transport::connector::{BoxError, ConnectTimeout, Connector};
use crate::transport::failure::cannot_connect;
use crate::transport::proxy::Route;
use crate::transport::{Body, TransportError, UpgradedStream};
use crate::util::{BoxFuture, lock, spawn_on, unless};

/// Where a connection takes its requests, and what drives it.
type Opened = (SendRequest<Body>, Driver);

/// A host, the way to it, and the connections to it.
///
/// Each runtime has its own, because a connection gets its events from the runtime that has opened
/// it: elsewhere it would wake nobody while that one stands still or once it has stopped.
pub(in crate::transport) struct Host {
    runtime: runtime::Id,
    /// Its URL, without a path.
    target: Uri,
    /// The `Host` header.
    header: HeaderValue,
    route: Route,
    /// The proxy on the way, for errors.
    note: Option<String>,
    connector: Connector,
    options: PoolOptions,
    state: Mutex<State>,
    /// Ends with it, and with it the tasks that open connections.
    life: watch::Sender<()>,
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
    reaping: Option<Reaping>,
}

/// There is a reaper, until this is dropped.
struct Reaping {
    /// When it looks next.
    next: Instant,
    _ends: oneshot::Sender<Infallible>,
}

impl Host {
    pub(super) fn new(
        target: Uri,
        runtime: runtime::Id,
        (route, note): (Route, Option<String>),
        connector: Connector,
        options: PoolOptions,
    ) -> Result<Arc<Self>, InvalidHeaderValue> {
        let header = HeaderValue::from_str(authority(&target))?;
        Ok(Arc::new_cyclic(|me| Self {
            runtime,
            target,
            header,
            route,
            note,
            connector,
            options,
            state: Mutex::default(),
            life: watch::Sender::default(),
            me: Weak::clone(me),
        }))
    }

    pub(super) fn serves(&self, uri: &Uri, runtime: runtime::Id) -> bool {
        self.runtime == runtime
            && uri.scheme() == self.target.scheme()
            && uri.authority() == self.target.authority()
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
        let now = Instant::now();
        loop {
            let idle = lock(&self.state).idle.pop()?;
            // If the server has closed it, the request comes back unsent.
            if idle.is_usable(now, self.options) {
                return Some(Lease::kept(idle.connection, now - idle.since));
            }
        }
    }

    /// The next connection that is free, or a new one.
    pub(in crate::transport) async fn next(&self) -> Result<Lease, TransportError> {
        let runtime = Handle::try_current().map_err(|error| self.failed(error))?;
        let turn = loop {
            let mut state = lock(&self.state);
            if state.idle.is_empty() {
                let turn = state.waiting.join(runtime);
                self.open_more(state);
                break turn;
            }
            drop(state);
            // One has come free since the call looked for it, and nobody would wake this one for it.
            if let Some(lease) = self.kept() {
                return Ok(lease);
            }
        };
        match turn.await {
            Ok(lease) => lease,
            Err(_) => Err(self.failed("the runtime that was opening the connection has stopped")),
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
        let stream = self.dial().await.map_err(|error| self.failed(error))?;
        http1::handshake(TokioIo::new(stream)).await.map_err(|error| self.failed(error))
    }

    /// Connects, without keeping the host.
    fn dial(&self) -> BoxFuture<'static, Result<UpgradedStream, BoxError>> {
        let (connector, target, route) =
            (self.connector.clone(), self.target.clone(), self.route.clone());
        Box::pin(async move { connector.connect(&target, &route).await })
    }

    pub(in crate::transport) fn failed(&self, error: impl Into<BoxError>) -> TransportError {
        self.unreachable(error.into())
    }

    fn unreachable(&self, error: BoxError) -> TransportError {
        let place = format!("host {}", authority(&self.target));
        let context: Vec<_> = self.note.as_deref().into_iter().chain([&*place]).collect();
        cannot_connect(error, &context)
    }

    /// Opens connections for those who wait, as far as none is on its way to them.
    fn open_more(&self, mut state: MutexGuard<'_, State>) {
        let mut missing = Vec::new();
        while state.open < self.options.max_connections {
            let opening = state.opening;
            // A connection may end anywhere, even outside of a runtime.
            let Some(runtime) = state.waiting.beyond(opening).cloned() else { break };
            state.open += 1;
            state.opening += 1;
            missing.push(runtime);
        }
        // A runtime that is shutting down drops the task here, which takes the lock.
        drop(state);
        for runtime in missing {
            spawn_on(&runtime, Box::pin(Opening(Some(Weak::clone(&self.me))).run()));
        }
    }

    /// A connection has come free, or is new.
    pub(super) fn give(&self, mut connection: Box<Connection>) {
        // Given back elsewhere it is closed, since its runtime may have stopped.
        let Ok(runtime) = Handle::try_current() else { return };
        if runtime.id() != self.runtime {
            return;
        }
        let (now, options) = (Instant::now(), self.options);
        let is_over = options.max_idle == 0 || connection.ends(options) <= now;
        if !connection.is_fresh() && (is_over || !connection.is_ready()) {
            return;
        }
        let mut state = lock(&self.state);
        let Some(mut connection) = state.waiting.give(connection) else { return };
        if state.idle.len() >= options.max_idle {
            drop(state);
            drop(connection);
            return;
        }
        connection.keep();
        let idle = Idle { connection, since: now };
        let due = idle.due(now, options);
        state.idle.push(idle);
        if state.reaping.as_ref().is_some_and(|it| it.next <= due) {
            return;
        }
        // One that would come too late is replaced.
        let (end, ended) = oneshot::channel();
        state.reaping = Some(Reaping { next: due, _ends: end });
        drop(state);
        spawn_on(&runtime, Box::pin(Reaper::new(Weak::clone(&self.me)).run(due, ended)));
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

    /// Ready when one of the kept connections has ended.
    pub(super) fn watch(&self, cx: &mut Context<'_>) -> Poll<()> {
        let now = Instant::now();
        let mut state = lock(&self.state);
        let ended = state.idle.iter_mut().map(|it| it.watch(now, cx)).filter(Poll::is_ready);
        if ended.count() == 0 { Poll::Pending } else { Poll::Ready(()) }
    }

    /// Closes the connections whose time is over; when to look at the next one, if there is one.
    pub(super) fn reap(&self) -> Option<Instant> {
        let (now, options) = (Instant::now(), self.options);
        let mut state = lock(&self.state);
        let mut all = std::mem::take(&mut state.idle);
        all.iter_mut().for_each(|it| it.connection.notice());
        let (fresh, stale): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|it| it.is_usable(now, options));
        state.idle = fresh;
        let next = state.idle.iter().map(|it| it.due(now, options)).min();
        match (next, &mut state.reaping) {
            (Some(time), Some(reaping)) => reaping.next = time,
            (_, reaping) => *reaping = None,
        }
        // The end of a connection takes the lock.
        drop(state);
        drop(stale);
        next
    }

    /// The runtime has stopped: nothing can be kept any more.
    pub(super) fn stopped(&self) {
        let mut state = lock(&self.state);
        state.reaping = None;
        let (idle, waiting) = (mem::take(&mut state.idle), mem::take(&mut state.waiting));
        // The end of a connection takes the lock, and so may a call that ends.
        drop(state);
        drop((idle, waiting));
    }
}

/// The host of a URL, with its port.
fn authority(uri: &Uri) -> &str {
    uri.authority().map(Authority::as_str).unwrap_or_default()
}

/// A connection that is being opened. `None` once it is clear what became of it.
struct Opening(Option<Weak<Host>>);

impl Opening {
    async fn run(mut self) {
        let Some(host) = self.host() else { return };
        let (connecting, mut life) = (host.dial(), host.life.subscribe());
        drop(host);
        let dial = async {
            let stream = connecting.await?.read_to_its_end();
            Ok::<_, BoxError>(http1::handshake(TokioIo::new(stream)).await?)
        };
        let opened = unless(dial, async { _ = life.changed().await }).await;
        let (Some(host), Some(opened)) = (self.host(), opened) else { return };
        self.0 = None;
        let place = Place::new(Weak::clone(&host.me));
        match opened {
            Ok((sender, driver)) => {
                lock(&host.state).opening -= 1;
                host.give(Box::new(Connection::new(sender, driver, place)));
            }
            Err(error) => host.missed(host.failed(error)),
        }
    }

    fn host(&self) -> Option<Arc<Host>> {
        self.0.as_ref().and_then(Weak::upgrade)
    }
}

impl Drop for Opening {
    /// The runtime has stopped meanwhile.
    fn drop(&mut self) {
        if let Some(host) = self.host() {
            {
                let mut state = lock(&host.state);
                state.opening -= 1;
                state.open -= 1;
            }
            host.stopped();
        }
    }
}
