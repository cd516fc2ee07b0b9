//! What the people at the browser do, by command.

use http::Uri;

use super::Sandbox;
use crate::control::{AnswerDevice, Command, NextLogin, RevokeConsents};
use crate::gateway::route;
use crate::platform::oauth::{AUTHORIZE, Login, Person};

impl Sandbox {
    /// Has this person sign in and consent at the next visit to the sign-in page. Several calls apply
    /// to one visit each, in order; without one, the first person of the tenant signs in.
    pub fn next_login(&self, open_id: &str) {
        NextLogin { login: consent(None, open_id) }.run(&self.instance);
    }

    /// The same for a person of this tenant, who signs in to a marketplace app.
    pub fn next_login_in(&self, tenant_key: &str, open_id: &str) {
        NextLogin { login: consent(Some(tenant_key), open_id) }.run(&self.instance);
    }

    /// Has the next person at the sign-in page deny consent.
    pub fn deny_next_login(&self) {
        NextLogin { login: Login::Deny }.run(&self.instance);
    }

    /// Opens an authorization URL as a browser would, and returns where the browser is sent. It
    /// does not count as a request.
    ///
    /// # Panics
    /// If it is no authorization URL, or one at which the user would be shown an error.
    pub fn authorize(&self, url: &str) -> String {
        let uri: Uri = url.parse().unwrap_or_else(|error| panic!("{url}: {error}"));
        let found = route::find("GET", uri.path());
        let is_page = found.is_some_and(|route| route.operation.id == AUTHORIZE);
        assert!(is_page, "{url} is no authorization URL");
        let query = uri.query().unwrap_or_default();
        let opened = self.instance.platform.oauth.open_page(&self.instance.services, query);
        opened.unwrap_or_else(|error| panic!("{url} shows the user: {}", error.description))
    }

    /// Has this person consent on another device, where the code was entered.
    ///
    /// # Panics
    /// If no device waits with this code.
    pub fn approve_device(&self, user_code: &str, open_id: &str) {
        self.answer_device(user_code, consent(None, open_id));
    }

    /// Has the person who entered this code deny consent.
    ///
    /// # Panics
    /// If no device waits with this code.
    pub fn deny_device(&self, user_code: &str) {
        self.answer_device(user_code, Login::Deny);
    }

    fn answer_device(&self, user_code: &str, login: Login) {
        let answered = AnswerDevice { user_code: user_code.to_owned(), login }.run(&self.instance);
        answered.unwrap_or_else(|reason| panic!("{reason}"));
    }

    /// Revokes the consents of all users: their refresh tokens are revoked (20064), and their access
    /// tokens are invalid (99991668).
    pub fn revoke_consents(&self) {
        RevokeConsents.run(&self.instance);
    }

    /// The number of refresh tokens that were exchanged for a new pair.
    pub fn refreshes(&self) -> u64 {
        self.instance.platform.oauth.refreshes()
    }

    /// The number of refresh tokens that were rejected because they were used before. Unless
    /// [`RefreshReuse::Reject`](crate::RefreshReuse::Reject) is set, each cost a user's consent.
    pub fn refresh_reuses(&self) -> u64 {
        self.instance.platform.oauth.reuses()
    }
}

fn consent(tenant_key: Option<&str>, open_id: &str) -> Login {
    let tenant_key = tenant_key.map(str::to_owned);
    Login::Consent(Person { open_id: open_id.to_owned(), tenant_key })
}
