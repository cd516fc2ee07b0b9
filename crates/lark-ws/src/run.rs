//! The loop that keeps a connection open.

use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lark_core::__private::later;
use lark_core::{Client, EventRouter};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::backoff;
use crate::clock::TICK;
use crate::connection::{Connection, connect};
use crate::dispatcher::{QUEUE, dispatch};
use crate::ended::Ended;
use crate::error::Error;
use crate::failure::Failure;
use crate::opener::Opener;
use crate::session::{self, Command, Live};
use crate::shared::{Shared, count};
use crate::state::{Reason, State};

/// How long a connection that was replaced may take to acknowledge its events: as long as the
/// platform waits.
const RETIRE_TIMEOUT: Duration = Duration::from_secs(3);
/// The time for acknowledgements of handlers that the shutdown has stopped.
const STOP_GRACE: Duration = Duration::from_secs(1);
/// A connection that lives shorter than this is not replaced at once.
const SHORT_LIFE: Duration = Duration::from_secs(10);

/// Receives events until the process is asked to stop (SIGTERM or SIGINT; Ctrl-C on Windows).
///
/// # Errors
/// Those of [`Connection::run`], or signals cannot be received.
///
/// ```no_run
/// # async fn run(client: lark_core::Client, router: lark_core::EventRouter) -> lark_core::Result<()> {
/// lark_ws::serve(&client, router).await?;
/// # Ok(()) }
/// ```
#[cfg(feature = "signal")]
pub async fn serve(client: &Client, router: EventRouter) -> Result<Ended, Error> {
    let signal = lark_core::__private::shutdown_signal().map_err(Error::Signal)?;
    serve_until(client, router, signal).await
}

/// Receives events until `signal` resolves, with the default settings of a [`Connection`].
///
/// # Errors
/// Those of [`Connection::run`].
pub async fn serve_until(
    client: &Client,
    router: EventRouter,
    signal: impl Future<Output = ()>,
) -> Result<Ended, Error> {
    connect(client, router).run(signal).await
}

/// Runs a connection until `stop` resolves, or until the platform says never.
pub(crate) async fn run(
    connection: Connection,
    stop: impl Future<Output = ()>,
) -> Result<Ended, Error> {
    let Connection { client, router, status, options } = connection;
    if client.app_id().is_empty() {
        return Err(Error::InvalidConfig("a long connection needs an app".to_owned()));
    }
    let shared = Arc::new(Shared {
        status,
        settings: Mutex::default(),
        on_report: options.on_report,
        wall_clock: options.wall_clock,
        jitter: options.jitter,
    });
    let (events, queue) = mpsc::channel(QUEUE);
    let mut dispatcher = JoinSet::new();
    dispatcher.spawn(dispatch(Arc::clone(&shared), router.clone(), queue));
    let mut keeper = Keeper {
        opener: Opener { client, shared: Arc::clone(&shared), events },
        shared: Arc::clone(&shared),
        overlap: options.overlap,
        max_age: options.max_age,
        is_unlimited: options.is_unlimited,
        live: None,
        retiring: JoinSet::new(),
    };
    let result = keeper.keep(pin!(stop)).await;
    let Keeper { mut live, mut retiring, opener, .. } = keeper;
    // From here on no event is accepted, and what is sent are acknowledgements.
    live.iter().for_each(|live| live.tell(Command::Drain));
    drop(opener);
    let mut ended = Ended::default();
    let rest = if options.keeps_router {
        options.shutdown_timeout
    } else {
        ended.stopped = router.shutdown(options.shutdown_timeout).await.stopped;
        STOP_GRACE
    };
    // It ends with its last event.
    _ = timeout(rest, dispatcher.join_next()).await;
    dispatcher.shutdown().await;
    if let Some(live) = &mut live {
        live.close(Duration::ZERO).await;
    }
    retiring.shutdown().await;
    shared.set_state(State::Stopped);
    tracing::info!(target: "lark_ws", stopped = ended.stopped.len(), "stopped");
    result.map(|()| ended)
}

/// Keeps one connection open.
struct Keeper {
    opener: Opener,
    shared: Arc<Shared>,
    overlap: bool,
    max_age: Option<Duration>,
    is_unlimited: bool,
    live: Option<Live>,
    /// Connections that were replaced, and have yet to acknowledge events.
    retiring: JoinSet<()>,
}

/// Why there is no connection.
struct Absence {
    reason: Reason,
    detail: String,
    /// The shortest wait before the next attempt.
    at_least: Duration,
}

impl Keeper {
    /// Returns once `stop` has resolved, or the platform has said never.
    async fn keep(&mut self, mut stop: Pin<&mut impl Future<Output = ()>>) -> Result<(), Error> {
        let mut failures = 0;
        loop {
            self.shared.set_state(State::Connecting { failures });
            let attempt = tokio::select! {
                biased;
                () = &mut stop => return Ok(()),
                attempt = self.opener.attempt() => attempt,
            };
            let absence = match attempt {
                Ok(live) => {
                    failures = 0;
                    self.connected(live);
                    tokio::select! {
                        biased;
                        () = &mut stop => return Ok(()),
                        absence = self.stay() => absence,
                    }
                }
                Err(Failure::Never(error)) => {
                    tracing::error!(target: "lark_ws", %error, "no long connection");
                    return Err(error);
                }
                Err(Failure::Later { reason, detail }) => {
                    // An attempt that the suspension has broken says nothing about the platform.
                    if reason != Reason::Suspended {
                        failures += 1;
                    }
                    Absence { reason, detail, at_least: Duration::ZERO }
                }
            };
            tokio::select! {
                biased;
                () = &mut stop => return Ok(()),
                gave_up = self.wait(failures, absence) => gave_up?,
            }
        }
    }

    fn connected(&mut self, live: Live) {
        count(&self.shared.status.counters.connections);
        let connection_id = Arc::clone(&live.connection_id);
        tracing::info!(target: "lark_ws", connection_id = &*connection_id, "connected");
        self.live = Some(live);
        // Who asked for a new connection meanwhile has one.
        pin!(self.shared.status.reconnect.notified()).enable();
        self.shared.set_state(State::Connected { connection_id });
    }

    /// Waits until the connection is lost. One that is to be replaced is lost once there is another.
    async fn stay(&mut self) -> Absence {
        loop {
            let Some(live) = &mut self.live else { return Absence::planned() };
            let age = self
                .max_age
                .map_or(later(live.opened, Duration::MAX), |age| later(live.opened, age));
            tokio::select! {
                biased;
                end = live.ended() => {
                    self.live = None;
                    return Absence::lost(end);
                }
                () = self.shared.status.reconnect.notified() => {}
                () = sleep_until(age) => {}
            }
            if !self.overlap {
                if let Some(mut live) = self.live.take() {
                    live.close(RETIRE_TIMEOUT).await;
                }
                return Absence::planned();
            }
            if let Some(absence) = self.replace().await {
                return absence;
            }
        }
    }

    /// Opens a second connection, and only then gives up the first. Without a second one the first
    /// stays, and if this is given up, which is why it is not taken before.
    async fn replace(&mut self) -> Option<Absence> {
        let Self { opener, live, .. } = self;
        let old = live.as_mut()?;
        let attempt = tokio::select! {
            biased;
            end = old.ended() => {
                *live = None;
                return Some(Absence::lost(end));
            }
            attempt = opener.attempt() => attempt,
        };
        match attempt {
            Ok(new) => {
                let mut old = live.take()?;
                self.retiring.spawn(async move { old.close(RETIRE_TIMEOUT).await });
                while self.retiring.try_join_next().is_some() {}
                self.connected(new);
            }
            Err(failure) => {
                let detail = match failure {
                    Failure::Never(error) => error.to_string(),
                    Failure::Later { reason, detail } => format!("{reason}: {detail}"),
                };
                tracing::warn!(target: "lark_ws", detail, "not replaced; the connection stays");
                old.opened = Instant::now();
            }
        }
        None
    }

    /// Waits before the next attempt; an error if there is to be none.
    async fn wait(&self, failures: u32, absence: Absence) -> Result<(), Error> {
        let Absence { reason, detail, at_least } = absence;
        let settings = self.shared.settings();
        let limit = settings.reconnect_count.filter(|_| !self.is_unlimited);
        if limit.is_some_and(|limit| failures >= limit) {
            let error = Error::GaveUp { attempts: failures, reason, detail };
            tracing::error!(target: "lark_ws", %error, "no long connection");
            return Err(error);
        }
        let jitter = (self.shared.jitter)();
        let delay = backoff::delay(reason, failures, &settings, jitter).max(at_least);
        tracing::warn!(target: "lark_ws", %reason, detail, failures, ?delay, "not connected");
        self.shared.set_state(State::Waiting { reason, detail: detail.into(), delay });
        tokio::select! {
            biased;
            () = self.shared.status.reconnect.notified() => {}
            () = self.sleep(delay) => {}
        }
        Ok(())
    }

    /// Sleeps, but not longer because the machine slept: the network is likely to be another one.
    async fn sleep(&self, delay: Duration) {
        let mut watch = self.shared.watch();
        let until = Instant::now() + delay;
        loop {
            let now = Instant::now();
            if watch.gap(now).is_some() || now >= until {
                return;
            }
            sleep(TICK.min(until - now)).await;
        }
    }
}

impl Absence {
    fn planned() -> Self {
        let detail = "it is to be replaced".to_owned();
        Self { reason: Reason::Planned, detail, at_least: Duration::ZERO }
    }

    fn lost(end: session::SessionEnd) -> Self {
        let at_least = match end.lived < SHORT_LIFE {
            true => Duration::from_secs(1),
            false => Duration::ZERO,
        };
        Self { reason: end.reason, detail: end.detail, at_least }
    }
}
