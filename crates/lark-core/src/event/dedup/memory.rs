//! The store within the process.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, BuildHasherDefault, RandomState};
use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

use super::{Claim, Dedup};
use crate::store::StoreFuture;
use crate::util::{IdentityHasher, lock};

/// The platform's last attempt comes 7 h 5 min 15 s after the first.
const TTL: Duration = Duration::from_secs(8 * 60 * 60);
/// About 3 MB.
const CAPACITY: usize = 65_536;

/// Remembers handled events in memory: 65,536 keys for 8 hours by default. When it is full, it
/// forgets the oldest first.
pub struct MemoryDedup {
    capacity: usize,
    ttl: Duration,
    hasher: RandomState,
    state: Mutex<State>,
}

/// What is kept of a key: a hash that nobody outside can predict. The chance that a new key shares
/// its hash with one of 65,536 others is 1 in 280,000,000,000,000.
type KeyHash = u64;

#[derive(Default)]
struct State {
    /// When the event was handled; `None` while its handler runs.
    events: HashMap<KeyHash, Option<Instant>, BuildHasherDefault<IdentityHasher>>,
    /// The handled ones, oldest first.
    done: VecDeque<(Instant, KeyHash)>,
}

impl Default for MemoryDedup {
    fn default() -> Self {
        Self::new(CAPACITY, TTL)
    }
}

impl MemoryDedup {
    /// Remembers up to `capacity` keys of handled events (an event has one or two), each for `ttl`.
    #[must_use]
    pub fn new(capacity: usize, ttl: Duration) -> Self {
        Self { capacity, ttl, hasher: RandomState::new(), state: Mutex::default() }
    }

    fn hashes(&self, keys: &[String]) -> Vec<KeyHash> {
        keys.iter().map(|key| self.hasher.hash_one(key)).collect()
    }
}

impl State {
    fn claim(&mut self, keys: &[KeyHash]) -> Claim {
        let known = |key| self.events.get(key);
        if keys.iter().filter_map(known).any(Option::is_some) {
            return Claim::Done;
        }
        if keys.iter().any(|key| known(key).is_some()) {
            return Claim::InProgress;
        }
        self.events.extend(keys.iter().map(|key| (*key, None)));
        Claim::New
    }

    fn finish(&mut self, key: KeyHash, now: Instant) {
        self.events.insert(key, Some(now));
        self.done.push_back((now, key));
    }

    /// Forgets what is too old, and the oldest of what is too much.
    fn expire(&mut self, capacity: usize, ttl: Duration, now: Instant) {
        while let Some((done_at, _)) = self.done.front() {
            if self.done.len() <= capacity && now.duration_since(*done_at) < ttl {
                return;
            }
            let Some((done_at, key)) = self.done.pop_front() else { return };
            // A key may have been claimed again since.
            if self.events.get(&key) == Some(&Some(done_at)) {
                self.events.remove(&key);
            }
        }
    }
}

impl Dedup for MemoryDedup {
    fn claim<'a>(&'a self, keys: &'a [String]) -> StoreFuture<'a, Claim> {
        Box::pin(async {
            let (keys, now, mut state) = (self.hashes(keys), Instant::now(), lock(&self.state));
            state.expire(self.capacity, self.ttl, now);
            Ok(state.claim(&keys))
        })
    }

    fn finish<'a>(&'a self, keys: &'a [String]) -> StoreFuture<'a, ()> {
        Box::pin(async {
            let (now, mut state) = (Instant::now(), lock(&self.state));
            keys.iter().for_each(|key| state.finish(self.hasher.hash_one(key), now));
            Ok(())
        })
    }

    fn release<'a>(&'a self, keys: &'a [String]) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let mut state = lock(&self.state);
            for key in keys {
                state.events.remove(&self.hasher.hash_one(key));
            }
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
        let dedup = MemoryDedup::new(2, TTL);
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
