//! A token store that breaks the contract in a chosen way.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use lark_core::{MemoryStore, Secret, StoreEntry, StoreError, StoreFuture, StoreLock, TokenStore};
use tokio::sync::oneshot;
use tokio::task::yield_now;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Defect {
    MissingIsEmpty,
    TrimsValues,
    ExpiresAnHourLate,
    IgnoresCase,
    HoldsFewEntries,
    PutNeverReplaces,
    RemoveDoesNothing,
    RemoveOfNothingFails,
    RemoveIsByPrefix,
    RemoveIsByPattern,
    CompareAndSetNeverRemoves,
    CompareAndSetOfNothingFails,
    CompareAndSetIgnoresExpected,
    CompareAndSetIgnoresCase,
    CompareAndSetTrims,
    CompareAndSetReadsStart,
    CompareAndSetOfEqualFails,
    CompareAndSetDropsExpiry,
    CompareAndSetKeepsExpiry,
    InsertDropsExpiry,
    GetHidesExpired,
    CompareAndSetIsNotAtomic,
    LocksShortKeysOnly,
    LockExcludesNobody,
    PutFreesLock,
    CompareAndSetFreesLock,
    RemoveFreesLock,
    LockEndsWithPrefix,
    LockIsNeverFreed,
    OneLockForAllKeys,
    LockBlocksWrites,
    AbandonedWaitHoldsLock,
    LockIsNotAtomic,
}

#[derive(Clone)]
pub(crate) struct DefectiveStore {
    inner: MemoryStore,
    defect: Defect,
    locked: Locked,
    keys: Arc<Mutex<Vec<String>>>,
}

/// The keys whose locks are held, for defects that free locks or take them too late.
type Locked = Arc<Mutex<HashSet<String>>>;

impl DefectiveStore {
    pub(crate) fn new(defect: Defect) -> Self {
        Self { inner: MemoryStore::new(), defect, locked: Locked::default(), keys: Arc::default() }
    }

    fn key(&self, key: &str) -> String {
        if self.defect == Defect::IgnoresCase { key.to_lowercase() } else { key.to_owned() }
    }

    fn entry(&self, mut entry: StoreEntry) -> StoreEntry {
        match self.defect {
            Defect::TrimsValues => entry.value = entry.value.expose().trim().into(),
            Defect::ExpiresAnHourLate => {
                entry.expires_at = entry.expires_at.map(|at| at + Duration::from_secs(3600));
            }
            _ => {}
        }
        entry
    }

    async fn guard(&self, key: &str) -> Result<StoreLock, StoreError> {
        Ok(self.inner.lock(key).await?.expect("stores in memory have locks"))
    }

    /// Takes a lock that [`free`](Self::free) can take away.
    async fn take_loosely(&self, key: &str) -> StoreLock {
        while !self.locked.lock().expect("no panic").insert(key.to_owned()) {
            yield_now().await;
        }
        StoreLock::new(Unlock(Arc::clone(&self.locked), key.to_owned()))
    }

    /// Frees the locks of all keys that begin like `key`.
    async fn take_and_free_prefixed(&self, key: &str) -> StoreLock {
        let lock = self.take_loosely(key).await;
        self.locked.lock().expect("no panic").retain(|it| it == key || !it.starts_with(key));
        lock
    }

    fn free(&self, key: &str, defect: Defect) {
        if self.defect == defect {
            self.locked.lock().expect("no panic").remove(key);
        }
    }

    /// Removes the oldest entry of too many.
    async fn note(&self, key: &str) -> Result<(), StoreError> {
        let oldest = {
            let mut keys = self.keys.lock().expect("no panic");
            keys.push(key.to_owned());
            let is_full = self.defect == Defect::HoldsFewEntries && keys.len() > 100;
            is_full.then(|| keys.remove(0))
        };
        match oldest {
            Some(oldest) => self.inner.remove(&oldest).await,
            None => Ok(()),
        }
    }

    /// Removes the keys that a wrong comparison takes for `key`.
    async fn remove_similar(&self, key: &str) -> Result<(), StoreError> {
        let keys = self.keys.lock().expect("no panic").clone();
        for other in keys {
            let is_removed = match self.defect {
                Defect::RemoveIsByPrefix => other.starts_with(&format!("{key}:")),
                Defect::RemoveIsByPattern => {
                    key.strip_suffix('*').is_some_and(|start| other.starts_with(start))
                }
                _ => false,
            };
            if is_removed {
                self.inner.remove(&other).await?;
            }
        }
        Ok(())
    }

    /// Whether the value is taken for the expected one.
    fn is_equal(&self, value: &str, expected: &str) -> bool {
        let start = |text: &str| text.chars().take(255).collect::<String>();
        match self.defect {
            Defect::CompareAndSetIgnoresExpected => true,
            Defect::CompareAndSetIgnoresCase => value.to_lowercase() == expected.to_lowercase(),
            Defect::CompareAndSetTrims => value.trim_end() == expected.trim_end(),
            Defect::CompareAndSetReadsStart => start(value) == start(expected),
            _ => value == expected,
        }
    }

    /// The new entry with the time that the store gives it.
    fn with_wrong_expiry(&self, old: Option<&StoreEntry>, mut new: StoreEntry) -> StoreEntry {
        match (self.defect, old) {
            (Defect::CompareAndSetDropsExpiry, _) | (Defect::InsertDropsExpiry, None) => {
                new.expires_at = None;
            }
            (Defect::CompareAndSetKeepsExpiry, Some(old)) => new.expires_at = old.expires_at,
            _ => {}
        }
        new
    }

    /// Sees that the lock is free, and takes it a moment later.
    async fn take_in_two_steps(&self, key: &str) -> StoreLock {
        while self.locked.lock().expect("no panic").contains(key) {
            yield_now().await;
        }
        yield_now().await;
        self.locked.lock().expect("no panic").insert(key.to_owned());
        StoreLock::new(Unlock(Arc::clone(&self.locked), key.to_owned()))
    }

    /// Takes the lock in a task that does not notice that nobody waits any more.
    async fn take_in_a_task(&self, key: &str) -> Result<StoreLock, StoreError> {
        let (sender, receiver) = oneshot::channel();
        let (store, key) = (self.clone(), key.to_owned());
        tokio::spawn(async move {
            if let Err(unwanted) = sender.send(store.guard(&key).await) {
                std::mem::forget(unwanted);
            }
        });
        receiver.await.expect("the task sends it")
    }
}

/// Frees a lock of [`DefectiveStore::locked`].
struct Unlock(Locked, String);

impl Drop for Unlock {
    fn drop(&mut self) {
        self.0.lock().expect("no panic").remove(&self.1);
    }
}

impl TokenStore for DefectiveStore {
    fn get<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<StoreEntry>> {
        Box::pin(async move {
            let found = self.inner.get(&self.key(key)).await?;
            let is_expired =
                |it: &StoreEntry| it.expires_at.is_some_and(|at| at < SystemTime::now());
            Ok(match self.defect {
                Defect::MissingIsEmpty => {
                    found.or_else(|| Some(StoreEntry { value: "".into(), expires_at: None }))
                }
                Defect::GetHidesExpired => found.filter(|entry| !is_expired(entry)),
                _ => found,
            })
        })
    }

    fn put<'a>(&'a self, key: &'a str, entry: StoreEntry) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let key = &self.key(key);
            let _lock = match self.defect {
                Defect::LockBlocksWrites => Some(self.guard(key).await?),
                _ => None,
            };
            if self.defect == Defect::PutNeverReplaces && self.inner.get(key).await?.is_some() {
                return Ok(());
            }
            self.free(key, Defect::PutFreesLock);
            self.note(key).await?;
            self.inner.put(key, self.entry(entry)).await
        })
    }

    fn compare_and_set<'a>(
        &'a self,
        key: &'a str,
        expected: Option<&'a Secret>,
        new: Option<StoreEntry>,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let key = &self.key(key);
            let old = self.inner.get(key).await?;
            let new = new.map(|it| self.with_wrong_expiry(old.as_ref(), self.entry(it)));
            self.free(key, Defect::CompareAndSetFreesLock);
            let value = old.as_ref().map(|entry| &entry.value);
            let is_expected = match (value, expected) {
                (Some(value), Some(expected)) => self.is_equal(value.expose(), expected.expose()),
                (None, None) => true,
                _ => self.defect == Defect::CompareAndSetIgnoresExpected,
            };
            match self.defect {
                Defect::CompareAndSetNeverRemoves if new.is_none() => return Ok(true),
                Defect::CompareAndSetOfNothingFails if (&old, &new) == (&None, &None) => {
                    return Ok(false);
                }
                Defect::CompareAndSetOfEqualFails if old == new && old.is_some() => {
                    return Ok(false);
                }
                Defect::CompareAndSetIsNotAtomic => yield_now().await,
                _ => {}
            }
            if !is_expected {
                return Ok(false);
            }
            self.note(key).await?;
            match new {
                Some(entry) => self.inner.put(key, entry).await?,
                None => self.inner.remove(key).await?,
            }
            Ok(true)
        })
    }

    fn remove<'a>(&'a self, key: &'a str) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let key = &self.key(key);
            match self.defect {
                Defect::RemoveDoesNothing => return Ok(()),
                Defect::RemoveOfNothingFails if self.inner.get(key).await?.is_none() => {
                    return Err(StoreError::new("there is no such key"));
                }
                _ => {}
            }
            self.free(key, Defect::RemoveFreesLock);
            self.remove_similar(key).await?;
            self.inner.remove(key).await
        })
    }

    fn lock<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<StoreLock>> {
        Box::pin(async move {
            Ok(Some(match self.defect {
                Defect::LocksShortKeysOnly if key.len() > 1 => return Ok(None),
                Defect::LockExcludesNobody => StoreLock::new(()),
                Defect::LockIsNeverFreed => {
                    std::mem::forget(self.guard(key).await?);
                    StoreLock::new(())
                }
                Defect::OneLockForAllKeys => self.guard("").await?,
                Defect::PutFreesLock | Defect::CompareAndSetFreesLock | Defect::RemoveFreesLock => {
                    self.take_loosely(key).await
                }
                Defect::LockEndsWithPrefix => self.take_and_free_prefixed(key).await,
                Defect::AbandonedWaitHoldsLock => self.take_in_a_task(key).await?,
                Defect::LockIsNotAtomic => self.take_in_two_steps(key).await,
                _ => self.guard(key).await?,
            }))
        })
    }
}
