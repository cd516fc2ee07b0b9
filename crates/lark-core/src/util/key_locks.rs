//! One lock per key, within the process.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, BuildHasherDefault, RandomState};
use std::sync::{Arc, Mutex};

use tokio::sync::oneshot;

use super::{IdentityHasher, lock};

/// The locks of keys. Clones share them. A key that is not held costs nothing.
#[derive(Clone, Default)]
pub(crate) struct KeyLocks(Arc<Locks>);

/// A key, as its hash. Two keys with the same hash would only wait for each other.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct LockKey(u64);

#[derive(Default)]
struct Locks {
    hasher: RandomState,
    /// The waiters of the keys that are held, in order of arrival.
    held: Mutex<
        HashMap<LockKey, VecDeque<oneshot::Sender<KeyGuard>>, BuildHasherDefault<IdentityHasher>>,
    >,
}

/// Holds a key until it is dropped.
pub(crate) struct KeyGuard {
    /// `None` once the key was passed on.
    locks: Option<KeyLocks>,
    key: LockKey,
}

impl KeyLocks {
    pub(crate) fn key(&self, key: &str) -> LockKey {
        LockKey(self.0.hasher.hash_one(key))
    }

    /// Waits for the lock of `key`, in order of arrival: the first poll takes the place in the
    /// queue.
    pub(crate) async fn lock(&self, key: LockKey) -> KeyGuard {
        let turn = {
            let mut held = lock(&self.0.held);
            match held.entry(key) {
                Entry::Vacant(free) => {
                    free.insert(VecDeque::new());
                    return self.guard(key);
                }
                Entry::Occupied(mut queue) => {
                    let (sender, turn) = oneshot::channel();
                    queue.get_mut().push_back(sender);
                    turn
                }
            }
        };
        // The sender is gone only if the holder's thread died while it passed the key on.
        turn.await.unwrap_or_else(|_| self.guard(key))
    }

    fn guard(&self, key: LockKey) -> KeyGuard {
        KeyGuard { locks: Some(self.clone()), key }
    }

    /// Passes the key to the next waiter.
    fn release(&self, key: LockKey) {
        loop {
            let next = {
                let mut held = lock(&self.0.held);
                let next = held.get_mut(&key).and_then(VecDeque::pop_front);
                if next.is_none() {
                    held.remove(&key);
                }
                next
            };
            let Some(next) = next else { return };
            match next.send(self.guard(key)) {
                Ok(()) => return,
                Err(mut unwanted) => unwanted.locks = None,
            }
        }
    }
}

impl Drop for KeyGuard {
    fn drop(&mut self) {
        if let Some(locks) = self.locks.take() {
            locks.release(self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::pin::pin;
    use std::task::Poll;

    use super::KeyLocks;

    #[tokio::test]
    async fn a_key_goes_from_one_to_the_next_in_the_order_of_asking() {
        let locks = KeyLocks::default();
        let key = locks.key("oc_1");
        let first = locks.lock(key).await;
        let mut waiting: Vec<_> = (0..3).map(|_| Box::pin(locks.lock(key))).collect();
        for turn in &mut waiting {
            assert!(poll_fn(|cx| Poll::Ready(turn.as_mut().poll(cx))).await.is_pending());
        }
        // Another key is free.
        drop(locks.lock(locks.key("oc_2")).await);
        // A waiter that has given up is skipped.
        drop(waiting.remove(1));
        drop(first);
        let second = waiting.remove(0).await;
        let mut third = pin!(waiting.remove(0));
        assert!(poll_fn(|cx| Poll::Ready(third.as_mut().poll(cx))).await.is_pending());
        drop(second);
        drop(third.await);
        assert!(locks.0.held.lock().expect("no panic").is_empty());
    }
}
