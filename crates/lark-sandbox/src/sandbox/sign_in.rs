//! What the people at the browser do, by command.

use http::Uri;

use super::Sandbox;
use crate::platform::Caller;
use crate::platform::oauth::{self, Login, Person};

impl Sandbox {
    /// The next person who is sent to the sign-in page is this one, and consents. Calls line up.
    /// While nobody is in line, the first person of the tenant signs in.
    pub fn next_login(&self, open_id: &str) {
        self.platform.oauth.logins.push(consent(None, open_id));
    }

    /// The same for a person of this tenant, who signs in to a marketplace app.
    pub fn next_login_in(&self, tenant_key: &str, open_id: &str) {
        self.platform.oauth.logins.push(consent(Some(tenant_key), open_id));
    }

    /// The next person who is sent to the sign-in page says no.
    pub fn deny_next_login(&self) {
        self.platform.oauth.logins.push(Login::Deny);
    }

    /// Opens an authorization URL as a browser would, and returns where the browser is sent. It
    /// does not count as a request.
    ///
    /// # Panics
    /// If it is no authorization URL, or one at which the user would be shown an error.
    pub fn authorize(&self, url: &str) -> String {
        let uri: Uri = url.parse().unwrap_or_else(|error| panic!("{url}: {error}"));
        let operation = oauth::find_route("GET", uri.path());
        assert!(operation.is_some(), "{url} is no authorization URL");
        let query = uri.query().unwrap_or_default();
        oauth::redirect_url(&self.platform, query, &mut Caller::default())
            .unwrap_or_else(|fault| panic!("{url} shows the user: {}", fault.description))
    }

    /// This person consents on another device, where the code was typed in.
    ///
    /// # Panics
    /// If no device waits with this code.
    pub fn approve_device(&self, user_code: &str, open_id: &str) {
        self.answer_device(user_code, consent(None, open_id));
    }

    /// The person who typed in this code says no.
    ///
    /// # Panics
    /// If no device waits with this code.
    pub fn deny_device(&self, user_code: &str) {
        self.answer_device(user_code, Login::Deny);
    }

    fn answer_device(&self, user_code: &str, answer: Login) {
        let waits = self.platform.oauth.answer_device(user_code, answer);
        assert!(waits, "no device waits with the code {user_code}");
    }

    /// Every user takes back what they consented to: refresh tokens are revoked (20064), and the
    /// access tokens that go back to a consent are invalid (99991668).
    pub fn revoke_consents(&self) {
        self.platform.oauth.revoke_consents(&self.platform);
    }

    /// How often a refresh token was exchanged for a new pair.
    pub fn refreshes(&self) -> u64 {
        self.platform.oauth.refreshes()
    }

    /// How often a refresh token that was used before was refused. Unless
    /// [`RefreshReuse::Refuse`](crate::RefreshReuse::Refuse) is set, each cost a user's consent.
    pub fn refresh_reuses(&self) -> u64 {
        self.platform.oauth.reuses()
    }
}

fn consent(tenant_key: Option<&str>, open_id: &str) -> Login {
    let tenant_key = tenant_key.map(str::to_owned);
    Login::Consent(Person { open_id: open_id.to_owned(), tenant_key })
}
