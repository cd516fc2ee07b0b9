//! One lock a key, within the process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{Mutex as Turn, OwnedMutexGuard};

/// So many locks are kept before the unused ones are looked for.
const SWEEP_AT: usize = 64;

/// The locks of keys. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct KeyLocks(Arc<Mutex<Locks>>);

#[derive(Default)]
struct Locks {
    turns: HashMap<String, Weak<Turn<()>>>,
    sweep_at: usize,
}

impl KeyLocks {
    /// Waits for the lock of `key`, in the order of asking: the place is taken at the first poll.
    pub(crate) async fn lock(&self, key: &str) -> OwnedMutexGuard<()> {
        self.turn(key).lock_owned().await
    }

    fn turn(&self, key: &str) -> Arc<Turn<()>> {
        let locks = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(turn) = locks.turns.get(key).and_then(Weak::upgrade) {
            return turn;
        }
        // The map stays at most twice as long as what is in use, at a constant cost a lock.
        if locks.turns.len() >= locks.sweep_at {
            locks.turns.retain(|_, turn| turn.strong_count() > 0);
            locks.sweep_at = SWEEP_AT.max(2 * locks.turns.len());
        }
        let turn = Arc::new(Turn::new(()));
        locks.turns.insert(key.to_owned(), Arc::downgrade(&turn));
        turn
    }
}
