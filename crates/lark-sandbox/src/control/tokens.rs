//! Tokens and tickets.

use std::time::Duration;

use serde_json::json;

use super::Arguments;
use super::command::{Command, Outcome, data, done};
use crate::platform::auth::{Claims, Owner};
use crate::sandbox::Instance;
use crate::services::LONGEST;

/// A token of a user, such as signing in would give.
pub(crate) struct IssueUserToken {
    pub(crate) app_id: String,
    pub(crate) tenant_key: String,
    pub(crate) open_id: String,
}

impl Command for IssueUserToken {
    type Output = String;

    fn read(instance: &Instance, arguments: &Arguments) -> Result<Self, String> {
        let app = arguments.app(instance)?;
        let tenant_key = arguments.text("tenant_key").unwrap_or(app.home()).to_owned();
        let open_id = arguments.need_text("open_id")?.to_owned();
        Ok(Self { app_id: app.id.clone(), tenant_key, open_id })
    }

    fn run(self, instance: &Instance) -> String {
        let Self { app_id, tenant_key, open_id } = self;
        let owner = Owner { app_id, tenant_key, open_id, grant: None };
        let services = &instance.services;
        instance.platform.auth.tokens.of_user(owner, services.now(), &services.ids).0
    }

    fn render(token: String) -> Outcome {
        data(json!({ "user_access_token": token }))
    }
}

/// A client assertion, as the identity service of an app would sign it.
pub(crate) struct IssueAssertion {
    pub(crate) app_id: String,
    /// None: this sandbox.
    pub(crate) audience: Option<String>,
    pub(crate) lifetime: Duration,
}

impl Command for IssueAssertion {
    type Output = String;

    fn read(instance: &Instance, arguments: &Arguments) -> Result<Self, String> {
        let app_id = arguments.app(instance)?.id.clone();
        let audience = arguments.optional_text("audience")?.map(str::to_owned);
        let lifetime = match arguments.get("seconds") {
            Some(_) => arguments.seconds()?,
            None => Duration::from_secs(300),
        };
        Ok(Self { app_id, audience, lifetime })
    }

    fn run(self, instance: &Instance) -> String {
        let services = &instance.services;
        let audience = self.audience.as_deref().unwrap_or(services.host());
        let claims = Claims { app_id: &self.app_id, audience };
        instance.platform.auth.assertions.issue(&claims, services.now(), self.lifetime.min(LONGEST))
    }

    fn render(assertion: String) -> Outcome {
        data(json!({ "client_assertion": assertion }))
    }
}

/// Every access token so far expires.
pub(crate) struct ExpireTokens;

impl Command for ExpireTokens {
    type Output = ();

    fn read(_: &Instance, _: &Arguments) -> Result<Self, String> {
        Ok(Self)
    }

    fn run(self, instance: &Instance) {
        instance.platform.auth.tokens.expire_all();
    }
}

/// Access tokens are revoked: one if it is named, else all.
pub(crate) struct RevokeTokens {
    pub(crate) token: Option<String>,
}

impl Command for RevokeTokens {
    /// Whether the one that was named is known.
    type Output = Option<bool>;

    fn read(_: &Instance, arguments: &Arguments) -> Result<Self, String> {
        Ok(Self { token: arguments.text("token").map(str::to_owned) })
    }

    fn run(self, instance: &Instance) -> Option<bool> {
        let tokens = &instance.platform.auth.tokens;
        match self.token {
            Some(token) => Some(tokens.revoke(&token)),
            None => {
                tokens.revoke_all();
                None
            }
        }
    }

    fn render(known: Option<bool>) -> Outcome {
        known.map_or_else(done, |known| data(json!({ "known": known })))
    }
}

/// The HTTP status in which bad tokens are rejected.
pub(crate) struct InvalidTokenStatus {
    pub(crate) status: u16,
}

impl Command for InvalidTokenStatus {
    type Output = ();

    fn read(_: &Instance, arguments: &Arguments) -> Result<Self, String> {
        Ok(Self { status: arguments.need_status("status")? })
    }

    fn run(self, instance: &Instance) {
        instance.platform.auth.invalid_token_status.set(self.status);
    }
}

/// The ticket that an app has.
pub(crate) struct AppTicket {
    pub(crate) app_id: String,
}

impl Command for AppTicket {
    type Output = String;

    fn read(instance: &Instance, arguments: &Arguments) -> Result<Self, String> {
        Ok(Self { app_id: arguments.app(instance)?.id.clone() })
    }

    fn run(self, instance: &Instance) -> String {
        instance.platform.auth.tickets.current(&self.app_id, &instance.services.ids)
    }

    fn render(ticket: String) -> Outcome {
        data(json!({ "app_ticket": ticket }))
    }
}

/// The app gets another ticket.
pub(crate) struct RotateTicket {
    pub(crate) app_id: String,
}

impl Command for RotateTicket {
    type Output = String;

    fn read(instance: &Instance, arguments: &Arguments) -> Result<Self, String> {
        Ok(Self { app_id: arguments.app(instance)?.id.clone() })
    }

    fn run(self, instance: &Instance) -> String {
        instance.platform.auth.rotate_ticket(&instance.services, &self.app_id)
    }

    fn render(ticket: String) -> Outcome {
        AppTicket::render(ticket)
    }
}
