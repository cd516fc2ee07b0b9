//! The tokens of marketplace apps: an app token for the ticket, tenant tokens for the app token.

use serde_json::json;

use super::Auth;
use super::endpoint::{Fields, Request};
use crate::http::{Rejection, codes};
use crate::platform::Call;
use crate::services::{App, Services};
use crate::spec::TokenKind;

impl Auth {
    /// The token of the app itself, for its current ticket.
    pub(super) fn marketplace_app_token(
        &self,
        services: &Services,
        request: &Request,
        call: &mut Call,
    ) -> Result<Fields, Rejection> {
        let app = app(services, request)?;
        call.identify(&app.id, None);
        let ticket = request.text("app_ticket");
        let wrong = || Rejection::of(codes::APP_TICKET_INVALID);
        let current = self.tickets.current(&app.id, &services.ids);
        ticket.ok().filter(|ticket| *ticket == current).ok_or_else(wrong)?;
        let (token, left) = self.issue(services, TokenKind::App, &app.id, None);
        Ok(fields("app_access_token", &token, left.as_secs()))
    }

    /// The token of the app in one tenant, for its app token.
    pub(super) fn marketplace_tenant_token(
        &self,
        services: &Services,
        request: &Request,
        call: &mut Call,
    ) -> Result<Fields, Rejection> {
        let issued = self.tokens.find(request.text("app_access_token")?);
        let now = services.now();
        let issued = issued.filter(|it| it.slot.kind == TokenKind::App && !it.left(now).is_zero());
        let invalid =
            || self.invalid_token_status.apply(Rejection::of(codes::APP_TOKEN_INVALID_FOR_TENANT));
        let slot = issued.ok_or_else(invalid)?.slot;
        if slot.tenant_key.is_some() {
            return Err(self_built());
        }
        let tenant = request.text("tenant_key")?;
        call.identify(&slot.app_id, None);
        if !services.apps.has_tenant(tenant) {
            return Err(codes::TOKEN_PARAM.because("tenant_key"));
        }
        call.identify(&slot.app_id, Some(tenant));
        let (token, left) = self.issue(services, TokenKind::Tenant, &slot.app_id, Some(tenant));
        Ok(fields("tenant_access_token", &token, left.as_secs()))
    }

    /// Has the ticket sent again.
    pub(super) fn resend_ticket(
        &self,
        services: &Services,
        request: &Request,
        call: &mut Call,
    ) -> Result<Fields, Rejection> {
        let app = app(services, request)?;
        call.identify(&app.id, None);
        let ticket = self.tickets.resend(&app.id, &services.ids);
        self.push_ticket(services, &app.id, &ticket);
        Ok(Fields::new())
    }
}

fn app<'a>(services: &'a Services, request: &Request) -> Result<&'a App, Rejection> {
    let app = request.app(services)?;
    if app.tenant().is_some() { Err(self_built()) } else { Ok(app) }
}

fn self_built() -> Rejection {
    codes::TOKEN_PARAM.because("the app is self-built, not a marketplace app")
}

fn fields(name: &str, token: &str, expire: u64) -> Fields {
    Fields::from_iter([(name.to_owned(), json!(token)), ("expire".to_owned(), json!(expire))])
}
