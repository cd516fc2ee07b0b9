//! What the parts of a connection share.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lark_core::__private::{lock, run_hook};
use tokio::sync::{Notify, watch};
use tokio::time::Instant;

use crate::clock::{WallClock, Watch};
use crate::report::{Discarded, Report, ReportHook};
use crate::settings::Settings;
use crate::state::State;

/// The time limit of each step on the way to a connection: the discovery, the upgrade with DNS,
/// proxy and TLS, the first frame.
pub(crate) const PHASE_TIMEOUT: Duration = Duration::from_secs(15);

/// Returns a random number from 0 to 1.
pub(crate) type Jitter = Box<dyn Fn() -> f64 + Send + Sync>;

/// What the loop, the sessions and the dispatcher share.
pub(crate) struct Shared {
    pub(crate) status: Arc<Status>,
    pub(crate) settings: Mutex<Settings>,
    pub(crate) on_report: Option<ReportHook>,
    pub(crate) wall_clock: WallClock,
    pub(crate) jitter: Jitter,
}

/// What the handles see and do.
pub(crate) struct Status {
    pub(crate) state: watch::Sender<State>,
    pub(crate) counters: Counters,
    pub(crate) last_frame: Mutex<Option<Instant>>,
    /// Woken when a new connection is asked for.
    pub(crate) reconnect: Notify,
}

/// Counted since the connection was made.
#[derive(Default)]
pub(crate) struct Counters {
    pub(crate) frames_received: AtomicU64,
    pub(crate) frames_sent: AtomicU64,
    pub(crate) events: AtomicU64,
    pub(crate) acknowledged: AtomicU64,
    pub(crate) discarded: AtomicU64,
    pub(crate) connections: AtomicU64,
}

impl Status {
    pub(crate) fn new() -> Self {
        Self {
            state: watch::Sender::new(State::Connecting { failures: 0 }),
            counters: Counters::default(),
            last_frame: Mutex::default(),
            reconnect: Notify::new(),
        }
    }
}

impl Shared {
    pub(crate) fn settings(&self) -> Settings {
        *lock(&self.settings)
    }

    pub(crate) fn watch(&self) -> Watch {
        Watch::new(Arc::clone(&self.wall_clock))
    }

    pub(crate) fn set_state(&self, state: State) {
        self.report(&Report::State(&state));
        self.status.state.send_replace(state);
    }

    pub(crate) fn discard(&self, why: Discarded, detail: &str) {
        count(&self.status.counters.discarded);
        let reason = why.as_str();
        tracing::warn!(target: "lark_ws", reason, detail, "frame discarded");
        self.report(&Report::Discarded { why });
    }

    pub(crate) fn report(&self, report: &Report<'_>) {
        if let Some(hook) = &self.on_report {
            run_hook("on_report", || hook(report));
        }
    }
}

pub(crate) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}
