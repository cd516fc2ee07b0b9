//! Events that may be what killed their process.

use std::collections::HashSet;
use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::store::{Position, StoredEvent};

/// An event whose attempts ended so often with their process may be what ended it.
const SUSPICIOUS: u32 = 2;

/// The suspects of a partition. They are handled alone, so that the one that it is costs the others no
/// attempts.
#[derive(Default)]
pub(super) struct Suspects(HashSet<Position>);

/// Whether the handler of an event may begin.
pub(super) enum Admission {
    /// It may; with a permit if it is one that runs beside no other suspect.
    Granted(Option<OwnedSemaphorePermit>),
    /// Another suspect runs.
    Denied,
}

impl Suspects {
    /// Those among the events that the process before had begun.
    pub(super) fn among(begun: &[StoredEvent], max_attempts: u32) -> Self {
        // The last attempt shall not be the first one alone.
        let suspicious = SUSPICIOUS.min(max_attempts.saturating_sub(1)).max(1);
        let suspects = begun.iter().filter(|it| it.attempts >= suspicious);
        Self(suspects.map(|it| it.position).collect())
    }

    /// `alone` is what the suspects of all partitions of a process share.
    pub(super) fn admit(&self, event: &StoredEvent, alone: &Arc<Semaphore>) -> Admission {
        if !self.0.contains(&event.position) {
            return Admission::Granted(None);
        }
        let alone = Arc::clone(alone).try_acquire_owned().ok();
        alone.map_or(Admission::Denied, |alone| Admission::Granted(Some(alone)))
    }

    /// The process has survived it.
    pub(super) fn clear(&mut self, event: &StoredEvent) {
        self.0.remove(&event.position);
    }
}
