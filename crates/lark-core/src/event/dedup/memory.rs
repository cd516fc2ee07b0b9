//! The store within the process.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, BuildHasherDefault, RandomState};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::{Claim, Dedup};
use crate::print::PrintHasher;
use crate::store::StoreFuture;

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
type Print = u64;

#[derive(Default)]
struct State {
    /// When the event was handled; `None` while it is being.
    events: HashMap<Print, Option<Instant>, BuildHasherDefault<PrintHasher>>,
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

    fn prints(&self, keys: &[String]) -> impl Iterator<Item = Print> {
        keys.iter().map(|key| self.hasher.hash_one(key))
    }

    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> StoreFuture<'_, T>
    where
        T: Send + 'static,
    {
        let result = work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        Box::pin(std::future::ready(Ok(result)))
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
        let now = Instant::now();
        self.with(|state| {
            state.expire(self.most, self.life, now);
            let mut known = self.prints(keys).filter_map(|print| state.events.get(&print));
            match known.next() {
                Some(Some(_)) => Claim::Done,
                Some(None) => match known.next() {
                    Some(Some(_)) => Claim::Done,
                    _ => Claim::InProgress,
                },
                None => {
                    state.events.extend(self.prints(keys).map(|print| (print, None)));
                    Claim::New
                }
            }
        })
    }

    fn finish<'a>(&'a self, keys: &'a [String]) -> StoreFuture<'a, ()> {
        let now = Instant::now();
        self.with(|state| {
            for print in self.prints(keys) {
                state.events.insert(print, Some(now));
                state.done.push_back((now, print));
            }
        })
    }

    fn release<'a>(&'a self, keys: &'a [String]) -> StoreFuture<'a, ()> {
        self.with(|state| {
            for print in self.prints(keys) {
                state.events.remove(&print);
            }
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
