//! Tokens and tickets, by command.

use std::time::Duration;

use super::Sandbox;
use crate::control::{
    AppTicket, Command, ExpireTokens, InvalidTokenStatus, IssueAssertion, IssueUserToken,
    RevokeTokens, RotateTicket,
};
use crate::services::App;

impl Sandbox {
    /// A token of a user for the first app, as if the user had signed in.
    pub fn issue_user_token(&self, open_id: &str) -> String {
        self.issue_user_token_of(self.app_id(), self.tenant_key(), open_id)
    }

    /// A token of a user of this tenant for this app. The two need not belong together.
    ///
    /// # Panics
    /// If the sandbox has no such app.
    pub fn issue_user_token_of(&self, app_id: &str, tenant_key: &str, open_id: &str) -> String {
        let app_id = self.known_app(app_id).id.clone();
        let (tenant_key, open_id) = (tenant_key.to_owned(), open_id.to_owned());
        IssueUserToken { app_id, tenant_key, open_id }.run(&self.instance)
    }

    /// A client assertion with which the first app proves to this sandbox who it is without its secret, as
    /// the identity service of the app would sign it. It is good for 5 minutes of the sandbox's clock.
    /// [`client_assertion_for`](Self::client_assertion_for) makes others.
    pub fn client_assertion(&self) -> String {
        let lifetime = Duration::from_secs(300);
        self.client_assertion_for(self.app_id(), self.instance.services.host(), lifetime)
    }

    /// A client assertion of any app, for the host that is named, such as `127.0.0.1:8787`.
    pub fn client_assertion_for(&self, app_id: &str, audience: &str, lifetime: Duration) -> String {
        let (app_id, audience) = (app_id.to_owned(), Some(audience.to_owned()));
        IssueAssertion { app_id, audience, lifetime }.run(&self.instance)
    }

    /// Expires every access token issued so far.
    pub fn expire_tokens(&self) {
        ExpireTokens.run(&self.instance);
    }

    /// Revokes every access token issued so far. For tokens of apps this equals
    /// [`expire_tokens`](Self::expire_tokens); a user token is rejected as invalid (99991668), not as
    /// expired (99991677).
    pub fn revoke_tokens(&self) {
        RevokeTokens { token: None }.run(&self.instance);
    }

    /// Revokes one access token. Returns whether the sandbox has issued it.
    pub fn revoke_token(&self, token: &str) -> bool {
        RevokeTokens { token: Some(token.to_owned()) }.run(&self.instance) == Some(true)
    }

    /// Sets the HTTP status with which invalid tokens are rejected from now on, such as 200, 400 or
    /// 401. Without it: 401 for user tokens, 400 for the others, 200 at the token endpoints.
    ///
    /// # Panics
    /// If it is not an HTTP status.
    pub fn invalid_token_status(&self, status: u16) {
        assert!(http::StatusCode::from_u16(status).is_ok(), "{status} is not an HTTP status");
        InvalidTokenStatus { status }.run(&self.instance);
    }

    /// The ticket with which a marketplace app gets its app token now.
    ///
    /// # Panics
    /// If the sandbox has no such app.
    pub fn app_ticket(&self, app_id: &str) -> String {
        AppTicket { app_id: self.known_app(app_id).id.clone() }.run(&self.instance)
    }

    /// Replaces the ticket of a marketplace app and returns the new one. The previous ticket is
    /// rejected (10012) from now on; tokens that were issued for it stay valid.
    ///
    /// # Panics
    /// If the sandbox has no such app.
    pub fn rotate_ticket(&self, app_id: &str) -> String {
        RotateTicket { app_id: self.known_app(app_id).id.clone() }.run(&self.instance)
    }

    /// The number of times that a marketplace app has asked to be sent its ticket again.
    pub fn ticket_resends(&self, app_id: &str) -> u64 {
        self.instance.platform.auth.tickets.resends(app_id)
    }

    pub(super) fn known_app(&self, id: &str) -> &App {
        let app = self.instance.services.apps.find(id);
        app.unwrap_or_else(|| panic!("the sandbox has no app {id}"))
    }
}
