//! When something last moved.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

/// A limit beyond all reason is one of a year.
pub(crate) const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// The time of the last piece of a body that was taken to be sent.
#[derive(Debug)]
pub(crate) struct Pulse {
    start: Instant,
    /// In nanoseconds from the start, which is enough for five centuries.
    last: AtomicU64,
}

impl Default for Pulse {
    fn default() -> Self {
        Self { start: Instant::now(), last: AtomicU64::new(0) }
    }
}

impl Pulse {
    pub(crate) fn beat(&self) {
        let since = u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.last.store(since, Ordering::Relaxed);
    }

    /// The time of the last one, or of the start.
    pub(crate) fn last(&self) -> Instant {
        self.start + Duration::from_nanos(self.last.load(Ordering::Relaxed))
    }
}

/// Whether a deadline has moved on, because something was sent: it is `limit` after the last piece.
pub(crate) fn moved(deadline: &mut Instant, limit: Duration, sending: Option<&Arc<Pulse>>) -> bool {
    let Some(sending) = sending else { return false };
    let next = sending.last() + limit.min(LONGEST);
    let is_later = next > *deadline;
    *deadline = next;
    is_later
}
