//! Rate limits and fixed windows in which calls are counted.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The number of calls that an app may make to an operation in one tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    pub(crate) calls: u32,
    window: Duration,
    pub(crate) status: u16,
    pub(crate) sends_reset: bool,
}

impl RateLimit {
    /// This number of calls in each second of the sandbox's clock. More are rejected with HTTP 429 and
    /// 99991400, and a header says when the second ends.
    pub fn per_second(calls: u32) -> Self {
        Self { calls, window: Duration::from_secs(1), status: 429, sends_reset: true }
    }

    /// This number of calls in each minute of the sandbox's clock.
    pub fn per_minute(calls: u32) -> Self {
        Self { window: Duration::from_secs(60), ..Self::per_second(calls) }
    }

    /// Rejects in this HTTP status. Old operations use 400.
    ///
    /// # Panics
    /// If it is not an HTTP status.
    pub fn in_status(mut self, status: u16) -> Self {
        assert!(http::StatusCode::from_u16(status).is_ok(), "{status} is not an HTTP status");
        self.status = status;
        self
    }

    /// Leaves out the header that says how long to wait.
    pub fn without_reset(mut self) -> Self {
        self.sends_reset = false;
        self
    }

    /// The number of the window that this time is in, and how long it goes on.
    fn window(&self, now: SystemTime) -> (u128, Duration) {
        let elapsed = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        let length = self.window.as_nanos();
        let passed = u64::try_from(elapsed % length).unwrap_or_default();
        (elapsed / length, self.window - Duration::from_nanos(passed))
    }
}

/// The number of the latest window and the calls in it, for each key.
pub(crate) struct WindowCounter<K>(HashMap<K, (u128, u32)>);

/// A call that is one too many, and how long its window goes on.
pub(crate) struct WindowFull(pub(crate) Duration);

impl<K> Default for WindowCounter<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Eq + Hash> WindowCounter<K> {
    /// Counts a call, unless it is one too many.
    pub(crate) fn admit(
        &mut self,
        key: K,
        limit: RateLimit,
        now: SystemTime,
    ) -> Result<(), WindowFull> {
        let (number, left) = limit.window(now);
        let (latest, calls) = self.0.entry(key).or_default();
        if *latest != number {
            (*latest, *calls) = (number, 0);
        }
        if *calls >= limit.calls {
            return Err(WindowFull(left));
        }
        *calls += 1;
        Ok(())
    }

    /// Forgets the calls of the keys that do not pass.
    pub(crate) fn retain(&mut self, passes: impl Fn(&K) -> bool) {
        self.0.retain(|key, _| passes(key));
    }
}
