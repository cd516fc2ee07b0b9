//! The store of tokens, tickets and grants.

#[cfg(feature = "conformance")]
pub mod conformance;
mod file;
mod guarded;
mod memory;

use std::error::Error as StdError;
use std::fmt::{self, Write};
use std::pin::Pin;
use std::sync::Arc;
use std::time::SystemTime;

pub use self::file::FileStore;
pub(crate) use self::guarded::{GuardedStore, guard};
pub use self::memory::MemoryStore;

use crate::util::{OneLine, Secret};

/// A store for tokens, app tickets and the grants of users.
///
/// Several clients and processes may share one: keys contain the platform, the app, and for tokens
/// a fingerprint of its secret and the tenant. Keys and values are any text without NUL characters,
/// the empty text included, and no two of them are equal unless all their bytes are. All methods may
/// be called concurrently, and what one call has changed, every later call sees.
///
/// A client takes a panic for an error, and so no answer to a read within 2 s, to a change within
/// 30 s, and to a lock within 2 minutes. It fetches tokens without the store then.
///
/// To write your own, run the tests of `lark_core::conformance` (feature `conformance`) on it.
pub trait TokenStore: Send + Sync {
    /// Returns the entry of `key`. An expired entry may be returned or not, but
    /// [`compare_and_set`](Self::compare_and_set) must agree with that.
    fn get<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<StoreEntry>>;

    /// Sets the entry of `key` durably: once the future is done, a crash does not undo it.
    fn put<'a>(&'a self, key: &'a str, entry: StoreEntry) -> StoreFuture<'a, ()>;

    /// Sets the entry of `key`, or removes it if `new` is `None`, but only if its value is
    /// `expected` (`None`: there is no entry). Returns whether it was, even if the entry has not
    /// changed by that. The check and the change are atomic.
    fn compare_and_set<'a>(
        &'a self,
        key: &'a str,
        expected: Option<&'a Secret>,
        new: Option<StoreEntry>,
    ) -> StoreFuture<'a, bool>;

    /// Removes the entry of `key`, if there is one.
    fn remove<'a>(&'a self, key: &'a str) -> StoreFuture<'a, ()>;

    /// Waits for the lock of `key`, and takes it. Only dropping the lock releases it: the lock does
    /// not prevent others from reading, changing or removing the entry, and that does not release it.
    /// A wait that is dropped holds nothing.
    ///
    /// Implement this only if the locks of a holder that dies are released automatically. Other
    /// stores return `None` for every key, and callers rely on
    /// [`compare_and_set`](Self::compare_and_set) instead.
    fn lock<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<StoreLock>> {
        _ = key;
        Box::pin(async { Ok(None) })
    }

    /// Whether other processes may use the same entries; by default they may. A client then takes the
    /// [`lock`](Self::lock) of a token before it fetches one, so that the processes of a fleet fetch one
    /// together. It waits 5 s for that lock, and goes on without.
    fn is_shared(&self) -> bool {
        true
    }
}

impl<T: TokenStore + ?Sized> TokenStore for Arc<T> {
    fn get<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<StoreEntry>> {
        (**self).get(key)
    }

    fn put<'a>(&'a self, key: &'a str, entry: StoreEntry) -> StoreFuture<'a, ()> {
        (**self).put(key, entry)
    }

    fn compare_and_set<'a>(
        &'a self,
        key: &'a str,
        expected: Option<&'a Secret>,
        new: Option<StoreEntry>,
    ) -> StoreFuture<'a, bool> {
        (**self).compare_and_set(key, expected, new)
    }

    fn remove<'a>(&'a self, key: &'a str) -> StoreFuture<'a, ()> {
        (**self).remove(key)
    }

    fn lock<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<StoreLock>> {
        (**self).lock(key)
    }

    fn is_shared(&self) -> bool {
        (**self).is_shared()
    }
}

/// What the methods of a [`TokenStore`] return.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// A value of a [`TokenStore`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreEntry {
    /// The value.
    pub value: Secret,
    /// When the value expires, from when on the store may forget the entry. A store keeps this time
    /// to the second or better.
    pub expires_at: Option<SystemTime>,
}

/// The lock of a key, held until it is dropped.
pub struct StoreLock(Option<Box<dyn Send + Sync>>);

impl StoreLock {
    /// A lock that is released when `guard` is dropped.
    pub fn new(guard: impl Send + Sync + 'static) -> Self {
        Self(Some(Box::new(guard)))
    }
}

/// What was done under it is done, so a panic of its end must not undo that.
impl Drop for StoreLock {
    fn drop(&mut self) {
        let guard = self.0.take();
        if crate::util::try_run(|| drop(guard)).is_err() {
            _ = crate::util::try_run(|| tracing::error!("the lock of a store panicked at its end"));
        }
    }
}

impl fmt::Debug for StoreLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoreLock")
    }
}

/// A failure of a [`TokenStore`] or another store.
#[derive(Clone)]
pub struct StoreError {
    what: String,
    source: Option<Arc<dyn StdError + Send + Sync>>,
    /// The store gave no answer.
    is_silence: bool,
}

impl StoreError {
    /// An error with place and problem: `"token file /var/lib/bot/x: not JSON"`.
    #[must_use]
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), source: None, is_silence: false }
    }

    /// The store gave no answer in time.
    pub(crate) fn silence(what: String) -> Self {
        Self { is_silence: true, ..Self::new(what) }
    }

    /// Adds the error that caused it.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into().into());
        self
    }

    /// The error that caused it. It is not in the chain of [`source`](StdError::source), because the text
    /// of this one has it.
    #[must_use]
    pub fn get_ref(&self) -> Option<&(dyn StdError + Send + Sync + 'static)> {
        self.source.as_deref()
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let f = &mut OneLine(f);
        f.write_str(&self.what)?;
        match &self.source {
            Some(source) => write!(f, ": {source}"),
            None => Ok(()),
        }
    }
}

/// As `Display`: what `main` prints of an error that it returns.
impl fmt::Debug for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl StdError for StoreError {}

/// Stores what can be had again, such as a token or a ticket, even if the entry before is damaged: a
/// store does not overwrite one that it cannot read.
///
/// # Errors
/// The store failed.
pub(crate) async fn overwrite(
    store: &dyn TokenStore,
    key: &str,
    entry: StoreEntry,
) -> Result<(), StoreError> {
    let error = match store.put(key, entry.clone()).await {
        Err(error) if !error.is_silence => error,
        done => return done,
    };
    if store.get(key).await.is_ok() || store.remove(key).await.is_err() {
        return Err(error);
    }
    tracing::warn!(%error, "a damaged entry of the token store is replaced");
    store.put(key, entry).await
}
