//! The store that ends with the process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::SystemTime;

use super::{StoreEntry, StoreFuture, StoreLock, TokenStore};
use crate::util::{KeyLocks, Secret, lock};

/// A [`TokenStore`] in memory: the default. Clones share their entries and locks. Of 1,024 entries or
/// more, those that have expired are forgotten from time to time.
#[derive(Clone, Default)]
pub struct MemoryStore {
    entries: Arc<Mutex<Entries>>,
    locks: KeyLocks,
}

#[derive(Default)]
struct Entries {
    by_key: HashMap<String, StoreEntry>,
    /// At this number of entries, those that have expired are forgotten.
    most: usize,
}

/// Below this number of entries nothing is forgotten.
const FEW: usize = 1024;

impl Entries {
    fn insert(&mut self, key: &str, entry: StoreEntry) {
        if self.by_key.len() >= self.most.max(FEW) {
            let now = SystemTime::now();
            let is_valid = |entry: &StoreEntry| entry.expires_at.is_none_or(|end| end > now);
            self.by_key.retain(|_, entry| is_valid(entry));
            self.most = self.by_key.len() * 2;
        }
        self.by_key.insert(key.to_owned(), entry);
    }
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        lock(&self.entries)
    }
}

impl TokenStore for MemoryStore {
    fn get<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<StoreEntry>> {
        Box::pin(async { Ok(self.entries().by_key.get(key).cloned()) })
    }

    fn put<'a>(&'a self, key: &'a str, entry: StoreEntry) -> StoreFuture<'a, ()> {
        Box::pin(async {
            self.entries().insert(key, entry);
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
            if entries.by_key.get(key).map(|entry| &entry.value) != expected {
                return Ok(false);
            }
            match new {
                Some(entry) => entries.insert(key, entry),
                None => _ = entries.by_key.remove(key),
            }
            Ok(true)
        })
    }

    fn remove<'a>(&'a self, key: &'a str) -> StoreFuture<'a, ()> {
        Box::pin(async {
            self.entries().by_key.remove(key);
            Ok(())
        })
    }

    fn lock<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<StoreLock>> {
        Box::pin(async { Ok(Some(StoreLock::new(self.locks.lock(self.locks.key(key)).await))) })
    }

    fn is_shared(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn what_has_expired_is_forgotten_when_there_is_much() {
        let (store, now) = (MemoryStore::new(), SystemTime::now());
        let entry = |expires_at| StoreEntry { value: "t".into(), expires_at };
        store.put("kept", entry(None)).await.expect("memory");
        for number in 0..10_000 {
            let end = now - Duration::from_secs(1);
            store.put(&format!("old{number}"), entry(Some(end))).await.expect("memory");
        }
        let valid = entry(Some(now + Duration::from_secs(3600)));
        for number in 0..3000 {
            store.put(&format!("new{number}"), valid.clone()).await.expect("memory");
        }
        let count = store.entries().by_key.len();
        assert!((3001..3001 + FEW).contains(&count), "{count}");
        assert!(store.get("kept").await.expect("memory").is_some());
    }
}
