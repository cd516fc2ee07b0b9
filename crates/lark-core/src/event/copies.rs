//! Redeliveries of an event that is under way: they wait for its end without a place of their own. Only
//! the first keeps its event, to be handled if the one under way fails.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::BuildHasherDefault;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::sync::oneshot;

use super::dedup::KeyHashes;
use super::outcome::EventOutcome;
use crate::util::{IdentityHasher, lock};

/// The events whose handling takes longer than a moment, by their dedup keys.
#[derive(Default)]
pub(super) struct Copies {
    under_way: Mutex<HashMap<u64, Arc<Original>, BuildHasherDefault<IdentityHasher>>>,
    /// Number of keys in it. Mostly 0, which is found out without the lock.
    count: AtomicUsize,
}

/// An event that is under way.
struct Original {
    /// Whether its push was answered with 200 already.
    is_accepted: bool,
    waiting: Mutex<Vec<oneshot::Sender<EventOutcome>>>,
}

/// What a redelivery of an event that is under way has to do.
pub(super) enum Redelivered {
    /// The platform may know that the event was accepted.
    Accepted,
    /// Wait for the outcome: `Duplicate`, `Stopped`, or `InProgress` if the event has to be handled
    /// again. `is_first` if no other redelivery waits.
    Wait { outcome: oneshot::Receiver<EventOutcome>, is_first: bool },
}

impl Copies {
    /// Looks for an event under way with any of these keys.
    pub(super) fn find(&self, hashes: &KeyHashes) -> Option<Redelivered> {
        if self.count.load(Ordering::Acquire) == 0 {
            return None;
        }
        let under_way = lock(&self.under_way);
        let original = hashes.iter().flatten().find_map(|hash| under_way.get(hash))?;
        if original.is_accepted {
            return Some(Redelivered::Accepted);
        }
        let (sender, outcome) = oneshot::channel();
        let mut waiting = lock(&original.waiting);
        // Those whose pushes were answered are not kept.
        waiting.retain(|copy| !copy.is_closed());
        waiting.push(sender);
        Some(Redelivered::Wait { outcome, is_first: waiting.len() == 1 })
    }

    /// Notes an event that goes on, until the guard is dropped.
    pub(super) fn note(self: &Arc<Self>, hashes: KeyHashes, is_accepted: bool) -> OriginalGuard {
        let original = Arc::new(Original { is_accepted, waiting: Mutex::default() });
        let mut under_way = lock(&self.under_way);
        for hash in hashes.into_iter().flatten() {
            // A copy may have come at the same moment; it is the first that others wait for.
            if let Entry::Vacant(entry) = under_way.entry(hash) {
                entry.insert(original.clone());
            }
        }
        self.count.store(under_way.len(), Ordering::Release);
        drop(under_way);
        OriginalGuard { copies: self.clone(), hashes, original }
    }
}

/// Ends the wait of the copies when it is dropped.
pub(super) struct OriginalGuard {
    copies: Arc<Copies>,
    hashes: KeyHashes,
    original: Arc<Original>,
}

impl OriginalGuard {
    /// Tells the copies how the event ended.
    pub(super) fn finish(self, outcome: EventOutcome) {
        let outcome = match outcome {
            EventOutcome::Handled | EventOutcome::Duplicate => EventOutcome::Duplicate,
            EventOutcome::Stopped => EventOutcome::Stopped,
            // It has to come again.
            _ => EventOutcome::InProgress,
        };
        self.forget();
        for copy in lock(&self.original.waiting).drain(..) {
            // Nobody waits for it if its push has had its answer.
            _ = copy.send(outcome);
        }
    }

    fn forget(&self) {
        let mut under_way = lock(&self.copies.under_way);
        for hash in self.hashes.iter().flatten() {
            if under_way.get(hash).is_some_and(|it| Arc::ptr_eq(it, &self.original)) {
                under_way.remove(hash);
            }
        }
        self.copies.count.store(under_way.len(), Ordering::Release);
    }
}

impl Drop for OriginalGuard {
    fn drop(&mut self) {
        self.forget();
        // The receivers learn that there is no outcome.
        lock(&self.original.waiting).clear();
    }
}
