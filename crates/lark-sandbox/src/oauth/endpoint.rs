//! The OAuth endpoints in the form of RFC 6749.

use http::request::Parts;
use serde_json::{Map, Value, json};

use super::authorize::redirect_url;
use super::client::authenticate;
use super::code::Exchange;
use super::fields::Fields;
use super::grant::{Moment, Pair, Version};
use super::{route, scope};
use crate::answer::{Answer, OAuthFault, faults};
use crate::app::App;
use crate::auth::{Caller, TokenKind, issue};
use crate::platform::Platform;

/// Answers one of the endpoints of [`route`], and notes which app it is of.
pub(crate) fn answer(
    platform: &Platform,
    operation_id: &str,
    parts: &Parts,
    body: &[u8],
    caller: &mut Caller,
) -> Answer {
    let result = if operation_id == route::AUTHORIZE {
        let query = parts.uri.query().unwrap_or_default();
        redirect_url(platform, query, caller).map(Answer::redirect)
    } else {
        post(platform, operation_id, parts, body, caller)
    };
    result.unwrap_or_else(Answer::oauth_refused)
}

fn post(
    platform: &Platform,
    operation_id: &str,
    parts: &Parts,
    body: &[u8],
    caller: &mut Caller,
) -> Result<Answer, OAuthFault> {
    let fields = Fields::of_body(body)?;
    let is_token_endpoint = [route::TOKEN_V2, route::TOKEN_V3].contains(&operation_id);
    let grant_type = if is_token_endpoint { fields.need("grant_type")? } else { "" };
    let known = match grant_type {
        "client_credentials" => operation_id == route::TOKEN_V3,
        other => [CODE, REFRESH, DEVICE, ""].contains(&other),
    };
    if !known {
        return Err(faults::OAUTH_GRANT_TYPE);
    }
    let app = authenticate(platform, &parts.headers, &fields)?;
    caller.identify(&app.id, Some(app.home()));
    let value = match operation_id {
        route::DEVICE => {
            let scope = scope::read(fields.get("scope"))?;
            platform.oauth.begin_device(platform, app, scope)
        }
        route::REVOKE => revoke(platform, app, &fields)?,
        _ if grant_type == "client_credentials" => client_credentials(platform, app)?,
        _ => {
            let at = Moment::of(platform);
            let pair = user_tokens(at, app, grant_type, &fields)?;
            render(at, &pair)
        }
    };
    Ok(Answer::oauth(&value))
}

const CODE: &str = "authorization_code";
const REFRESH: &str = "refresh_token";
const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";

fn user_tokens(
    at: Moment<'_>,
    app: &App,
    grant_type: &str,
    fields: &Fields,
) -> Result<Pair, OAuthFault> {
    let oauth = &at.platform.oauth;
    let scope = fields.get("scope");
    let consent = match grant_type {
        REFRESH => {
            let token = fields.need("refresh_token")?;
            return oauth.grants.refresh(at, &app.id, token, scope, Version::Standard);
        }
        DEVICE => oauth.wait_for_device_grant(&app.id, fields.need("device_code")?, at.now)?,
        _ => {
            let exchange = Exchange {
                app_id: &app.id,
                code: fields.need("code")?,
                redirect_uri: fields.get("redirect_uri"),
                verifier: fields.get("code_verifier"),
                scope,
            };
            oauth.redeem(&exchange, at.now)?
        }
    };
    Ok(oauth.grants.open(at, consent, Version::Standard))
}

/// A tenant token, which a self-built app gets here as well as from the older endpoint.
fn client_credentials(platform: &Platform, app: &App) -> Result<Value, OAuthFault> {
    let tenant = app.tenant().ok_or(faults::OAUTH_GRANT_TYPE)?;
    let (token, left) = issue(platform, TokenKind::Tenant, &app.id, Some(tenant));
    Ok(json!({ "access_token": token, "token_type": "Bearer", "expires_in": left.as_secs() }))
}

/// An access token alone, or a refresh token with all that goes back to the same consent. One that
/// does not exist is revoked already (RFC 7009).
fn revoke(platform: &Platform, app: &App, fields: &Fields) -> Result<Value, OAuthFault> {
    let token = fields.need("token")?;
    if !platform.oauth.grants.revoke(platform, &app.id, token)?
        && let Some(issued) = platform.tokens.find(token)
    {
        if issued.slot.app_id != app.id {
            return Err(faults::OAUTH_OF_ANOTHER_CLIENT);
        }
        platform.tokens.revoke(token);
    }
    Ok(json!({}))
}

fn render(at: Moment<'_>, pair: &Pair) -> Value {
    let mut fields = Map::new();
    let mut set = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    set("access_token", json!(pair.access));
    set("expires_in", json!(at.seconds_to(pair.access_expires)));
    set("token_type", json!("Bearer"));
    set("scope", json!(pair.consent.scope));
    if let Some((token, expires)) = &pair.refresh {
        set("refresh_token", json!(token));
        set("refresh_token_expires_in", json!(at.seconds_to(*expires)));
    }
    Value::Object(fields)
}
