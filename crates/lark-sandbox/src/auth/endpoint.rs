//! The endpoints that issue tokens. Their fields stand beside `code` and `msg`; there is no `data`.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::TokenKind;
use crate::answer::{Answer, Refusal, faults};
use crate::platform::Platform;

const TENANT_TOKEN: &str = "auth.v3.tenant_access_token.internal";
const APP_TOKEN: &str = "auth.v3.app_access_token.internal";

/// The endpoints of marketplace apps. The app of a sandbox is self-built, so they refuse it.
const OF_MARKETPLACE: [&str; 3] = [
    "auth.v3.app_access_token.create",
    "auth.v3.tenant_access_token.create",
    "auth.v3.app_ticket.resend",
];

/// Whether an operation is answered here.
pub(crate) fn is_token_endpoint(operation_id: &str) -> bool {
    operation_id == TENANT_TOKEN
        || operation_id == APP_TOKEN
        || OF_MARKETPLACE.contains(&operation_id)
}

/// Answers a token request. The body is read as JSON whatever its content type, because the Python
/// SDK names none.
pub(crate) fn token_endpoint(
    platform: &Platform,
    operation_id: &str,
    body: &[u8],
) -> Result<Answer, Refusal> {
    if OF_MARKETPLACE.contains(&operation_id) {
        return Err(faults::TOKEN_PARAM.because("the app is self-built, not a marketplace app"));
    }
    check_credentials(platform, body)?;
    let (tenant, left) = issue(platform, TokenKind::Tenant);
    let mut fields = Map::new();
    fields.insert("tenant_access_token".to_owned(), json!(tenant));
    fields.insert("expire".to_owned(), json!(left.as_secs()));
    if operation_id == APP_TOKEN {
        let (app, app_left) = issue(platform, TokenKind::App);
        fields.insert("app_access_token".to_owned(), json!(app));
        fields.insert("expire".to_owned(), json!(left.min(app_left).as_secs()));
    }
    Ok(Answer::top_level(fields))
}

fn check_credentials(platform: &Platform, body: &[u8]) -> Result<(), Refusal> {
    let request: Value = serde_json::from_slice(body)
        .map_err(|_| faults::TOKEN_PARAM.because("the body is not JSON"))?;
    let text = |field: &str| request[field].as_str().filter(|text| !text.is_empty());
    let app_id = text("app_id").ok_or_else(|| faults::TOKEN_PARAM.because("app_id"))?;
    let secret = text("app_secret").ok_or_else(|| faults::TOKEN_PARAM.because("app_secret"))?;
    if app_id != platform.config.app_id {
        return Err(Refusal::of(faults::TOKEN_PARAM));
    }
    if secret != platform.config.app_secret {
        return Err(Refusal::of(faults::APP_SECRET_INVALID));
    }
    Ok(())
}

fn issue(platform: &Platform, kind: TokenKind) -> (String, Duration) {
    let lifetime = platform.config.token_lifetime;
    platform.tokens.of_app(kind, lifetime, platform.timeline.now(), &platform.ids)
}
