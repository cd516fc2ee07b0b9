//! The tokens of marketplace apps: an app token for the ticket, tenant tokens for the app token.

use serde_json::json;

use super::endpoint::{Fields, Request, issue};
use crate::http::{Refusal, codes};
use crate::platform::Caller;
use crate::platform::Platform;
use crate::services::App;
use crate::spec::TokenKind;

/// The token of the app itself, for its current ticket.
pub(super) fn app_token(
    platform: &Platform,
    request: &Request,
    caller: &mut Caller,
) -> Result<Fields, Refusal> {
    let app = app(platform, request)?;
    caller.identify(&app.id, None);
    let ticket = request.text("app_ticket");
    let wrong = || Refusal::of(codes::APP_TICKET_INVALID);
    let current = platform.tickets.current(&app.id, &platform.ids);
    ticket.ok().filter(|ticket| *ticket == current).ok_or_else(wrong)?;
    let (token, left) = issue(platform, TokenKind::App, &app.id, None);
    Ok(fields("app_access_token", &token, left.as_secs()))
}

/// The token of the app in one tenant, for its app token.
pub(super) fn tenant_token(
    platform: &Platform,
    request: &Request,
    caller: &mut Caller,
) -> Result<Fields, Refusal> {
    let issued = platform.tokens.find(request.text("app_access_token")?);
    let now = platform.timeline.now();
    let issued = issued.filter(|it| it.slot.kind == TokenKind::App && !it.left(now).is_zero());
    let invalid =
        || platform.refusal_status.apply(Refusal::of(codes::APP_TOKEN_INVALID_FOR_TENANT));
    let slot = issued.ok_or_else(invalid)?.slot;
    if slot.tenant_key.is_some() {
        return Err(codes::TOKEN_PARAM.because("the app is self-built, not a marketplace app"));
    }
    let tenant = request.text("tenant_key")?;
    caller.identify(&slot.app_id, None);
    if !platform.config.apps.has_tenant(tenant) {
        return Err(codes::TOKEN_PARAM.because("tenant_key"));
    }
    caller.identify(&slot.app_id, Some(tenant));
    let (token, left) = issue(platform, TokenKind::Tenant, &slot.app_id, Some(tenant));
    Ok(fields("tenant_access_token", &token, left.as_secs()))
}

/// Has the ticket sent again.
pub(super) fn resend(
    platform: &Platform,
    request: &Request,
    caller: &mut Caller,
) -> Result<Fields, Refusal> {
    let app = app(platform, request)?;
    caller.identify(&app.id, None);
    let ticket = platform.tickets.resend(&app.id, &platform.ids);
    platform.push_ticket(&app.id, &ticket);
    Ok(Fields::new())
}

fn app<'a>(platform: &'a Platform, request: &Request) -> Result<&'a App, Refusal> {
    let app = request.app(platform)?;
    if app.tenant().is_some() {
        return Err(codes::TOKEN_PARAM.because("the app is self-built, not a marketplace app"));
    }
    Ok(app)
}

fn fields(name: &str, token: &str, expire: u64) -> Fields {
    Fields::from_iter([(name.to_owned(), json!(token)), ("expire".to_owned(), json!(expire))])
}
