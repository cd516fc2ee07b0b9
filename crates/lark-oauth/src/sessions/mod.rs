//! Sessions: users who stay signed in.

mod errors;
mod grant_store;
mod record;
mod refreshes;
mod rotation;
mod session;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use lark_core::{Client, Result, Secret};

pub use self::session::UserSession;

use self::grant_store::{GrantStore, LeaseWatch};
use self::record::{Record, RefreshState, Stored};
use self::refreshes::Refreshes;
use self::rotation::Rotation;
use crate::grant::Grant;
use crate::oauth::OAuth;

/// Timeout of one request of a refresh. Other calls and other processes wait for it.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);
/// Longest time from reading the entry to the platform's answer: writing the mark, and the request,
/// repeated once.
const EXCHANGE_TIMEOUT: Duration = Duration::from_secs(50);

/// The signed-in users of an app: their grants are in the client's store, and are refreshed before
/// they expire.
///
/// Clones share the refreshes in progress. Processes that share a store share its users; the crate's
/// documentation says what is guaranteed then.
#[derive(Clone)]
pub struct UserSessions {
    inner: Arc<Inner>,
}

struct Inner {
    oauth: OAuth,
    store: GrantStore,
    refreshes: Refreshes,
}

impl UserSessions {
    /// Sessions in the store of `client`, refreshed at the default token endpoint.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self::with_oauth(&OAuth::new(&client))
    }

    /// Sessions in the store of the client of `oauth`, refreshed at its token endpoint.
    #[must_use]
    pub fn with_oauth(oauth: &OAuth) -> Self {
        let store = GrantStore::new(&oauth.client);
        let oauth = oauth.with_timeout(REQUEST_TIMEOUT);
        Self { inner: Arc::new(Inner { oauth, store, refreshes: Refreshes::default() }) }
    }

    /// Stores `grant` under `user_key`, replacing the one that is there. You choose the key: an open
    /// id, or your own id of the user. When this returns, the store has written the grant.
    ///
    /// # Errors
    /// The store failed. It does not overwrite an entry that it cannot read; [`remove`](Self::remove)
    /// that first.
    pub async fn save(&self, user_key: &str, grant: &Grant) -> Result<()> {
        self.inner.store.put(user_key, &Record::new(grant.clone())).await
    }

    /// The session of a user, for [`Client::as_session`]. This does no I/O: the first call finds out
    /// whether the user is signed in.
    #[must_use]
    pub fn session(&self, user_key: impl Into<String>) -> UserSession {
        UserSession::new(self.clone(), user_key.into())
    }

    /// The grant that is stored under `user_key`; it is not refreshed.
    ///
    /// # Errors
    /// The store failed, or its entry is not a grant.
    pub async fn grant(&self, user_key: &str) -> Result<Option<Grant>> {
        Ok(self.inner.store.find(user_key).await?.map(|stored| stored.record.grant))
    }

    /// Removes the grant of a user from the store. On the platform it stays valid.
    ///
    /// # Errors
    /// The store failed.
    pub async fn remove(&self, user_key: &str) -> Result<()> {
        self.inner.refreshes.forget_unsaved(user_key);
        self.inner.store.remove(user_key).await
    }

    /// Signs a user out: revokes the grant and removes it. Waits for a refresh in progress.
    ///
    /// # Errors
    /// The platform could not be reached or refused, or the store failed. The grant is still stored;
    /// try again, or [`remove`](Self::remove) it.
    pub async fn sign_out(&self, user_key: &str) -> Result<()> {
        let Inner { oauth, store, .. } = &*self.inner;
        let lock = store.lock(user_key).await?;
        let mut lease = LeaseWatch::default();
        while let Some(Stored { record, raw }) = store.find(user_key).await? {
            let is_held =
                lock.is_none() && matches!(record.refresh, RefreshState::InProgress { .. });
            if is_held && lease.wait_while_valid(&Stored { record: record.clone(), raw }).await {
                continue;
            }
            let unsaved = self.inner.refreshes.unsaved(user_key).map(|unsaved| unsaved.grant);
            let Grant { access_token, refresh_token, .. } = unsaved.unwrap_or(record.grant);
            match oauth.revoke(&refresh_token.unwrap_or(access_token)).await {
                // An expired grant is as good as revoked.
                Err(error) if !rotation::has_ended(&error) => return Err(error),
                _ => break,
            }
        }
        self.remove(user_key).await
    }

    /// A grant whose access token should be valid now. While it is, a due refresh runs in the
    /// background, and its failure is no call's error.
    async fn token(&self, user: &str) -> Result<Grant> {
        let stored = self.inner.store.load(user).await?;
        let in_doubt = stored.is_in_doubt();
        let Record { grant, refresh } = stored.record;
        let now = self.inner.oauth.now();
        let ended = match (&refresh, &grant.refresh_token) {
            (RefreshState::Ended { why }, _) => Some(errors::refresh_token_ended(user, why)),
            (_, None) => Some(errors::no_refresh_token(user, &grant)),
            _ => None,
        };
        match (ended, now < grant.expires_at) {
            (None, true) => {
                if in_doubt || now >= grant.renew_at() {
                    self.inner
                        .refreshes
                        .start_ahead(user, &grant.access_token, || self.rotation(user, &grant));
                }
                Ok(grant)
            }
            (Some(_), true) => Ok(grant),
            (Some(error), false) => Err(error),
            (None, false) => self.refreshed(user, &grant).await,
        }
    }

    /// A grant whose access token is not `refused`.
    async fn renewed(&self, user: &str, refused: &Secret) -> Result<Grant> {
        let grant = self.inner.store.load(user).await?.record.grant;
        if grant.access_token != *refused {
            return self.token(user).await;
        }
        self.refreshed(user, &grant).await
    }

    /// The grant that replaces `old`, by one refresh however many calls wait.
    async fn refreshed(&self, user: &str, old: &Grant) -> Result<Grant> {
        self.inner.refreshes.join(user, &old.access_token, || self.rotation(user, old)).await
    }

    fn rotation(
        &self,
        user: &str,
        old: &Grant,
    ) -> impl Future<Output = Result<Grant>> + Send + 'static {
        let (inner, user, old) =
            (Arc::clone(&self.inner), user.to_owned(), old.access_token.clone());
        async move { Rotation::new(&inner, &user, &old)?.run().await }
    }
}

impl fmt::Debug for UserSessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserSessions").field("oauth", &self.inner.oauth).finish_non_exhaustive()
    }
}
