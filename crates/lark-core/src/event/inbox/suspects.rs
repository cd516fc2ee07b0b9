//! Events that may be what killed their process.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::store::{Position, StoredEvent};

/// So long a suspect waits until it asks again whether another one runs.
const PAUSE: Duration = Duration::from_millis(50);

/// The suspects of a partition. They are handled alone, so that the one that it is costs the others no
/// attempts.
#[derive(Default)]
pub(super) struct Suspects(HashSet<Position>);

/// Whether the handler of an event may begin.
pub(super) enum Admission {
    /// It may; with a permit if it is one that runs beside no other suspect.
    Granted(Option<OwnedSemaphorePermit>),
    /// Not before that, as another suspect runs.
    Denied(Instant),
}

impl Suspects {
    /// Those among the events that the process before had begun. The others have the second half of their
    /// attempts for what ends the process, and a fleet whose processes are killed often suspects none.
    pub(super) fn among(begun: &[StoredEvent], max_attempts: u32) -> Self {
        let suspicious = (max_attempts / 2).max(1);
        let suspects = begun.iter().filter(|it| it.attempts >= suspicious);
        Self(suspects.map(|it| it.position).collect())
    }

    /// `alone` is what the suspects of all partitions of a process share.
    pub(super) fn admit(&self, event: &StoredEvent, alone: &Arc<Semaphore>) -> Admission {
        if !self.0.contains(&event.position) {
            return Admission::Granted(None);
        }
        match Arc::clone(alone).try_acquire_owned() {
            Ok(alone) => Admission::Granted(Some(alone)),
            Err(_) => Admission::Denied(Instant::now() + PAUSE),
        }
    }

    /// The process has survived it.
    pub(super) fn clear(&mut self, event: &StoredEvent) {
        self.0.remove(&event.position);
    }
}
