//! How many calls passed lately, for the first guess at a limit that the platform does not state.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::time::Instant;

/// Number of counters. Operations that share one make a guess too high, and the next rejection
/// corrects it.
const SLOTS: usize = 256;
/// Seconds after which what passed says nothing any more.
const MEMORY: u64 = 10;

/// Counts the calls of each operation and tenant that the platform took, by the second. Every call
/// is counted, also those without a limiter, so it costs a hash and an atomic number.
pub(super) struct Passes {
    start: Instant,
    slots: [AtomicU64; SLOTS],
}

/// A counter: its last second with a call, the calls of that second, and those of the one before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    second: u32,
    calls: u16,
    before: u16,
}

impl Default for Passes {
    fn default() -> Self {
        let slots = std::array::from_fn(|_| AtomicU64::new(0));
        Self { start: Instant::now(), slots }
    }
}

impl Passes {
    pub(super) fn record(&self, operation: &str, tenant: Option<&Arc<str>>, now: Instant) {
        let second = self.second(now);
        let slot = self.slot(operation, tenant);
        // A count that another thread changes meanwhile may be lost: it is for a guess.
        let count = Count::unpack(slot.load(Ordering::Relaxed));
        slot.store(count.one_more(second).pack(), Ordering::Relaxed);
    }

    /// The most calls in a second of those that have passed lately; 0 if there were none.
    pub(super) fn per_second(
        &self,
        operation: &str,
        tenant: Option<&Arc<str>>,
        now: Instant,
    ) -> u32 {
        let count = Count::unpack(self.slot(operation, tenant).load(Ordering::Relaxed));
        let age = u64::from(self.second(now).saturating_sub(count.second));
        if age > MEMORY { 0 } else { count.calls.max(count.before).into() }
    }

    fn slot(&self, operation: &str, tenant: Option<&Arc<str>>) -> &AtomicU64 {
        let mut hasher = DefaultHasher::new();
        (operation, tenant).hash(&mut hasher);
        let hash = usize::try_from(hasher.finish() % SLOTS as u64);
        &self.slots[hash.unwrap_or_default()]
    }

    fn second(&self, now: Instant) -> u32 {
        u32::try_from(now.saturating_duration_since(self.start).as_secs()).unwrap_or(u32::MAX)
    }
}

impl Count {
    fn one_more(self, second: u32) -> Self {
        match second.saturating_sub(self.second) {
            0 => Self { calls: self.calls.saturating_add(1), ..self },
            1 => Self { second, calls: 1, before: self.calls },
            _ => Self { second, calls: 1, before: 0 },
        }
    }

    fn pack(self) -> u64 {
        u64::from(self.second) << 32 | u64::from(self.calls) << 16 | u64::from(self.before)
    }

    fn unpack(packed: u64) -> Self {
        let [a, b, c, d, e, f, g, h] = packed.to_be_bytes();
        Self {
            second: u32::from_be_bytes([a, b, c, d]),
            calls: u16::from_be_bytes([e, f]),
            before: u16::from_be_bytes([g, h]),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_better_of_the_last_two_seconds_counts_for_a_while() {
        let passes = Passes::default();
        let at = |seconds| passes.start + Duration::from_secs(seconds);
        let tenant = Arc::from("a");
        assert_eq!(passes.per_second("x", None, at(0)), 0);
        for second in [20, 20, 20, 21] {
            passes.record("x", None, at(second));
        }
        passes.record("x", Some(&tenant), at(21));
        for (second, calls) in [(21, 3), (25, 3), (31, 3), (32, 0)] {
            assert_eq!(passes.per_second("x", None, at(second)), calls, "at {second} s");
        }
        assert_eq!(passes.per_second("x", Some(&tenant), at(21)), 1);
        passes.record("x", None, at(23));
        assert_eq!(passes.per_second("x", None, at(23)), 1);
    }
}
