//! One refresh at a time for each user of this process, however many calls wait for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use lark_core::{Result, Secret};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::grant::Grant;

/// Pause after a refresh that failed while the old token still serves.
const PAUSE: Duration = Duration::from_secs(5);

#[derive(Clone, Default)]
pub(super) struct Flights {
    users: Arc<Mutex<HashMap<String, User>>>,
}

/// What this process knows of a user. Nothing, mostly.
#[derive(Default)]
struct User {
    flight: Option<Flight>,
    /// No refresh ahead of time before this, after one has failed.
    paused_until: Option<Instant>,
    unsaved: Option<Unsaved>,
}

/// A refresh under way, and how it ends.
#[derive(Clone)]
struct Flight {
    /// The access token that it replaces.
    old: Secret,
    landing: watch::Receiver<Landing>,
}

/// `None` while it is under way.
type Landing = Option<Result<Grant>>;

/// A grant that the platform gave and the store did not take. It must not be lost with the call.
#[derive(Clone)]
pub(super) struct Unsaved {
    /// The refresh token that bought it.
    pub(super) used: Secret,
    pub(super) grant: Grant,
}

impl Flights {
    /// Starts `refresh` of `old` if none is under way and none has just failed.
    pub(super) fn ahead<F>(&self, user: &str, old: &Secret, refresh: impl FnOnce() -> F)
    where
        F: Future<Output = Result<Grant>> + Send + 'static,
    {
        let paused = |known: &User| known.paused_until.is_some_and(|until| Instant::now() < until);
        if !self.lock().get(user).is_some_and(paused) {
            self.board(user, old, refresh);
        }
    }

    /// Waits for the refresh of `old`, which is started if it is not under way. It goes on if the
    /// caller does not.
    ///
    /// # Errors
    /// The refresh failed; all who wait for it get the same error.
    pub(super) async fn join<F>(
        &self,
        user: &str,
        old: &Secret,
        refresh: impl Fn() -> F,
    ) -> Result<Grant>
    where
        F: Future<Output = Result<Grant>> + Send + 'static,
    {
        loop {
            let mut flight = self.board(user, old, &refresh);
            let landed = flight.landing.wait_for(Option::is_some).await;
            let landing = landed.ok().and_then(|landing| landing.clone());
            match landing {
                Some(result) if flight.old == *old => return result,
                // It was that of another token, or its runtime was shut down.
                _ => {}
            }
        }
    }

    /// The flight under way, or a new one.
    fn board<F>(&self, user: &str, old: &Secret, refresh: impl FnOnce() -> F) -> Flight
    where
        F: Future<Output = Result<Grant>> + Send + 'static,
    {
        let mut users = self.lock();
        let known = users.entry(user.to_owned()).or_default();
        // A closed channel without a landing is a task whose runtime is gone.
        known.flight.take_if(|flight| flight.landing.has_changed().is_err());
        if let Some(flight) = &known.flight {
            return flight.clone();
        }
        let (sender, landing) = watch::channel(None);
        let flight = Flight { old: old.clone(), landing };
        known.flight = Some(flight.clone());
        let (flights, user, refresh) = (self.clone(), user.to_owned(), refresh());
        tokio::spawn(async move {
            let result = refresh.await;
            flights.land(&user, &result);
            // Nobody may be waiting any more.
            _ = sender.send(Some(result));
        });
        flight
    }

    fn land(&self, user: &str, result: &Result<Grant>) {
        if let Err(error) = result {
            tracing::warn!(user, %error, "no new token of the user");
        }
        let now = Instant::now();
        let mut users = self.lock();
        let known = users.entry(user.to_owned()).or_default();
        known.flight = None;
        known.paused_until = result.is_err().then(|| now + PAUSE);
        users.retain(|_, user| {
            user.flight.is_some()
                || user.unsaved.is_some()
                || user.paused_until.is_some_and(|until| now < until)
        });
    }

    /// Keeps a grant until the store takes it.
    pub(super) fn keep_unsaved(&self, user: &str, unsaved: Unsaved) {
        self.lock().entry(user.to_owned()).or_default().unsaved = Some(unsaved);
    }

    pub(super) fn unsaved(&self, user: &str) -> Option<Unsaved> {
        self.lock().get(user)?.unsaved.clone()
    }

    /// Forgets the grant that was not saved.
    pub(super) fn forget(&self, user: &str) {
        if let Some(known) = self.lock().get_mut(user) {
            known.unsaved = None;
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, User>> {
        self.users.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
