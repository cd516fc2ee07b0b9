//! The OAuth endpoints in the form of RFC 6749.

use serde_json::{Map, Value, json};

use super::authorize;
use super::client::{authenticate, identify};
use super::code::Exchange;
use super::fields::Fields;
use super::grant::{Pair, RefreshRequest, Version};
use super::{Moment, OAuth, scope};
use crate::http::{OAuthError, Rejection, Response, codes};
use crate::platform::{Call, Checks, Part};
use crate::services::{App, Services};

pub(crate) const AUTHORIZE: &str = "authen.v1.authorize";
const TOKEN_V2: &str = "authen.v2.oauth.token";
const TOKEN_V3: &str = "oauth.v3.token";
const REVOKE: &str = "oauth.v1.revoke";
const DEVICE_AUTHORIZATION: &str = "oauth.v1.device_authorization";
const DEVICE_AUTHORIZATION_V2: &str = "authen.v2.oauth.device_authorization";

impl Part for OAuth {
    fn checks(&self) -> Checks {
        Checks::Admission
    }

    /// Responds at one of the endpoints, and notes which app the request is of.
    fn respond(&self, services: &Services, call: &mut Call) -> Option<Result<Response, Rejection>> {
        let result = match call.operation_id {
            AUTHORIZE => self.authorize(services, call),
            _ => self.post(services, call),
        };
        Some(Ok(result.unwrap_or_else(Response::oauth_rejected)))
    }
}

impl OAuth {
    fn authorize(&self, services: &Services, call: &mut Call) -> Result<Response, OAuthError> {
        let fields = Fields::of_query(&call.raw.query);
        let app = authorize::app(services, &fields)?;
        call.identify(&app.id, Some(app.home()));
        self.redirect_url(services, app, &fields).map(Response::redirect)
    }

    fn post(&self, services: &Services, call: &mut Call) -> Result<Response, OAuthError> {
        let operation_id = call.operation_id;
        let fields = Fields::of_body(&call.raw.body)?;
        let is_token_endpoint = [TOKEN_V2, TOKEN_V3].contains(&operation_id);
        let grant_type = if is_token_endpoint { fields.need("grant_type")? } else { "" };
        let known = match grant_type {
            "client_credentials" => operation_id == TOKEN_V3,
            ASSERTION => operation_id == TOKEN_V3 && fields.get("client_assertion").is_some(),
            other => [CODE, REFRESH, DEVICE, ""].contains(&other),
        };
        if !known {
            return Err(codes::OAUTH_GRANT_TYPE);
        }
        let app = match operation_id {
            DEVICE_AUTHORIZATION_V2 => identify((services, &self.auth), &call.headers, &fields)?,
            _ => authenticate((services, &self.auth), &call.headers, &fields)?,
        };
        call.identify(&app.id, Some(app.home()));
        let value = match operation_id {
            DEVICE_AUTHORIZATION | DEVICE_AUTHORIZATION_V2 => {
                let scope = scope::read(fields.get("scope"))?;
                self.begin_device(services, app, scope)
            }
            REVOKE => self.revoke(app, &fields)?,
            _ if ["client_credentials", ASSERTION].contains(&grant_type) => {
                self.client_credentials(services, app)?
            }
            _ => {
                let at = Moment::of(services);
                let pair = self.user_tokens(at, app, grant_type, &fields)?;
                render(at, &pair)
            }
        };
        Ok(Response::oauth(&value))
    }
}

/// The grant that a client assertion alone is good for.
const ASSERTION: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const CODE: &str = "authorization_code";
const REFRESH: &str = "refresh_token";
const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";

impl OAuth {
    fn user_tokens(
        &self,
        at: Moment<'_>,
        app: &App,
        grant_type: &str,
        fields: &Fields,
    ) -> Result<Pair, OAuthError> {
        let scope = fields.get("scope");
        let consent = match grant_type {
            REFRESH => {
                let token = fields.need("refresh_token")?;
                let request = RefreshRequest { app_id: &app.id, token, scope };
                return self.grants.refresh(at, &request, Version::Standard);
            }
            DEVICE => self.poll_device(&app.id, fields.need("device_code")?, at.now)?,
            _ => {
                let exchange = Exchange {
                    app_id: &app.id,
                    code: fields.need("code")?,
                    redirect_uri: fields.get("redirect_uri"),
                    verifier: fields.get("code_verifier"),
                    scope,
                };
                self.redeem(&exchange, at.now)?
            }
        };
        Ok(self.grants.open(at, consent, Version::Standard))
    }

    /// A tenant token, which a self-built app gets here as well as from the older endpoint.
    fn client_credentials(&self, services: &Services, app: &App) -> Result<Value, OAuthError> {
        let tenant = app.tenant().ok_or(codes::OAUTH_GRANT_TYPE)?;
        let (token, left) = self.auth.issue_jwt(services, &app.id, tenant);
        Ok(json!({ "access_token": token, "token_type": "Bearer", "expires_in": left.as_secs() }))
    }

    /// An access token alone, or a refresh token with all that goes back to the same consent. One
    /// that does not exist is revoked already (RFC 7009).
    fn revoke(&self, app: &App, fields: &Fields) -> Result<Value, OAuthError> {
        let token = fields.need("token")?;
        if !self.grants.revoke(&app.id, token)?
            && let Some(issued) = self.auth.tokens.find(token)
        {
            if issued.slot.app_id != app.id {
                return Err(codes::OAUTH_OF_ANOTHER_CLIENT);
            }
            self.auth.tokens.revoke(token);
        }
        Ok(json!({}))
    }
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
