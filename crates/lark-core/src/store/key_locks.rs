//! One lock a key, within the process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{Mutex as Turn, OwnedMutexGuard};

/// The locks of a store's keys. Clones share them.
#[derive(Clone, Default)]
pub(super) struct KeyLocks {
    turns: Arc<Mutex<HashMap<String, Weak<Turn<()>>>>>,
}

impl KeyLocks {
    /// Waits for the lock of `key`, in the order of asking.
    pub(super) async fn lock(&self, key: &str) -> OwnedMutexGuard<()> {
        self.turn(key).lock_owned().await
    }

    fn turn(&self, key: &str) -> Arc<Turn<()>> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(turn) = turns.get(key).and_then(Weak::upgrade) {
            return turn;
        }
        // Locks that nobody holds or waits for, so that the map is as long as what is in use.
        turns.retain(|_, turn| turn.strong_count() > 0);
        let turn = Arc::new(Turn::new(()));
        turns.insert(key.to_owned(), Arc::downgrade(&turn));
        turn
    }
}
