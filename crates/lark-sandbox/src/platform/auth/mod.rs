//! Tokens of apps and users, and the endpoints that issue them to apps: `auth.v3.*`.

mod assertion;
mod endpoint;
mod invalid_token_status;
mod marketplace;
mod tickets;
mod tokens;

pub(crate) use assertion::{Assertions, BadAssertion, Claims};
pub(crate) use endpoint::issues_tokens;
pub(crate) use invalid_token_status::InvalidTokenStatus;
pub(crate) use tickets::Tickets;
pub(crate) use tokens::{Issued, Lifetimes, Owner, Tokens};

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use crate::push::{Event, Pusher, Recipient};
use crate::services::Services;
use crate::spec::TokenKind;
use tokens::{Form, Slot};

/// Called with the id of a marketplace app and its ticket.
pub(crate) type TicketHook = Box<dyn Fn(&str, &str) + Send + Sync>;

/// What a test has set up.
pub(crate) struct Settings {
    pub(crate) lifetimes: Lifetimes,
    pub(crate) on_ticket: Option<TicketHook>,
}

/// Every token there is, and how apps get theirs.
pub(crate) struct Auth {
    pub(crate) tokens: Tokens,
    pub(crate) tickets: Tickets,
    pub(crate) assertions: Assertions,
    pub(crate) invalid_token_status: InvalidTokenStatus,
    on_ticket: Option<TicketHook>,
    pusher: Arc<Pusher>,
}

impl Auth {
    pub(super) fn new(settings: Settings, pusher: Arc<Pusher>) -> Self {
        let Settings { lifetimes, on_ticket } = settings;
        Self {
            tokens: Tokens::new(lifetimes),
            tickets: Tickets::default(),
            assertions: Assertions::default(),
            invalid_token_status: InvalidTokenStatus::default(),
            on_ticket,
            pusher,
        }
    }

    /// Whether an assertion proves that a request to this sandbox is from this app.
    pub(crate) fn check_assertion(
        &self,
        services: &Services,
        app_id: &str,
        assertion: &str,
    ) -> Result<(), BadAssertion> {
        let wanted = Claims { app_id, audience: services.host() };
        self.assertions.check(assertion, &wanted, services.now())
    }

    /// A token of an app, and how long it lives.
    pub(super) fn issue(
        &self,
        services: &Services,
        kind: TokenKind,
        app_id: &str,
        tenant_key: Option<&str>,
    ) -> (String, Duration) {
        let tenant_key = tenant_key.map(str::to_owned);
        let slot = Slot { kind, app_id: app_id.to_owned(), tenant_key };
        self.tokens.of_app((slot, Form::Short), services.now(), &services.ids)
    }

    /// A tenant token as the newer endpoint issues it, and how long it lives.
    pub(super) fn issue_jwt(
        &self,
        services: &Services,
        app_id: &str,
        tenant_key: &str,
    ) -> (String, Duration) {
        let (app_id, tenant_key) = (app_id.to_owned(), Some(tenant_key.to_owned()));
        let slot = Slot { kind: TokenKind::Tenant, app_id, tenant_key };
        self.tokens.of_app((slot, Form::Jwt), services.now(), &services.ids)
    }

    /// Replaces the ticket of a marketplace app.
    pub(crate) fn rotate_ticket(&self, services: &Services, app_id: &str) -> String {
        let ticket = self.tickets.rotate(app_id, &services.ids);
        self.push_ticket(services, app_id, &ticket);
        ticket
    }

    /// Sends a marketplace app the ticket that it has.
    pub(crate) fn push_current_ticket(&self, services: &Services, app_id: &str) {
        self.push_ticket(services, app_id, &self.tickets.current(app_id, &services.ids));
    }

    fn push_ticket(&self, services: &Services, app_id: &str, ticket: &str) {
        if let Some(hook) = &self.on_ticket {
            hook(app_id, ticket);
        }
        let payload = json!({ "app_ticket": ticket });
        let app = Recipient::new(app_id, "");
        self.pusher.publish(Event::new(services, app, "app_ticket", payload));
    }
}
