//! The store that ends with the process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use super::{StoreEntry, StoreFuture, StoreLock, TokenStore};
use crate::util::{KeyLocks, Secret, lock};

/// A [`TokenStore`] in memory: the default. Clones share their entries and locks.
#[derive(Clone, Default)]
pub struct MemoryStore {
    entries: Arc<Mutex<HashMap<String, StoreEntry>>>,
    locks: KeyLocks,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<String, StoreEntry>> {
        lock(&self.entries)
    }
}

impl TokenStore for MemoryStore {
    fn get<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<StoreEntry>> {
        Box::pin(async { Ok(self.entries().get(key).cloned()) })
    }

    fn put<'a>(&'a self, key: &'a str, entry: StoreEntry) -> StoreFuture<'a, ()> {
        Box::pin(async {
            self.entries().insert(key.to_owned(), entry);
            Ok(())
        })
    }

    fn compare_and_set<'a>(
        &'a self,
        key: &'a str,
        expected: Option<&'a Secret>,
        new: Option<StoreEntry>,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let mut entries = self.entries();
            if entries.get(key).map(|entry| &entry.value) != expected {
                return Ok(false);
            }
            match new {
                Some(entry) => entries.insert(key.to_owned(), entry),
                None => entries.remove(key),
            };
            Ok(true)
        })
    }

    fn remove<'a>(&'a self, key: &'a str) -> StoreFuture<'a, ()> {
        Box::pin(async {
            self.entries().remove(key);
            Ok(())
        })
    }

    fn lock<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<StoreLock>> {
        Box::pin(async { Ok(Some(StoreLock::new(self.locks.lock(self.locks.key(key)).await))) })
    }
}
