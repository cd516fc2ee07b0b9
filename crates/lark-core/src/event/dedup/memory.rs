//! The store within the process.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasherDefault, RandomState};
use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

use super::keys::{KeyHashes, hash};
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

    /// What the hashes of keys are made with.
    pub(super) fn hasher(&self) -> &RandomState {
        &self.hasher
    }

    pub(super) fn claim_now(&self, keys: &KeyHashes) -> Claim {
        lock(&self.state).claim(keys.iter().flatten(), self.ttl)
    }

    fn finish_now(&self, keys: &KeyHashes) {
        let (now, mut state) = (Instant::now(), lock(&self.state));
        keys.iter().flatten().for_each(|key| state.finish(*key, now));
        state.expire(self.capacity, self.ttl, now);
    }

    /// Records the end of a claimed event: that it was handled, or has to come again.
    pub(super) fn end_now(&self, keys: &KeyHashes, was_handled: bool) {
        match was_handled {
            true => self.finish_now(keys),
            false => self.release_now(keys),
        }
    }

    pub(super) fn release_now(&self, keys: &KeyHashes) {
        let mut state = lock(&self.state);
        for key in keys.iter().flatten() {
            state.events.remove(key);
        }
    }

    fn hashes(&self, keys: &[String]) -> Vec<KeyHash> {
        keys.iter().map(|key| hash(&self.hasher, &[key])).collect()
    }
}

impl State {
    fn claim<'a>(
        &mut self,
        keys: impl Iterator<Item = &'a KeyHash> + Clone,
        ttl: Duration,
    ) -> Claim {
        let mut claim = Claim::New;
        for key in keys.clone() {
            match self.events.get(key) {
                // What is too old may not have been forgotten yet. Only here the time matters.
                Some(Some(done_at)) if done_at.elapsed() < ttl => return Claim::Done,
                Some(None) => claim = Claim::InProgress,
                _ => {}
            }
        }
        if claim == Claim::New {
            self.events.extend(keys.map(|key| (*key, None)));
        }
        claim
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
        Box::pin(async { Ok(lock(&self.state).claim(self.hashes(keys).iter(), self.ttl)) })
    }

    fn finish<'a>(&'a self, keys: &'a [String]) -> StoreFuture<'a, ()> {
        Box::pin(async {
            let (now, mut state) = (Instant::now(), lock(&self.state));
            self.hashes(keys).into_iter().for_each(|key| state.finish(key, now));
            state.expire(self.capacity, self.ttl, now);
            Ok(())
        })
    }

    fn release<'a>(&'a self, keys: &'a [String]) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let mut state = lock(&self.state);
            for key in self.hashes(keys) {
                state.events.remove(&key);
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
