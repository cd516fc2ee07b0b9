//! A store without locks.

use lark_core::{MemoryStore, Secret, StoreEntry, StoreFuture, TokenStore};
use tokio::task::yield_now;

/// A store that has no locks, and in which others come in between any two steps.
#[derive(Clone, Default)]
pub struct LocklessStore(MemoryStore);

impl TokenStore for LocklessStore {
    fn get<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<StoreEntry>> {
        Box::pin(async move {
            yield_now().await;
            self.0.get(key).await
        })
    }

    fn put<'a>(&'a self, key: &'a str, entry: StoreEntry) -> StoreFuture<'a, ()> {
        self.0.put(key, entry)
    }

    fn compare_and_set<'a>(
        &'a self,
        key: &'a str,
        expected: Option<&'a Secret>,
        new: Option<StoreEntry>,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            yield_now().await;
            self.0.compare_and_set(key, expected, new).await
        })
    }

    fn remove<'a>(&'a self, key: &'a str) -> StoreFuture<'a, ()> {
        self.0.remove(key)
    }
}
