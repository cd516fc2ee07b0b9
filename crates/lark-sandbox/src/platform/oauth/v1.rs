//! The endpoints of v1, which the specs describe: the same codes and consents in the platform's
//! own envelope.

use std::sync::Arc;

use serde_json::{Value, json};

use super::code::Exchange;
use super::grant::{Pair, RefreshRequest, Version};
use super::{Moment, OAuth};
use crate::http::{OAuthError, Rejection, Response, codes};
use crate::platform::part::data;
use crate::platform::{Call, Part};
use crate::services::Services;

/// `authen.v1.*` of the specs.
pub(in crate::platform) struct AuthenV1(pub(in crate::platform) Arc<OAuth>);

/// What stands beside the tokens in a response.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beside {
    Profile,
    Scope,
}

impl Part for AuthenV1 {
    fn respond(&self, services: &Services, call: &mut Call) -> Option<Result<Response, Rejection>> {
        let oauth = &*self.0;
        let at = Moment::of(services);
        let (pair, beside) = match call.operation_id {
            "authen.v1.oidc.access_token.create" => (oauth.exchange(at, call), Beside::Scope),
            "authen.v1.access_token.create" => (oauth.exchange(at, call), Beside::Profile),
            "authen.v1.oidc.refresh_access_token.create" => {
                (oauth.refresh(at, call), Beside::Scope)
            }
            "authen.v1.refresh_access_token.create" => (oauth.refresh(at, call), Beside::Profile),
            "authen.v1.user_info.get" => return data(Ok(oauth.user_info(call))),
            _ => return None,
        };
        let pair = pair.map_err(Rejection::of_oauth);
        data(pair.map(|pair| oauth.render_v1(at, &pair, beside)))
    }
}

impl OAuth {
    fn exchange(&self, at: Moment<'_>, call: &Call) -> Result<Pair, OAuthError> {
        expect_grant_type(call, "authorization_code")?;
        let exchange = Exchange {
            app_id: call.caller.app(),
            code: call.text("code").unwrap_or_default(),
            redirect_uri: None,
            verifier: None,
            scope: None,
        };
        let consent = self.redeem(&exchange, at.now)?;
        Ok(self.grants.open(at, consent, Version::V1))
    }

    fn refresh(&self, at: Moment<'_>, call: &Call) -> Result<Pair, OAuthError> {
        expect_grant_type(call, "refresh_token")?;
        let token = call.text("refresh_token").unwrap_or_default();
        let request = RefreshRequest { app_id: call.caller.app(), token, scope: None };
        self.grants.refresh(at, &request, Version::V1)
    }

    fn render_v1(&self, at: Moment<'_>, pair: &Pair, beside: Beside) -> Value {
        let consent = &pair.consent;
        let mut data = match beside {
            Beside::Profile => self.contact.profile(&consent.tenant_key, &consent.open_id),
            Beside::Scope => json!({ "scope": consent.scope }),
        };
        data["access_token"] = json!(pair.access);
        data["token_type"] = json!("Bearer");
        data["expires_in"] = json!(at.seconds_to(pair.access_expires));
        if let Some((token, expires)) = &pair.refresh {
            data["refresh_token"] = json!(token);
            data["refresh_expires_in"] = json!(at.seconds_to(*expires));
        }
        data
    }

    fn user_info(&self, call: &Call) -> Option<Value> {
        let caller = &call.caller;
        let (tenant_key, open_id) = (caller.tenant_key.as_deref()?, caller.open_id.as_deref()?);
        Some(self.contact.profile(tenant_key, open_id))
    }
}

fn expect_grant_type(call: &Call, expected: &str) -> Result<(), OAuthError> {
    if call.text("grant_type") == Some(expected) {
        return Ok(());
    }
    Err(codes::OAUTH_GRANT_TYPE)
}
