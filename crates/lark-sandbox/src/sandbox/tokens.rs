//! Tokens and tickets, by command.

use super::Sandbox;
use crate::services::App;

impl Sandbox {
    /// A token of a user for the first app, such as signing in would give.
    pub fn issue_user_token(&self, open_id: &str) -> String {
        let app = self.platform.config.apps.first();
        self.platform.user_token(app, app.home(), open_id)
    }

    /// A token of a user of this tenant for this app. The two need not belong together.
    ///
    /// # Panics
    /// If the sandbox has no such app.
    pub fn issue_user_token_of(&self, app_id: &str, tenant_key: &str, open_id: &str) -> String {
        self.platform.user_token(self.known_app(app_id), tenant_key, open_id)
    }

    /// Ends the life of every access token issued so far.
    pub fn expire_tokens(&self) {
        self.platform.tokens.expire_all();
    }

    /// Takes back every access token issued so far. To apps that is the same as
    /// [`expire_tokens`](Self::expire_tokens); of a user token the platform says that it is invalid
    /// (99991668) and not that it has expired (99991677).
    pub fn revoke_tokens(&self) {
        self.platform.tokens.revoke_all();
    }

    /// Takes back one access token. Says whether the sandbox has issued it.
    pub fn revoke_token(&self, token: &str) -> bool {
        self.platform.tokens.revoke(token)
    }

    /// From now on, refuses bad tokens in this HTTP status, such as 200, 400 or 401. Without it,
    /// 401 for user tokens, 400 for the others, 200 at the token endpoints.
    ///
    /// # Panics
    /// If it is not an HTTP status.
    pub fn token_refusal_status(&self, status: u16) {
        assert!(http::StatusCode::from_u16(status).is_ok(), "{status} is not an HTTP status");
        self.platform.refusal_status.set(status);
    }

    /// The ticket with which a marketplace app gets its app token now.
    ///
    /// # Panics
    /// If the sandbox has no such app.
    pub fn app_ticket(&self, app_id: &str) -> String {
        self.platform.tickets.current(&self.known_app(app_id).id, &self.platform.ids)
    }

    /// Gives a marketplace app a new ticket and returns it. The one before is refused (10012) from
    /// now on; tokens that were issued for it stay good.
    ///
    /// # Panics
    /// If the sandbox has no such app.
    pub fn rotate_ticket(&self, app_id: &str) -> String {
        self.platform.rotate_ticket(&self.known_app(app_id).id)
    }

    /// How often a marketplace app has asked to be sent its ticket again.
    pub fn ticket_resends(&self, app_id: &str) -> u64 {
        self.platform.tickets.resends(app_id)
    }

    pub(super) fn known_app(&self, id: &str) -> &App {
        let app = self.platform.config.apps.find(id);
        app.unwrap_or_else(|| panic!("the sandbox has no app {id}"))
    }
}
