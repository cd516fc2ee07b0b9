//! A store of the user, whose panics are errors.

use std::pin::Pin;
use std::sync::Arc;

use super::{StoreEntry, StoreError, StoreFuture, StoreLock, TokenStore};
use crate::util::{Secret, caught};

/// The store of a client. Whatever the user's store does, each method ends with a result, because
/// fetches of tokens and refreshes of grants depend on it.
pub(crate) struct GuardedStore(Arc<dyn TokenStore>);

impl GuardedStore {
    pub(crate) fn new(store: Arc<dyn TokenStore>) -> Self {
        Self(store)
    }
}

async fn guard<'a, T>(
    make: impl FnOnce() -> Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>,
) -> Result<T, StoreError> {
    match caught(make).await {
        Ok(result) => result,
        Err(_) => Err(StoreError::new("the token store panicked")),
    }
}

impl TokenStore for GuardedStore {
    fn get<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<StoreEntry>> {
        Box::pin(guard(|| self.0.get(key)))
    }

    fn put<'a>(&'a self, key: &'a str, entry: StoreEntry) -> StoreFuture<'a, ()> {
        Box::pin(guard(|| self.0.put(key, entry)))
    }

    fn compare_and_set<'a>(
        &'a self,
        key: &'a str,
        expected: Option<&'a Secret>,
        new: Option<StoreEntry>,
    ) -> StoreFuture<'a, bool> {
        Box::pin(guard(move || self.0.compare_and_set(key, expected, new)))
    }

    fn remove<'a>(&'a self, key: &'a str) -> StoreFuture<'a, ()> {
        Box::pin(guard(|| self.0.remove(key)))
    }

    fn lock<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<StoreLock>> {
        Box::pin(guard(|| self.0.lock(key)))
    }
}
