//! A store of the user, whose panics and silence are errors.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use super::{StoreEntry, StoreError, StoreFuture, StoreLock, TokenStore};
use crate::util::{Caught, Panicked, Secret, caught, try_run};

const NAME: &str = "the token store";
/// Longest time to read an entry. A token is then fetched without it.
const READ_LIMIT: Duration = Duration::from_secs(2);
/// Longest time to change one. A change that is given up may be made nevertheless, so this is long
/// enough for a slow disk.
const WRITE_LIMIT: Duration = Duration::from_secs(30);
/// Longest wait for a lock that others hold: longer than any of them needs it.
const LOCK_LIMIT: Duration = Duration::from_secs(120);

/// The store of a client. Whatever the user's store does, each method ends with a result, because
/// fetches of tokens and refreshes of grants depend on it.
pub(crate) struct GuardedStore(Arc<dyn TokenStore>);

impl GuardedStore {
    pub(crate) fn new(store: Arc<dyn TokenStore>) -> Self {
        Self(store)
    }
}

/// Awaits the answer of `store`, which is what errors call it. A panic is an error like any other, and so is
/// no answer.
pub(crate) async fn guard<T>(
    store: &str,
    limit: Duration,
    asked: Caught<dyn Future<Output = Result<T, StoreError>> + Send + '_>,
) -> Result<T, StoreError> {
    match timeout(limit, asked).await {
        Ok(Ok(result)) => result,
        Ok(Err(Panicked)) => Err(StoreError::new(format!("{store} panicked"))),
        Err(_) => Err(silent(store, limit)),
    }
}

fn silent(store: &str, limit: Duration) -> StoreError {
    StoreError::silence(format!("{store} gave no answer within {limit:?}"))
}

impl TokenStore for GuardedStore {
    fn get<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<StoreEntry>> {
        Box::pin(guard(NAME, READ_LIMIT, caught(|| self.0.get(key))))
    }

    fn put<'a>(&'a self, key: &'a str, entry: StoreEntry) -> StoreFuture<'a, ()> {
        Box::pin(guard(NAME, WRITE_LIMIT, caught(|| self.0.put(key, entry))))
    }

    fn compare_and_set<'a>(
        &'a self,
        key: &'a str,
        expected: Option<&'a Secret>,
        new: Option<StoreEntry>,
    ) -> StoreFuture<'a, bool> {
        Box::pin(guard(NAME, WRITE_LIMIT, caught(|| self.0.compare_and_set(key, expected, new))))
    }

    fn remove<'a>(&'a self, key: &'a str) -> StoreFuture<'a, ()> {
        Box::pin(guard(NAME, WRITE_LIMIT, caught(|| self.0.remove(key))))
    }

    fn lock<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<StoreLock>> {
        Box::pin(guard(NAME, LOCK_LIMIT, caught(|| self.0.lock(key))))
    }

    fn is_shared(&self) -> bool {
        try_run(|| self.0.is_shared()).unwrap_or(false)
    }
}
