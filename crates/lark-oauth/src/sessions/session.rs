//! The session of one user.

use lark_core::{Result, Secret, UserTokenFuture, UserTokens};

use super::UserSessions;
use crate::grant::Grant;

/// The session of one user, to be passed to [`Client::as_session`](lark_core::Client::as_session).
///
/// It holds no token. Each call reads the store and so sees a refresh by another process at once:
/// the platform ends an access token a minute after its grant was refreshed.
#[derive(Clone, Debug)]
pub struct UserSession {
    sessions: UserSessions,
    user: String,
}

impl UserSession {
    pub(super) fn new(sessions: UserSessions, user: String) -> Self {
        Self { sessions, user }
    }

    /// The key under which the grant is stored.
    #[must_use]
    pub fn user_key(&self) -> &str {
        &self.user
    }

    /// The grant that a call would use now, refreshed if it has expired.
    ///
    /// # Errors
    /// [`is_sign_in_needed`](lark_core::Error::is_sign_in_needed): the user is not signed in, or
    /// must do so again. Other errors: the store failed, or the token has expired and the platform
    /// could not be reached; the grant is unchanged then.
    pub async fn grant(&self) -> Result<Grant> {
        self.sessions.token(&self.user).await
    }

    /// Refreshes the grant before it is due, for example after the user's permissions have changed.
    /// If a refresh is in progress, this waits for it instead.
    ///
    /// # Errors
    /// As [`grant`](Self::grant).
    pub async fn refresh_now(&self) -> Result<Grant> {
        let old = self.sessions.inner.store.load(&self.user).await?.record.grant;
        // The caller decides when, also after a failure.
        self.sessions.inner.refreshes.forget_failures(&self.user);
        self.sessions.refreshed(&self.user, &old).await
    }
}

impl UserTokens for UserSession {
    fn token(&self) -> UserTokenFuture<'_> {
        Box::pin(async { Ok(self.sessions.token(&self.user).await?.access_token) })
    }

    fn renewed<'a>(&'a self, refused: &'a Secret) -> UserTokenFuture<'a> {
        Box::pin(async { Ok(self.sessions.renewed(&self.user, refused).await?.access_token) })
    }
}
