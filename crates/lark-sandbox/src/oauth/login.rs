//! What the people at the browser do, dictated in advance.

use std::collections::VecDeque;
use std::sync::Mutex;

/// What the next person who is sent to the sign-in page does.
#[derive(Clone, Debug)]
pub(crate) enum Login {
    /// Signs in, by open id, and consents.
    Consent(String),
    /// Says no.
    Deny,
}

/// The people in line.
#[derive(Default)]
pub(crate) struct Logins(Mutex<VecDeque<Login>>);

impl Logins {
    pub(crate) fn push(&self, login: Login) {
        crate::lock(&self.0).push_back(login);
    }

    pub(super) fn next(&self) -> Option<Login> {
        crate::lock(&self.0).pop_front()
    }
}
