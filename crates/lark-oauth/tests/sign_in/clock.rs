//! A wall clock that goes with tokio's, and can be set.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

pub(crate) const HOUR: u64 = 3600;

#[derive(Clone)]
pub(crate) struct WallClock {
    start: Instant,
    /// How wrong it is, in seconds.
    off: Arc<AtomicI64>,
}

impl WallClock {
    pub(crate) fn new() -> Self {
        Self { start: Instant::now(), off: Arc::default() }
    }

    pub(crate) fn jump(&self, seconds: i64) {
        self.off.fetch_add(seconds, Ordering::SeqCst);
    }

    pub(crate) fn now(&self) -> SystemTime {
        let base = 1_800_000_000 + self.off.load(Ordering::SeqCst);
        let base = Duration::from_secs(base.try_into().expect("after 1970"));
        UNIX_EPOCH + base + self.start.elapsed()
    }
}
