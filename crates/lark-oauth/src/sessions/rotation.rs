//! The refresh of one grant, in such an order that no grant is lost.
//!
//! A refresh token can be used once. So the entry is marked before the token is sent, the new grant is
//! written before it is used, and the grant in the store counts, not the one in memory.

use std::time::Duration;

use lark_core::__private::codes::{self, Meaning};
use lark_core::{Error, Result, Secret};
use tokio::time::{Instant, sleep};

use super::grant_store::LeaseWatch;
use super::record::{Record, RefreshState, Stored};
use super::refreshes::Unsaved;
use super::{EXCHANGE_TIMEOUT, Inner, REQUEST_TIMEOUT, errors};
use crate::grant::Grant;
use crate::random;

/// Longest time from reading the entry to having marked it. After a longer one, because the process
/// was suspended, others may have taken the mark for that of a dead process; it is written again.
const MARK_TIMEOUT: Duration = EXCHANGE_TIMEOUT.saturating_sub(REQUEST_TIMEOUT.saturating_mul(2));
/// Number of attempts to write a new grant to a store that fails.
const SAVE_ATTEMPTS: u32 = 4;
/// Pause before the second attempt, doubled each time.
const SAVE_PAUSE: Duration = Duration::from_millis(100);

/// The replacement of one access token.
pub(super) struct Rotation<'a> {
    inner: &'a Inner,
    user: &'a str,
    old: &'a Secret,
    /// Random id of this rotation, which distinguishes its mark from that of any other process.
    holder: String,
    /// Whether the store's lock is held, so that the process that left a mark is gone.
    locked: bool,
}

/// The result of marking the entry.
enum Marking {
    /// Another process has already replaced the old token.
    Replaced(Grant),
    /// The entry is marked.
    Marked { refresh_token: Secret, was_in_doubt: bool },
}

impl<'a> Rotation<'a> {
    pub(super) fn new(inner: &'a Inner, user: &'a str, old: &'a Secret) -> Result<Self> {
        Ok(Self { inner, user, old, holder: random::text()?, locked: false })
    }

    /// Refreshes, and returns the grant that replaces the old access token.
    ///
    /// # Errors
    /// The user must sign in; the platform did not answer, or refused for another reason, and the
    /// entry is unchanged except for its mark; or the store failed.
    pub(super) async fn run(mut self) -> Result<Grant> {
        let lock = self.inner.store.lock(self.user).await?;
        self.locked = lock.is_some();
        if let Some(unsaved) = self.inner.refreshes.unsaved(self.user) {
            self.try_save(&unsaved).await?;
        }
        let (refresh_token, was_in_doubt) = match self.mark().await? {
            Marking::Replaced(grant) => return Ok(grant),
            Marking::Marked { refresh_token, was_in_doubt } => (refresh_token, was_in_doubt),
        };
        match self.inner.oauth.refresh(&refresh_token).await {
            Ok(grant) => self.save(Unsaved { used: refresh_token, grant }).await,
            Err(error) if has_ended(&error) => {
                self.mark_ended(&refresh_token, was_in_doubt, &error).await
            }
            Err(error) => {
                self.clear_mark(&refresh_token, was_in_doubt, &error).await;
                Err(error)
            }
        }
    }

    /// Always reads the entry first, because another process may have replaced it while this one
    /// waited, and then marks it.
    async fn mark(&self) -> Result<Marking> {
        let mut lease = LeaseWatch::default();
        loop {
            let since = Instant::now();
            let stored = self.inner.store.load(self.user).await?;
            let grant = &stored.record.grant;
            if grant.access_token != *self.old {
                return Ok(Marking::Replaced(grant.clone()));
            }
            let Some(refresh_token) = grant.refresh_token.clone() else {
                return Err(errors::no_refresh_token(self.user, grant));
            };
            if let RefreshState::Ended { why } = &stored.record.refresh {
                return Err(errors::refresh_token_ended(self.user, why));
            }
            if self.is_held(&stored) && lease.wait_while_valid(&stored).await {
                continue;
            }
            let mark = RefreshState::InProgress { holder: self.holder.clone() };
            let was_in_doubt = stored.is_in_doubt();
            let marked =
                self.inner.store.replace(self.user, &stored, stored.with_state(mark)).await?;
            if marked.is_some() && since.elapsed() < MARK_TIMEOUT {
                return Ok(Marking::Marked { refresh_token, was_in_doubt });
            }
        }
    }

    /// Whether another process may be refreshing the grant right now.
    fn is_held(&self, stored: &Stored) -> bool {
        match &stored.record.refresh {
            RefreshState::InProgress { holder } => !self.locked && *holder != self.holder,
            _ => false,
        }
    }

    /// Writes a new grant. If the store fails, this process keeps it: its refresh token is the only
    /// valid one.
    async fn save(&self, new: Unsaved) -> Result<Grant> {
        self.inner.refreshes.keep_unsaved(self.user, new.clone());
        let mut pause = SAVE_PAUSE;
        for _ in 1..SAVE_ATTEMPTS {
            match self.try_save(&new).await {
                Err(error) if !error.is_sign_in_needed() => {
                    tracing::warn!(user = self.user, %error, "a new grant is not saved yet");
                    sleep(pause).await;
                    pause *= 2;
                }
                saved => return saved,
            }
        }
        self.try_save(&new).await
    }

    /// Writes `new` if the entry still has the refresh token that was exchanged for it, whatever its
    /// mark: others may have given this rotation up, or been refused because of it. An entry that
    /// has been replaced stays.
    async fn try_save(&self, new: &Unsaved) -> Result<Grant> {
        let saved = loop {
            let Some(stored) = self.inner.store.find(self.user).await? else {
                break Err(errors::not_signed_in(self.user));
            };
            // Or an earlier attempt wrote it and failed afterwards.
            if !stored.has_refresh_token(&new.used) {
                break Ok(stored.record.grant);
            }
            let record = Record::new(new.grant.clone());
            if let Some(saved) = self.inner.store.replace(self.user, &stored, record).await? {
                break Ok(saved.record.grant);
            }
        };
        self.inner.refreshes.forget_unsaved(self.user);
        saved
    }

    /// The platform does not accept the refresh token any more. Another process may have used it, and
    /// have written its new grant or be about to. If not, the entry is marked and kept: its access
    /// token is valid until its end.
    async fn mark_ended(&self, used: &Secret, was_in_doubt: bool, error: &Error) -> Result<Grant> {
        let mut lease = LeaseWatch::default();
        let answer = error.api().map(ToString::to_string).unwrap_or_default();
        let lost = if was_in_doubt { errors::RESPONSE_LOST } else { "" };
        let why = [&answer, lost].concat();
        loop {
            let stored = self.inner.store.load(self.user).await?;
            if !stored.has_refresh_token(used) {
                return Ok(stored.record.grant);
            }
            if self.is_held(&stored) && lease.wait_while_valid(&stored).await {
                continue;
            }
            let ended = stored.with_state(RefreshState::Ended { why: why.clone() });
            if self.inner.store.replace(self.user, &stored, ended).await?.is_some() {
                return Err(errors::refresh_token_ended(self.user, &why));
            }
        }
    }

    /// Removes the mark after a failure that says nothing about the grant. A request that the platform
    /// refused was not executed; any other may have been.
    async fn clear_mark(&self, used: &Secret, was_in_doubt: bool, error: &Error) {
        let was_refused = error.code().is_some_and(|code| code != codes::OAUTH_SERVER_ERROR);
        let unused = was_refused && !was_in_doubt;
        let state = if unused { RefreshState::Idle } else { RefreshState::Unknown };
        let cleared = async {
            let stored = self.inner.store.load(self.user).await?;
            if stored.has_refresh_token(used) && stored.is_in_doubt() && !self.is_held(&stored) {
                self.inner.store.replace(self.user, &stored, stored.with_state(state)).await?;
            }
            Ok::<_, Error>(())
        };
        // The mark stays, and the next rotation treats it as that of a dead process.
        if let Err(error) = cleared.await {
            tracing::warn!(user = self.user, %error, "the mark of a refresh is not taken off");
        }
    }
}

/// Whether the error says that a refresh token cannot be used any more.
pub(super) fn has_ended(error: &Error) -> bool {
    match error.code() {
        Some(code) => codes::meaning(code) == Some(Meaning::SignIn),
        // Less exact than the code, which a server may leave out.
        None => error.oauth_error() == Some("invalid_grant"),
    }
}
