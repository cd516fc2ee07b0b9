//! One refresh of one grant, such that no grant is lost.
//!
//! A refresh token can be used once. So the entry is marked before it is sent, the answer is written
//! before anything else is done with it, and what is in the store, not what is in memory, says what
//! the grant is.

use std::time::Duration;

use lark_core::__private::codes::{self, Meaning};
use lark_core::{Error, Result, Secret};
use tokio::time::{Instant, sleep};

use super::flights::Unsaved;
use super::record::{Record, Refresh, Stored};
use super::vault::Patience;
use super::{EXCHANGE_LIMIT, Inner, REQUEST_LIMIT, told};
use crate::grant::Grant;
use crate::random;

/// Longest from the mark to the request. A mark that took longer, because the process was paused,
/// may have been taken for that of a dead one; it is made anew.
const MARK_LIMIT: Duration = EXCHANGE_LIMIT.saturating_sub(REQUEST_LIMIT.saturating_mul(2));
/// How often a new grant is offered to a store that fails.
const SAVE_TRIES: u32 = 4;
/// Pause before it is offered again, doubled each time.
const SAVE_PAUSE: Duration = Duration::from_millis(100);

/// The replacement of one access token.
pub(super) struct Rotation<'a> {
    inner: &'a Inner,
    user: &'a str,
    old: &'a Secret,
    /// What tells this rotation's mark from that of any other, in whatever process.
    holder: String,
    /// Whether the store's lock is held, so that whoever left a mark is gone.
    locked: bool,
}

/// What is found when it is this rotation's turn.
enum Turn {
    /// Somebody else was faster.
    Replaced(Grant),
    /// The entry is marked.
    Marked { refresh_token: Secret, was_in_doubt: bool },
}

impl<'a> Rotation<'a> {
    pub(super) fn new(inner: &'a Inner, user: &'a str, old: &'a Secret) -> Result<Self> {
        Ok(Self { inner, user, old, holder: random::text()?, locked: false })
    }

    /// Gives the grant that follows the old access token.
    ///
    /// # Errors
    /// The user must sign in; the platform did not answer or refused for another reason, and the
    /// entry is as it was but for its mark; or the store failed.
    pub(super) async fn run(mut self) -> Result<Grant> {
        let lock = self.inner.vault.lock(self.user).await?;
        self.locked = lock.is_some();
        if let Some(unsaved) = self.inner.flights.unsaved(self.user) {
            self.save(&unsaved).await?;
        }
        let (refresh_token, was_in_doubt) = match self.turn().await? {
            Turn::Replaced(grant) => return Ok(grant),
            Turn::Marked { refresh_token, was_in_doubt } => (refresh_token, was_in_doubt),
        };
        match self.inner.oauth.refresh(&refresh_token).await {
            Ok(grant) => self.keep(Unsaved { used: refresh_token, grant }).await,
            Err(error) if has_ended(&error) => {
                self.ended(&refresh_token, was_in_doubt, &error).await
            }
            Err(error) => {
                self.failed(&refresh_token, was_in_doubt, &error).await;
                Err(error)
            }
        }
    }

    /// Reads the entry, always: another process may have replaced it while this one waited. Then
    /// marks it.
    async fn turn(&self) -> Result<Turn> {
        let mut patience = Patience::default();
        loop {
            let since = Instant::now();
            let stored = self.inner.vault.load(self.user).await?;
            let grant = &stored.record.grant;
            if grant.access_token != *self.old {
                return Ok(Turn::Replaced(grant.clone()));
            }
            let Some(refresh_token) = grant.refresh_token.clone() else {
                return Err(told::no_refresh_token(self.user));
            };
            if let Refresh::Ended { why } = &stored.record.refresh {
                return Err(told::ended(self.user, why));
            }
            if self.is_held(&stored) && patience.wait(&stored).await {
                continue;
            }
            let mark = Refresh::UnderWay { holder: self.holder.clone() };
            let was_in_doubt = stored.is_in_doubt();
            let marked = self.inner.vault.replace(self.user, &stored, stored.with(mark)).await?;
            if marked.is_some() && since.elapsed() < MARK_LIMIT {
                return Ok(Turn::Marked { refresh_token, was_in_doubt });
            }
        }
    }

    /// Whether somebody else may be refreshing it right now.
    fn is_held(&self, stored: &Stored) -> bool {
        let others = |holder: &String| *holder != self.holder;
        match &stored.record.refresh {
            Refresh::UnderWay { holder } => !self.locked && others(holder),
            _ => false,
        }
    }

    /// Writes a new grant, and holds on to it if the store fails: its refresh token is the only one
    /// that there is.
    async fn keep(&self, new: Unsaved) -> Result<Grant> {
        self.inner.flights.keep_unsaved(self.user, new.clone());
        let mut pause = SAVE_PAUSE;
        for _ in 1..SAVE_TRIES {
            match self.save(&new).await {
                Err(error) if !error.is_sign_in_needed() => {
                    tracing::warn!(user = self.user, %error, "a new grant is not saved yet");
                    sleep(pause).await;
                    pause *= 2;
                }
                saved => return saved,
            }
        }
        self.save(&new).await
    }

    /// Writes `new` if the entry still holds the refresh token that bought it, whatever its mark:
    /// others may have given this rotation up, or been refused because of it. If the entry is
    /// another's by now, that one stays.
    async fn save(&self, new: &Unsaved) -> Result<Grant> {
        let saved = loop {
            let Some(stored) = self.inner.vault.find(self.user).await? else {
                break Err(told::not_signed_in(self.user));
            };
            // Also if an earlier try wrote it and failed afterwards.
            if !stored.holds(&new.used) {
                break Ok(stored.record.grant);
            }
            let record = Record::new(new.grant.clone());
            if let Some(saved) = self.inner.vault.replace(self.user, &stored, record).await? {
                break Ok(saved.record.grant);
            }
        };
        self.inner.flights.forget(self.user);
        saved
    }

    /// The platform says that the refresh token is of no use. Another process may have used it, and
    /// written or be about to write what it got. If not, the entry is marked and kept: its access
    /// token serves until its end.
    async fn ended(&self, used: &Secret, was_in_doubt: bool, error: &Error) -> Result<Grant> {
        let mut patience = Patience::default();
        let said = error.api().map(ToString::to_string).unwrap_or_default();
        let lost = if was_in_doubt { told::ANSWER_LOST } else { "" };
        let why = [&said, lost].concat();
        loop {
            let stored = self.inner.vault.load(self.user).await?;
            if !stored.holds(used) {
                return Ok(stored.record.grant);
            }
            if self.is_held(&stored) && patience.wait(&stored).await {
                continue;
            }
            let ended = stored.with(Refresh::Ended { why: why.clone() });
            if self.inner.vault.replace(self.user, &stored, ended).await?.is_some() {
                return Err(told::ended(self.user, &why));
            }
        }
    }

    /// Takes the mark off after a failure that says nothing about the grant. What the platform
    /// refused it did not execute; of everything else that is not known.
    async fn failed(&self, used: &Secret, was_in_doubt: bool, error: &Error) {
        let was_refused = error.code().is_some_and(|code| code != codes::OAUTH_SERVER_ERROR);
        let rested = was_refused && !was_in_doubt;
        let state = if rested { Refresh::Rested } else { Refresh::Unanswered };
        let cleared = async {
            let stored = self.inner.vault.load(self.user).await?;
            if stored.holds(used) && stored.is_in_doubt() && !self.is_held(&stored) {
                self.inner.vault.replace(self.user, &stored, stored.with(state)).await?;
            }
            Ok::<_, Error>(())
        };
        // The mark stays then, and the next rotation treats it as that of a dead process.
        if let Err(error) = cleared.await {
            tracing::warn!(user = self.user, %error, "the mark of a refresh is not taken off");
        }
    }
}

/// Whether the platform says that a refresh token is of no use any more.
pub(super) fn has_ended(error: &Error) -> bool {
    match error.code() {
        Some(code) => codes::meaning(code) == Some(Meaning::SignIn),
        // The name says it less exactly than the code, but a server need not give one.
        None => error.oauth_error() == Some("invalid_grant"),
    }
}
