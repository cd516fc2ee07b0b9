//! Stores that lack something or fail.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use lark_core::{Secret, StoreEntry, StoreError, StoreFuture, StoreLock, TokenStore};
use tokio::sync::Semaphore;

/// What a gate does with changes.
#[derive(Clone)]
pub(crate) enum Gate {
    /// Lets this many pass and holds the rest up.
    Hold(Arc<Semaphore>),
    /// Lets this many pass and fails the rest until there are more again.
    Fail(Arc<AtomicUsize>),
}

/// A store whose changes by compare-and-set go through a gate.
#[derive(Clone)]
pub(crate) struct Gated<S>(pub(crate) S, pub(crate) Gate);

impl<S: TokenStore> TokenStore for Gated<S> {
    fn get<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<StoreEntry>> {
        self.0.get(key)
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
            match &self.1 {
                Gate::Hold(passes) => passes.acquire().await.expect("it is not closed").forget(),
                Gate::Fail(passes) => {
                    let taken = passes.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
                        left.checked_sub(1)
                    });
                    taken.map_err(|_| StoreError::new("the disk is full"))?;
                }
            }
            self.0.compare_and_set(key, expected, new).await
        })
    }

    fn remove<'a>(&'a self, key: &'a str) -> StoreFuture<'a, ()> {
        self.0.remove(key)
    }

    fn lock<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<StoreLock>> {
        self.0.lock(key)
    }
}
