//! The grants of one app's users, in the client's token store.

use std::sync::Arc;
use std::time::Duration;

use lark_core::{Client, Error, Result, StoreLock, TokenStore};
use tokio::time::{Instant, sleep, timeout};

use super::errors;
use super::record::{Record, Stored};

/// Longest wait for a lock: longer than any holder needs it, so that it ends only if one hangs.
const LOCK_TIMEOUT: Duration = Duration::from_secs(90);
/// Time for which a refresh that is marked as in progress is left alone in a store without locks. It
/// is longer than an exchange may take ([`super::EXCHANGE_TIMEOUT`]) and counts from when the waiting
/// process first saw the mark, by its own clock: clocks of two machines cannot be compared.
const LEASE: Duration = Duration::from_secs(90);
/// Interval at which the store is read meanwhile.
const POLL_INTERVAL: Duration = Duration::from_millis(250);

pub(super) struct GrantStore {
    store: Arc<dyn TokenStore>,
    prefix: String,
}

impl GrantStore {
    pub(super) fn new(client: &Client) -> Self {
        let prefix = format!("{}/user/", client.store_prefix());
        Self { store: Arc::clone(client.store()), prefix }
    }

    /// The record of a user who may not be signed in.
    ///
    /// # Errors
    /// The store failed, or its entry is not a record.
    pub(super) async fn find(&self, user: &str) -> Result<Option<Stored>> {
        let entry = self.store.get(&self.key(user)).await?;
        entry.map(|entry| Stored::read(user, entry.value)).transpose()
    }

    /// The record of a user who should be signed in.
    ///
    /// # Errors
    /// As [`find`](Self::find), or there is none.
    pub(super) async fn load(&self, user: &str) -> Result<Stored> {
        self.find(user).await?.ok_or_else(|| errors::not_signed_in(user))
    }

    pub(super) async fn put(&self, user: &str, record: &Record) -> Result<()> {
        Ok(self.store.put(&self.key(user), record.entry()).await?)
    }

    /// Replaces `old` with `new`. Returns what is stored then, or `None` if another process changed
    /// the entry in between.
    pub(super) async fn replace(
        &self,
        user: &str,
        old: &Stored,
        new: Record,
    ) -> Result<Option<Stored>> {
        let (key, entry) = (self.key(user), new.entry());
        let raw = entry.value.clone();
        let done = self.store.compare_and_set(&key, Some(&old.raw), Some(entry)).await?;
        Ok(done.then_some(Stored { record: new, raw }))
    }

    pub(super) async fn remove(&self, user: &str) -> Result<()> {
        Ok(self.store.remove(&self.key(user)).await?)
    }

    /// The lock of a user, if the store has locks.
    pub(super) async fn lock(&self, user: &str) -> Result<Option<StoreLock>> {
        match timeout(LOCK_TIMEOUT, self.store.lock(&self.key(user))).await {
            Ok(lock) => Ok(lock?),
            Err(_) => Err(Error::no_token(format!(
                "another process has held the lock on the grant of user {user:?} for {LOCK_TIMEOUT:?}"
            ))),
        }
    }

    fn key(&self, user: &str) -> String {
        [&self.prefix, user].concat()
    }
}

/// Watches the mark of another process's refresh until its lease ends.
#[derive(Default)]
pub(super) struct LeaseWatch {
    first_seen: Option<(Stored, Instant)>,
}

impl LeaseWatch {
    /// Waits for one polling interval, unless `stored` has been unchanged for a whole lease. Returns
    /// whether the lease is still valid, so that the entry is to be read again.
    pub(super) async fn wait_while_valid(&mut self, stored: &Stored) -> bool {
        let since = match &self.first_seen {
            Some((seen, since)) if seen.raw == stored.raw => *since,
            _ => self.first_seen.insert((stored.clone(), Instant::now())).1,
        };
        if since.elapsed() >= LEASE {
            return false;
        }
        sleep(POLL_INTERVAL).await;
        true
    }
}
