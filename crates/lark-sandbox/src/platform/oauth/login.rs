//! What the people at the browser do, set in advance.

use std::collections::VecDeque;
use std::sync::Mutex;

/// What the next person who is sent to the sign-in page does.
#[derive(Clone, Debug)]
pub(crate) enum Login {
    /// Signs in and consents.
    Consent(Person),
    /// Says no.
    Deny,
}

/// Who signs in.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) open_id: String,
    /// None: the tenant of the app; of a marketplace app, the default one.
    pub(crate) tenant_key: Option<String>,
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
