//! Time as the sandbox sees it: a clock that can be replaced, plus what tests have skipped.

use std::sync::Mutex;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Where the sandbox has the time from.
pub trait Clock: Send + Sync + 'static {
    /// The time now.
    fn now(&self) -> SystemTime;
}

/// The clock of the computer.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}

/// The longest time in a sandbox, 100 years: no sum of times that tests choose is beyond all clocks.
pub(crate) const LONGEST: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

/// A clock that can be moved forward, so that expiry is tested without sleeping.
pub(crate) struct Timeline {
    clock: Box<dyn Clock>,
    skipped: Mutex<Duration>,
}

impl Timeline {
    pub(crate) fn new(clock: Box<dyn Clock>) -> Self {
        Self { clock, skipped: Mutex::new(Duration::ZERO) }
    }

    pub(crate) fn now(&self) -> SystemTime {
        self.clock.now() + *crate::lock(&self.skipped)
    }

    pub(crate) fn advance(&self, by: Duration) {
        let mut skipped = crate::lock(&self.skipped);
        *skipped = skipped.saturating_add(by).min(LONGEST);
    }

    /// Milliseconds since 1970, the unit of message times.
    pub(crate) fn now_ms(&self) -> u64 {
        let elapsed = self.now().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
    }
}
