//! A connection before it runs: its settings.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use lark_core::__private::random_share;
use lark_core::{Client, EventRouter};

use crate::clock::WallClock;
use crate::ended::Ended;
use crate::error::Error;
use crate::handle::Handle;
use crate::report::{Report, ReportHook};
use crate::run::run;
use crate::shared::{Jitter, Status};

/// Docker kills after 10 s, Kubernetes after 30 s.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(8);

/// A long connection of `client`'s app, whose events and callbacks go to `router`. It opens when it
/// [runs](Connection::run).
///
/// The client's transport carries it: proxies, certificates and timeouts are those of calls. What
/// arrives is neither encrypted nor signed, because the connection itself is authenticated; a router
/// that receives nothing over HTTP needs no keys
/// ([`EventKeys::none`](lark_core::EventKeys::none)).
pub fn connect(client: &Client, router: EventRouter) -> Connection {
    // The platform's own SDKs send it with this request.
    let client = client.with_header("locale", "zh").unwrap_or_else(|_| client.clone());
    Connection {
        client,
        router,
        status: Arc::new(Status::new()),
        options: Options {
            overlap: true,
            max_age: None,
            is_unlimited: false,
            keeps_router: false,
            shutdown_timeout: SHUTDOWN_TIMEOUT,
            on_report: None,
            wall_clock: Arc::new(SystemTime::now),
            jitter: Box::new(random_share),
        },
    }
}

/// A long connection that does not run yet; [`connect`] makes one.
///
/// **It never goes deaf.** Every step has a deadline: discovery, upgrade and first frame 15 s each, a
/// write 10 s. A connection without any frame for the ping interval (of the platform, usually 90 or
/// 120 s) and 30 s is dead, and so is one that a suspended machine wakes up with and that does not
/// answer within 5 s. Then there is another, after the wait that the platform asks for.
///
/// **Delivery** is that of the [`EventRouter`]: an event is acknowledged once its handler has
/// returned `Ok`, and sent again otherwise.
#[must_use = "a connection receives nothing until it runs"]
pub struct Connection {
    pub(crate) client: Client,
    pub(crate) router: EventRouter,
    pub(crate) status: Arc<Status>,
    pub(crate) options: Options,
}

pub(crate) struct Options {
    pub(crate) overlap: bool,
    pub(crate) max_age: Option<Duration>,
    pub(crate) is_unlimited: bool,
    pub(crate) keeps_router: bool,
    pub(crate) shutdown_timeout: Duration,
    pub(crate) on_report: Option<ReportHook>,
    pub(crate) wall_clock: WallClock,
    pub(crate) jitter: Jitter,
}

impl Connection {
    /// Runs until `shutdown` resolves. Connections that are lost are opened again, however long that
    /// takes.
    ///
    /// Then no more events are accepted, handlers finish within the
    /// [`shutdown_timeout`](Self::shutdown_timeout), their events are acknowledged, and the
    /// connection is closed. This takes at most 4 s more, and leaves no task behind. Dropping the
    /// future closes the connection at once; handlers that run then go on, but their events are not
    /// acknowledged.
    ///
    /// # Errors
    /// The platform says that the app will never get a connection, or limits the attempts and all
    /// have failed. The connection is shut down as above.
    pub async fn run(self, shutdown: impl Future<Output = ()>) -> Result<Ended, Error> {
        run(self, shutdown).await
    }

    /// A handle to see what the connection is doing, before and while it runs.
    #[must_use]
    pub fn handle(&self) -> Handle {
        Handle::new(Arc::clone(&self.status))
    }

    /// Whether a planned reconnect opens the second connection before it gives up the first, so that
    /// no event has to be sent again; it does by default. If there cannot be a second one, the first
    /// stays.
    pub fn overlap(mut self, overlap: bool) -> Self {
        self.options.overlap = overlap;
        self
    }

    /// Replaces the connection when it is this old, for networks that cut old connections. By default
    /// it lives as long as it can.
    pub fn max_age(mut self, age: Duration) -> Self {
        self.options.max_age = Some(age);
        self
    }

    /// Ignores the platform's limit of attempts (`ReconnectCount`). It usually has none, and
    /// [`run`](Self::run) returns when it is reached.
    pub fn unlimited_attempts(mut self) -> Self {
        self.options.is_unlimited = true;
        self
    }

    /// Leaves the router open at the end, because other connections or a webhook feed it, too. You
    /// call its [`shutdown`](EventRouter::shutdown).
    pub fn keep_router(mut self) -> Self {
        self.options.keeps_router = true;
        self
    }

    /// The time that handlers have at the end; 8 s by default.
    pub fn shutdown_timeout(mut self, limit: Duration) -> Self {
        self.options.shutdown_timeout = limit;
        self
    }

    /// Calls `hook` with everything that happens, for metrics. It must not block; its panic harms
    /// nothing.
    pub fn on_report(mut self, hook: impl Fn(&Report<'_>) + Send + Sync + 'static) -> Self {
        self.options.on_report = Some(Box::new(hook));
        self
    }

    /// The time of day, by which it notices that the machine was suspended; the system's by default.
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.options.wall_clock = Arc::new(clock);
        self
    }

    /// Random numbers from 0 to 1, of which its waits are made. For tests.
    pub fn jitter(mut self, jitter: impl Fn() -> f64 + Send + Sync + 'static) -> Self {
        self.options.jitter = Box::new(jitter);
        self
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("client", &self.client).finish_non_exhaustive()
    }
}
