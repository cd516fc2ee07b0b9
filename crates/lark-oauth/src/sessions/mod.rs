//! Users who stay signed in.

mod flights;
mod record;
mod rotation;
mod session;
mod told;
mod vault;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use lark_core::{Client, Result, Secret};

pub use self::session::UserSession;

use self::flights::Flights;
use self::record::{Record, Refresh, Stored};
use self::rotation::Rotation;
use self::vault::{Patience, Vault};
use crate::grant::Grant;
use crate::oauth::OAuth;

/// Longest that one request of a refresh may take. Other calls and other processes wait for it.
const REQUEST_LIMIT: Duration = Duration::from_secs(20);
/// Longest that a refresh may take from its mark to its answer: the request, once repeated, and the
/// writing of the mark.
const EXCHANGE_LIMIT: Duration = Duration::from_secs(50);

/// The users of an app who stay signed in: their grants in the client's store, refreshed when it is
/// time.
///
/// Clones share what is under way. Processes that share a store share its users; see the crate's
/// documentation for what holds then.
#[derive(Clone)]
pub struct UserSessions {
    inner: Arc<Inner>,
}

struct Inner {
    oauth: OAuth,
    vault: Vault,
    flights: Flights,
}

impl UserSessions {
    /// The sessions in the store of `client`, refreshed at the default token endpoint.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self::with_oauth(&OAuth::new(&client))
    }

    /// The sessions in the store of the client of `oauth`, refreshed at its token endpoint.
    #[must_use]
    pub fn with_oauth(oauth: &OAuth) -> Self {
        let vault = Vault::new(&oauth.client);
        let oauth = oauth.with_timeout(REQUEST_LIMIT);
        Self { inner: Arc::new(Inner { oauth, vault, flights: Flights::default() }) }
    }

    /// Keeps `grant` under `user_key`, in the place of what is there. The key is yours: an open id,
    /// or the id that your users have with you. When this returns, the grant is on the store's disk.
    ///
    /// # Errors
    /// The store failed. An entry that it cannot read is not overwritten: [`remove`](Self::remove) it.
    pub async fn save(&self, user_key: &str, grant: &Grant) -> Result<()> {
        self.inner.vault.put(user_key, &Record::new(grant.clone())).await
    }

    /// The session of a user, for [`Client::as_session`]. It does no I/O: whether the user is signed
    /// in is found out by the first call.
    #[must_use]
    pub fn session(&self, user_key: impl Into<String>) -> UserSession {
        UserSession::new(self.clone(), user_key.into())
    }

    /// The grant that is kept under `user_key`, as it is.
    ///
    /// # Errors
    /// The store failed, or what it has is not a grant.
    pub async fn grant(&self, user_key: &str) -> Result<Option<Grant>> {
        Ok(self.inner.vault.find(user_key).await?.map(|stored| stored.record.grant))
    }

    /// Forgets a user, without telling the platform.
    ///
    /// # Errors
    /// The store failed.
    pub async fn remove(&self, user_key: &str) -> Result<()> {
        self.inner.flights.forget(user_key);
        self.inner.vault.remove(user_key).await
    }

    /// Signs a user out: revokes the grant and forgets it. It waits for a refresh that is under way.
    ///
    /// # Errors
    /// The platform could not be reached or refused, or the store failed. The grant is kept then;
    /// try again, or [`remove`](Self::remove) it.
    pub async fn sign_out(&self, user_key: &str) -> Result<()> {
        let Inner { oauth, vault, .. } = &*self.inner;
        let lock = vault.lock(user_key).await?;
        let mut patience = Patience::default();
        while let Some(Stored { record, raw }) = vault.find(user_key).await? {
            let is_held = lock.is_none() && matches!(record.refresh, Refresh::UnderWay { .. });
            if is_held && patience.wait(&Stored { record: record.clone(), raw }).await {
                continue;
            }
            let unsaved = self.inner.flights.unsaved(user_key).map(|unsaved| unsaved.grant);
            let Grant { access_token, refresh_token, .. } = unsaved.unwrap_or(record.grant);
            match oauth.revoke(&refresh_token.unwrap_or(access_token)).await {
                // A grant that has ended by itself is as good as revoked.
                Err(error) if !rotation::has_ended(&error) => return Err(error),
                _ => break,
            }
        }
        self.remove(user_key).await
    }

    /// A token that should be good now. While it is, a refresh that is due goes on beside the call
    /// and its failure is nobody's.
    async fn token(&self, user: &str) -> Result<Grant> {
        let stored = self.inner.vault.load(user).await?;
        let in_doubt = stored.is_in_doubt();
        let Record { grant, refresh } = stored.record;
        let now = self.inner.oauth.now();
        let ended = match (&refresh, &grant.refresh_token) {
            (Refresh::Ended { why }, _) => Some(told::ended(user, why)),
            (_, None) => Some(told::no_refresh_token(user)),
            _ => None,
        };
        match (ended, now < grant.expires_at) {
            (None, true) => {
                if in_doubt || now >= grant.renew_at() {
                    self.inner
                        .flights
                        .ahead(user, &grant.access_token, || self.rotation(user, &grant));
                }
                Ok(grant)
            }
            (Some(_), true) => Ok(grant),
            (Some(error), false) => Err(error),
            (None, false) => self.refreshed(user, &grant).await,
        }
    }

    /// A token that is not `refused`.
    async fn renewed(&self, user: &str, refused: &Secret) -> Result<Grant> {
        let grant = self.inner.vault.load(user).await?.record.grant;
        if grant.access_token != *refused {
            return self.token(user).await;
        }
        self.refreshed(user, &grant).await
    }

    /// The grant after `old`, however many ask for it.
    async fn refreshed(&self, user: &str, old: &Grant) -> Result<Grant> {
        self.inner.flights.join(user, &old.access_token, || self.rotation(user, old)).await
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
