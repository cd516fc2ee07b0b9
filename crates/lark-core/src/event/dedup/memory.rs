//! The store within the process.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::{Claim, Dedup};
use crate::store::StoreFuture;
use crate::util::IdentityHasher;

/// The platform's last attempt comes 7 h 5 min 15 s after the first.
const LIFE: Duration = Duration::from_secs(8 * 60 * 60);
/// About 3 MB.
const MOST: usize = 65_536;

/// Remembers handled events in memory: 8 hours, and at most 65,536 keys, of which the oldest are
/// forgotten first.
pub struct MemoryDedup {
    most: usize,
    life: Duration,
    hasher: RandomState,
    state: Mutex<State>,
}

/// What is kept of a key: a hash that nobody outside can foresee. That a new key has the hash of one
/// of 65,536 others happens once in 280,000,000,000,000 events.
pub(super) type Print = u64;

#[derive(Default)]
struct State {
    /// When the event was handled; `None` while it is being.
    events: HashMap<Print, Option<Instant>, BuildHasherDefault<IdentityHasher>>,
    /// The handled ones, oldest first.
    done: VecDeque<(Instant, Print)>,
}

impl Default for MemoryDedup {
    fn default() -> Self {
        Self::new(MOST, LIFE)
    }
}

impl MemoryDedup {
    /// Remembers at most `most` handled keys (an event has one or two), each for `life`.
    #[must_use]
    pub fn new(most: usize, life: Duration) -> Self {
        Self { most, life, hasher: RandomState::new(), state: Mutex::default() }
    }

    /// The print of a key whose text is the concatenation of `parts`.
    pub(super) fn print(&self, parts: &[&str]) -> Print {
        let mut hasher = self.hasher.build_hasher();
        parts.iter().for_each(|part| hasher.write(part.as_bytes()));
        hasher.finish()
    }

    fn prints(&self, keys: &[String]) -> Vec<Print> {
        keys.iter().map(|key| self.print(&[key])).collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn claim_now(&self, prints: &[Print]) -> Claim {
        let (now, mut state) = (Instant::now(), self.state());
        state.expire(self.most, self.life, now);
        let known = |print| state.events.get(print);
        if prints.iter().filter_map(known).any(Option::is_some) {
            return Claim::Done;
        }
        if prints.iter().any(|print| known(print).is_some()) {
            return Claim::InProgress;
        }
        state.events.extend(prints.iter().map(|print| (*print, None)));
        Claim::New
    }

    pub(super) fn finish_now(&self, prints: &[Print]) {
        let (now, mut state) = (Instant::now(), self.state());
        for print in prints {
            state.events.insert(*print, Some(now));
            state.done.push_back((now, *print));
        }
    }

    pub(super) fn release_now(&self, prints: &[Print]) {
        let mut state = self.state();
        for print in prints {
            state.events.remove(print);
        }
    }
}

impl State {
    /// Forgets what is too old and what is too much.
    fn expire(&mut self, most: usize, life: Duration, now: Instant) {
        while let Some((done_at, _)) = self.done.front() {
            if self.done.len() <= most && now.duration_since(*done_at) < life {
                return;
            }
            let Some((done_at, print)) = self.done.pop_front() else { return };
            // A key may have been claimed again since.
            if self.events.get(&print) == Some(&Some(done_at)) {
                self.events.remove(&print);
            }
        }
    }
}

impl Dedup for MemoryDedup {
    fn claim<'a>(&'a self, keys: &'a [String]) -> StoreFuture<'a, Claim> {
        Box::pin(async { Ok(self.claim_now(&self.prints(keys))) })
    }

    fn finish<'a>(&'a self, keys: &'a [String]) -> StoreFuture<'a, ()> {
        Box::pin(async {
            self.finish_now(&self.prints(keys));
            Ok(())
        })
    }

    fn release<'a>(&'a self, keys: &'a [String]) -> StoreFuture<'a, ()> {
        Box::pin(async {
            self.release_now(&self.prints(keys));
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    async fn claim(dedup: &MemoryDedup, names: &[&str]) -> Claim {
        dedup.claim(&keys(names)).await.expect("memory does not fail")
    }

    async fn finish(dedup: &MemoryDedup, names: &[&str]) {
        dedup.finish(&keys(names)).await.expect("memory does not fail");
    }

    #[tokio::test]
    async fn an_event_is_claimed_once_until_it_is_released() {
        let dedup = MemoryDedup::default();
        assert_eq!(claim(&dedup, &["e1", "m1"]).await, Claim::New);
        assert_eq!(claim(&dedup, &["e1", "m1"]).await, Claim::InProgress);
        dedup.release(&keys(&["e1", "m1"])).await.expect("memory does not fail");
        assert_eq!(claim(&dedup, &["e1", "m1"]).await, Claim::New);
        finish(&dedup, &["e1", "m1"]).await;
        assert_eq!(claim(&dedup, &["e1", "m1"]).await, Claim::Done);
    }

    #[tokio::test]
    async fn one_known_key_is_enough() {
        let dedup = MemoryDedup::default();
        claim(&dedup, &["e1", "m1"]).await;
        finish(&dedup, &["e1", "m1"]).await;
        assert_eq!(claim(&dedup, &["e2", "m1"]).await, Claim::Done);
        // The refused claim has left nothing behind.
        assert_eq!(claim(&dedup, &["e2"]).await, Claim::New);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_handled_is_forgotten_in_time() {
        let dedup = MemoryDedup::new(10, Duration::from_secs(60));
        claim(&dedup, &["e1"]).await;
        finish(&dedup, &["e1"]).await;
        tokio::time::advance(Duration::from_secs(59)).await;
        assert_eq!(claim(&dedup, &["e1"]).await, Claim::Done);
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(claim(&dedup, &["e1"]).await, Claim::New);
    }

    #[tokio::test]
    async fn the_oldest_are_forgotten_first_and_nothing_in_progress() {
        let dedup = MemoryDedup::new(2, LIFE);
        claim(&dedup, &["running"]).await;
        for event in ["e1", "e2", "e3"] {
            claim(&dedup, &[event]).await;
            finish(&dedup, &[event]).await;
        }
        assert_eq!(claim(&dedup, &["e1"]).await, Claim::New);
        assert_eq!(claim(&dedup, &["e2"]).await, Claim::Done);
        assert_eq!(claim(&dedup, &["running"]).await, Claim::InProgress);
    }
}
