//! What a client knows of app tickets, besides those in the store.

use std::sync::{Mutex, MutexGuard};

use tokio::time::Instant;

use crate::util::{Secret, lock};

/// What a client knows of tickets, besides those in the store.
#[derive(Default)]
pub(crate) struct Tickets(Mutex<State>);

#[derive(Default)]
pub(super) struct State {
    /// The one that came with the client's settings.
    pub(super) given: Option<Secret>,
    pub(super) asked_at: Option<Instant>,
}

impl Tickets {
    pub(crate) fn new(given: Option<Secret>) -> Self {
        Self(Mutex::new(State { given, asked_at: None }))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.0)
    }
}
