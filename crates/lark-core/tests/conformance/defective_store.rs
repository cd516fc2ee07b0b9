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
    PutNeverReplaces,
    RemoveDoesNothing,
    RemoveOfNothingFails,
    CompareAndSetNeverRemoves,
    CompareAndSetIgnoresExpected,
    CompareAndSetKeepsExpiry,
    GetHidesExpired,
    CompareAndSetIsNotAtomic,
    LocksShortKeysOnly,
    LockExcludesNobody,
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
}

/// The keys whose locks are held, for [`Defect::LockIsNotAtomic`].
type Locked = Arc<Mutex<HashSet<String>>>;

impl DefectiveStore {
    pub(crate) fn new(defect: Defect) -> Self {
        Self { inner: MemoryStore::new(), defect, locked: Locked::default() }
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
            let mut new = new.map(|entry| self.entry(entry));
            match self.defect {
                Defect::CompareAndSetNeverRemoves if new.is_none() => return Ok(true),
                Defect::CompareAndSetIgnoresExpected => {}
                Defect::CompareAndSetIsNotAtomic => {
                    yield_now().await;
                    if old.as_ref().map(|entry| &entry.value) != expected {
                        return Ok(false);
                    }
                }
                Defect::CompareAndSetKeepsExpiry => {
                    if let (Some(old), Some(new)) = (&old, &mut new) {
                        new.expires_at = old.expires_at;
                    }
                    return self.inner.compare_and_set(key, expected, new).await;
                }
                _ => return self.inner.compare_and_set(key, expected, new).await,
            }
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
                Defect::AbandonedWaitHoldsLock => self.take_in_a_task(key).await?,
                Defect::LockIsNotAtomic => self.take_in_two_steps(key).await,
                _ => self.guard(key).await?,
            }))
        })
    }
}
