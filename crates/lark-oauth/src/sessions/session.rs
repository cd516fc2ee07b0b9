//! One user who stays signed in.

use lark_core::{Result, Secret, UserTokenFuture, UserTokens};

use super::UserSessions;
use crate::grant::Grant;

/// The session of one user: what [`Client::as_session`](lark_core::Client::as_session) takes.
///
/// It holds no token. Each call reads the store, so that it sees at once what another process did:
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

    /// The key under which the grant is kept.
    #[must_use]
    pub fn user_key(&self) -> &str {
        &self.user
    }

    /// The grant that a call would be made with now, refreshed if it has ended.
    ///
    /// # Errors
    /// [`is_sign_in_needed`](lark_core::Error::is_sign_in_needed): the user is not signed in, or
    /// must do so again. Others: the store failed, or the platform could not be reached and the
    /// token has ended; the grant is untouched then.
    pub async fn grant(&self) -> Result<Grant> {
        self.sessions.token(&self.user).await
    }

    /// Refreshes the grant although it is not time: after a change of what the user may do, say.
    /// If it is being refreshed already, this waits for that.
    ///
    /// # Errors
    /// As [`grant`](Self::grant).
    pub async fn refresh_now(&self) -> Result<Grant> {
        let old = self.sessions.inner.vault.load(&self.user).await?.record.grant;
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
