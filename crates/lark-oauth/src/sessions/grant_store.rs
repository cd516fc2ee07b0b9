//! The part of a store that has the grants of one app's users.

use std::sync::Arc;
use std::time::Duration;

use lark_core::{Client, Error, Result, StoreLock, TokenStore};
use tokio::time::{Instant, sleep, timeout};

use super::record::{Record, Stored};
use super::told;

/// Longest wait for a lock. Longer than others hold one, so that it ends only if a holder hangs.
const LOCK_LIMIT: Duration = Duration::from_secs(90);
/// How long a refresh that is marked as under way is left alone where there are no locks. Longer than
/// an exchange may take, see [`super::EXCHANGE_LIMIT`], and measured from when the mark was first
/// seen, by the clock of who waits: clocks of two machines cannot be compared.
const LEASE: Duration = Duration::from_secs(90);
/// How often it is looked at meanwhile.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

pub(super) struct Vault {
    store: Arc<dyn TokenStore>,
    prefix: String,
}

impl Vault {
    pub(super) fn new(client: &Client) -> Self {
        let prefix = format!("{}/user/", client.store_prefix());
        Self { store: Arc::clone(client.store()), prefix }
    }

    /// # Errors
    /// The store failed, or what it has is no record.
    pub(super) async fn find(&self, user: &str) -> Result<Option<Stored>> {
        let entry = self.store.get(&self.key(user)).await?;
        entry.map(|entry| Stored::read(user, entry.value)).transpose()
    }

    /// # Errors
    /// As [`find`](Self::find), and there is none.
    pub(super) async fn load(&self, user: &str) -> Result<Stored> {
        self.find(user).await?.ok_or_else(|| told::not_signed_in(user))
    }

    pub(super) async fn put(&self, user: &str, record: &Record) -> Result<()> {
        Ok(self.store.put(&self.key(user), record.entry()).await?)
    }

    /// Puts `new` in the place of `old`. Gives what is stored then, or `None` if somebody changed it
    /// meanwhile.
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
        match timeout(LOCK_LIMIT, self.store.lock(&self.key(user))).await {
            Ok(lock) => Ok(lock?),
            Err(_) => Err(Error::no_token(format!(
                "another process has held the lock on the grant of user {user:?} for {LOCK_LIMIT:?}"
            ))),
        }
    }

    fn key(&self, user: &str) -> String {
        [&self.prefix, user].concat()
    }
}

/// Tells when a refresh under way has been so for too long.
#[derive(Default)]
pub(super) struct Patience {
    seen: Option<(Stored, Instant)>,
}

impl Patience {
    /// Waits a moment, unless `stored` has been seen unchanged for the whole of the lease. Gives
    /// whether to look again.
    pub(super) async fn wait(&mut self, stored: &Stored) -> bool {
        let since = match &self.seen {
            Some((seen, since)) if seen.raw == stored.raw => *since,
            _ => self.seen.insert((stored.clone(), Instant::now())).1,
        };
        if since.elapsed() >= LEASE {
            return false;
        }
        sleep(LOOK_AGAIN).await;
        true
    }
}
