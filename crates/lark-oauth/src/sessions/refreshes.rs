//! The refreshes of this process: one at a time for each user, however many calls wait for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use lark_core::__private::{Flight, Panicked, SingleFlight, caught, lock};
use lark_core::{Error, Result, Secret};

use crate::grant::Grant;

#[derive(Clone, Default)]
pub(super) struct Refreshes {
    users: Arc<Mutex<HashMap<String, User>>>,
}

/// What this process knows of a user. Mostly nothing.
#[derive(Default)]
struct User {
    refresh: SingleFlight<Refreshed>,
    unsaved: Option<Unsaved>,
}

/// The end of a refresh.
#[derive(Clone)]
struct Refreshed {
    /// The access token that was to be replaced.
    old: Secret,
    result: Result<Grant>,
}

/// A grant that the platform issued and the store did not take. It must not be lost with the call.
#[derive(Clone)]
pub(super) struct Unsaved {
    /// The refresh token that was exchanged for it.
    pub(super) used: Secret,
    pub(super) grant: Grant,
}

impl Refreshes {
    /// Starts `refresh` of `old` in the background, unless one is in progress or has just failed.
    pub(super) fn start_ahead<F>(&self, user: &str, old: &Secret, refresh: impl FnOnce() -> F)
    where
        F: Future<Output = Result<Grant>> + Send + 'static,
    {
        if !self.lock().get(user).is_some_and(|known| known.refresh.is_paused()) {
            self.flight(user, old, refresh);
        }
    }

    /// Waits for the refresh of `old`, which is started if it is not in progress. It goes on if the
    /// caller is dropped.
    ///
    /// # Errors
    /// The refresh failed; all who wait for it get the same error, and so does a caller that comes
    /// soon afterwards.
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
            if let Some(error) = self.recent_failure(user, old) {
                return Err(error);
            }
            match self.flight(user, old, &refresh).outcome().await {
                Some(refreshed) if refreshed.old == *old => return refreshed.result,
                // It replaced another token, or its runtime was shut down.
                _ => {}
            }
        }
    }

    /// The refresh in progress, or a new one.
    fn flight<F>(&self, user: &str, old: &Secret, refresh: impl FnOnce() -> F) -> Flight<Refreshed>
    where
        F: Future<Output = Result<Grant>> + Send + 'static,
    {
        let mut users = self.lock();
        let known = users.entry(user.to_owned()).or_default();
        if let Some(flight) = known.refresh.current() {
            return flight;
        }
        let (refreshes, user, old, refresh) =
            (self.clone(), user.to_owned(), old.clone(), refresh());
        known.refresh.start(async move {
            let result = caught(|| Box::pin(refresh)).await.unwrap_or_else(panicked);
            let refreshed = Refreshed { old, result };
            refreshes.finish(&user, &refreshed);
            refreshed
        })
    }

    /// The error of a refresh of `old` that failed just now.
    fn recent_failure(&self, user: &str, old: &Secret) -> Option<Error> {
        let refreshed = self.lock().get(user)?.refresh.recent_failure()?;
        refreshed.result.err().filter(|_| refreshed.old == *old)
    }

    fn finish(&self, user: &str, refreshed: &Refreshed) {
        {
            let mut users = self.lock();
            let refresh = &mut users.entry(user.to_owned()).or_default().refresh;
            match &refreshed.result {
                Ok(_) => refresh.succeeded(),
                // The store says so, and the user may sign in at any time.
                Err(error) if error.is_sign_in_needed() => refresh.failed(None),
                Err(_) => refresh.failed(Some(refreshed.clone())),
            }
            users.retain(|_, user| user.unsaved.is_some() || !user.refresh.is_idle());
        }
        if let Err(error) = &refreshed.result {
            tracing::warn!(user, %error, "no new token of the user");
        }
    }

    /// Has the next caller try again.
    pub(super) fn forget_failures(&self, user: &str) {
        if let Some(known) = self.lock().get_mut(user) {
            known.refresh.forget_failures();
        }
    }

    /// Keeps a grant until the store takes it.
    pub(super) fn keep_unsaved(&self, user: &str, unsaved: Unsaved) {
        self.lock().entry(user.to_owned()).or_default().unsaved = Some(unsaved);
    }

    pub(super) fn unsaved(&self, user: &str) -> Option<Unsaved> {
        self.lock().get(user)?.unsaved.clone()
    }

    pub(super) fn forget_unsaved(&self, user: &str) {
        if let Some(known) = self.lock().get_mut(user) {
            known.unsaved = None;
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, User>> {
        lock(&self.users)
    }
}

/// The end of a refresh in which code of the user panicked: the transport, or a subscriber.
fn panicked(_: Panicked) -> Result<Grant> {
    Err(Error::no_token("the refresh of the token panicked; the program's log says where"))
}
