//! How many events a router holds: those whose handlers run, and those that wait.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::sync::{Notify, Semaphore, SemaphorePermit};

use crate::util::{IdentityHasher, LockKey, lock};

/// The places have room for this many bytes, if there are few of them.
const BYTES: usize = 64 << 20;
/// Each place has room for at least this many bytes, however many there are. Most events are smaller.
const MIN_PLACE_SIZE: usize = 16 << 10;
/// At least this many events may wait, however few are handled at once.
const MIN_WAITING: u32 = 64;
/// The events of one ordering key may take this part of the places for waiting.
const SHARE: u32 = 8;

/// The places for events. A large one takes several. What waits takes none of those in which handlers
/// run, and what waits for others with its ordering key takes only a part of those for waiting, so that
/// a chat whose handler hangs is in no other chat's way.
pub(super) struct Places {
    capacity: u32,
    running: Semaphore,
    waiting: Mutex<Waiting>,
    under_way: AtomicUsize,
    /// Notified when nothing is under way any more, if somebody waits for that.
    idle: Notify,
    is_awaited: AtomicBool,
}

#[derive(Default)]
struct Waiting {
    taken: u32,
    by_key: HashMap<LockKey, u32, BuildHasherDefault<IdentityHasher>>,
}

/// Number of places that an event takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Size(u32);

impl Places {
    /// Places for `capacity` handlers.
    pub(super) fn new(capacity: u32) -> Self {
        Self {
            capacity,
            running: Semaphore::new(capacity as usize),
            waiting: Mutex::default(),
            under_way: AtomicUsize::new(0),
            idle: Notify::new(),
            is_awaited: AtomicBool::new(false),
        }
    }

    pub(super) fn capacity(&self) -> u32 {
        self.capacity
    }

    /// The size of an event of this many bytes.
    pub(super) fn size(&self, bytes: usize) -> Size {
        // Most are small, and cost no division.
        if bytes <= MIN_PLACE_SIZE {
            return Size(1);
        }
        let place = (BYTES / self.capacity.max(1) as usize).max(MIN_PLACE_SIZE);
        Size(u32::try_from(bytes.div_ceil(place)).unwrap_or(u32::MAX).clamp(1, self.capacity))
    }

    /// Counts an event until the guard is dropped.
    pub(super) fn enter(&self) -> UnderWay<'_> {
        self.under_way.fetch_add(1, Ordering::SeqCst);
        UnderWay(self)
    }

    /// Number of events that are under way.
    pub(super) fn under_way(&self) -> usize {
        self.under_way.load(Ordering::SeqCst)
    }

    /// Waits until nothing is under way.
    pub(super) async fn idle(&self) {
        self.is_awaited.store(true, Ordering::SeqCst);
        loop {
            let notified = self.idle.notified();
            if self.under_way() == 0 {
                return;
            }
            notified.await;
        }
    }

    /// A place in which to run a handler, if one is free.
    pub(super) fn try_run(&self, size: Size) -> Option<SemaphorePermit<'_>> {
        self.running.try_acquire_many(size.0).ok()
    }

    /// A place in which to run a handler, as soon as one is free.
    pub(super) async fn run(&self, size: Size) -> Option<SemaphorePermit<'_>> {
        self.running.acquire_many(size.0).await.ok()
    }

    /// A place to wait, for an event with this ordering key; `None` if too many wait already.
    pub(super) fn wait(&self, key: Option<LockKey>, Size(size): Size) -> Option<WaitingPlace<'_>> {
        let most = self.capacity.max(MIN_WAITING);
        let share = most / SHARE;
        let size = size.min(share);
        let mut waiting = lock(&self.waiting);
        let of_key = key.and_then(|key| waiting.by_key.get(&key).copied()).unwrap_or(0);
        if waiting.taken + size > most || (key.is_some() && of_key + size > share) {
            return None;
        }
        waiting.taken += size;
        if let Some(key) = key {
            waiting.by_key.insert(key, of_key + size);
        }
        Some(WaitingPlace { places: self, key, size })
    }
}

/// An event that is under way.
pub(super) struct UnderWay<'a>(&'a Places);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let is_last = self.0.under_way.fetch_sub(1, Ordering::SeqCst) == 1;
        if is_last && self.0.is_awaited.load(Ordering::SeqCst) {
            self.0.idle.notify_waiters();
        }
    }
}

/// A place of an event that waits.
pub(super) struct WaitingPlace<'a> {
    places: &'a Places,
    key: Option<LockKey>,
    size: u32,
}

impl Drop for WaitingPlace<'_> {
    fn drop(&mut self) {
        let mut waiting = lock(&self.places.waiting);
        waiting.taken -= self.size;
        let Some(key) = self.key else { return };
        if let Some(of_key) = waiting.by_key.get_mut(&key) {
            *of_key -= self.size;
            if *of_key == 0 {
                waiting.by_key.remove(&key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::util::KeyLocks;

    #[test]
    fn a_key_has_a_share_of_the_places_for_waiting() {
        let (places, keys) = (Places::new(64), KeyLocks::default());
        let (one, other) = (Some(keys.key("oc_1")), Some(keys.key("oc_2")));
        let small = places.size(1000);
        let of_one: Vec<_> = (0..64).map_while(|_| places.wait(one, small)).collect();
        assert_eq!(of_one.len(), 8);
        let of_other: Vec<_> = (0..64).map_while(|_| places.wait(other, small)).collect();
        let of_none: Vec<_> = (0..64).map_while(|_| places.wait(None, small)).collect();
        assert_eq!((of_other.len(), of_none.len()), (8, 48));
        drop((of_one, of_other, of_none));
        let waiting = lock(&places.waiting);
        assert_eq!((waiting.taken, waiting.by_key.len()), (0, 0));
    }

    #[test]
    fn large_events_take_several_places_and_one_always_has_room() {
        let (places, keys) = (Places::new(4096), KeyLocks::default());
        assert_eq!(places.size(0), Size(1));
        assert_eq!(places.size(500_000), Size(31));
        let key = Some(keys.key("oc_1"));
        let waiting: Vec<_> =
            (0..1000).map_while(|_| places.wait(key, places.size(500_000))).collect();
        assert_eq!(waiting.len(), 16);
        assert!(places.wait(Some(keys.key("oc_2")), places.size(1 << 30)).is_some());
        assert!(places.try_run(places.size(1 << 30)).is_some());
        // Few places are large ones: the capacity stays the number of handlers.
        assert_eq!(Places::new(4).size(1 << 20), Size(1));
    }
}
