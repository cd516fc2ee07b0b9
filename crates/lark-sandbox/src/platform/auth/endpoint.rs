//! The endpoints that issue tokens. Their fields stand beside `code` and `msg`; there is no `data`.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{Slot, marketplace};
use crate::http::{Refusal, Response, codes};
use crate::platform::Caller;
use crate::platform::Platform;
use crate::services::App;
use crate::spec::TokenKind;

const TENANT_TOKEN: &str = "auth.v3.tenant_access_token.internal";
const APP_TOKEN: &str = "auth.v3.app_access_token.internal";
const MARKETPLACE_APP_TOKEN: &str = "auth.v3.app_access_token.create";
const MARKETPLACE_TENANT_TOKEN: &str = "auth.v3.tenant_access_token.create";
const RESEND: &str = "auth.v3.app_ticket.resend";

/// Whether an operation gives out tokens of apps.
pub(crate) fn issues_tokens(operation_id: &str) -> bool {
    [TENANT_TOKEN, APP_TOKEN, MARKETPLACE_APP_TOKEN, MARKETPLACE_TENANT_TOKEN]
        .contains(&operation_id)
}

/// Whether an operation is answered here.
pub(crate) fn is_auth_endpoint(operation_id: &str) -> bool {
    issues_tokens(operation_id) || operation_id == RESEND
}

/// Answers a token request, and notes which app it is of. The body is read as JSON whatever its
/// content type, because the Python SDK names none.
pub(crate) fn token_endpoint(
    platform: &Platform,
    operation_id: &str,
    body: &[u8],
    caller: &mut Caller,
) -> Result<Response, Refusal> {
    let request: Request = serde_json::from_slice(body)
        .map(Request)
        .map_err(|_| codes::TOKEN_PARAM.because("the body is not JSON"))?;
    let fields = match operation_id {
        MARKETPLACE_APP_TOKEN => marketplace::app_token(platform, &request, caller)?,
        MARKETPLACE_TENANT_TOKEN => marketplace::tenant_token(platform, &request, caller)?,
        RESEND => marketplace::resend(platform, &request, caller)?,
        _ => internal(platform, operation_id == APP_TOKEN, &request, caller)?,
    };
    Ok(Response::top_level(fields))
}

pub(super) type Fields = Map<String, Value>;

/// The tokens of a self-built app.
fn internal(
    platform: &Platform,
    with_app_token: bool,
    request: &Request,
    caller: &mut Caller,
) -> Result<Fields, Refusal> {
    let app = request.app(platform)?;
    let of_marketplace = || codes::TOKEN_PARAM.because("the app is of the marketplace");
    let tenant = app.tenant().ok_or_else(of_marketplace)?;
    caller.identify(&app.id, Some(tenant));
    let (token, mut left) = issue(platform, TokenKind::Tenant, &app.id, Some(tenant));
    let mut fields = Fields::new();
    fields.insert("tenant_access_token".to_owned(), json!(token));
    if with_app_token {
        let (token, app_left) = issue(platform, TokenKind::App, &app.id, Some(tenant));
        fields.insert("app_access_token".to_owned(), json!(token));
        left = left.min(app_left);
    }
    fields.insert("expire".to_owned(), json!(left.as_secs()));
    Ok(fields)
}

/// A token of an app, and how long it lives.
pub(crate) fn issue(
    platform: &Platform,
    kind: TokenKind,
    app_id: &str,
    tenant_key: Option<&str>,
) -> (String, Duration) {
    let tenant_key = tenant_key.map(str::to_owned);
    let slot = Slot { kind, app_id: app_id.to_owned(), tenant_key };
    let lifetime = platform.config.token_lifetime;
    platform.tokens.of_app(slot, lifetime, platform.timeline.now(), &platform.ids)
}

/// The body of a token request.
pub(super) struct Request(Value);

impl Request {
    pub(super) fn text(&self, field: &str) -> Result<&str, Refusal> {
        let text = self.0[field].as_str().filter(|text| !text.is_empty());
        text.ok_or_else(|| codes::TOKEN_PARAM.because(field))
    }

    /// The app whose credentials these are.
    pub(super) fn app<'a>(&self, platform: &'a Platform) -> Result<&'a App, Refusal> {
        let (id, secret) = (self.text("app_id")?, self.text("app_secret")?);
        let app = platform.config.apps.find(id);
        let app = app.ok_or_else(|| Refusal::of(codes::TOKEN_PARAM))?;
        if secret != app.secret {
            return Err(Refusal::of(codes::APP_SECRET_INVALID));
        }
        Ok(app)
    }
}
