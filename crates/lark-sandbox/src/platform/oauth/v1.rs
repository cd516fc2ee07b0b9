//! The endpoints of v1, which the specs describe: the same codes and consents in the platform's
//! own envelope.

use serde_json::{Value, json};

use super::code::Exchange;
use super::grant::{Moment, Pair, Version};
use crate::http::{OAuthError, Refusal, codes};
use crate::platform::Call;
use crate::platform::Platform;
use crate::platform::state::Data;

/// Answers an operation of v1. None for every other.
pub(crate) fn answer(platform: &Platform, operation_id: &str, call: &Call) -> Option<Data> {
    let (with_profile, refreshes) = match operation_id {
        "authen.v1.oidc.access_token.create" => (false, false),
        "authen.v1.oidc.refresh_access_token.create" => (false, true),
        "authen.v1.access_token.create" => (true, false),
        "authen.v1.refresh_access_token.create" => (true, true),
        "authen.v1.user_info.get" => return Some(Ok(user_info(platform, call))),
        _ => return None,
    };
    let at = Moment::of(platform);
    let pair = if refreshes { refresh(at, call) } else { exchange(at, call) };
    let data = pair.map(|pair| Some(render(at, &pair, with_profile)));
    Some(data.map_err(Refusal::of_oauth))
}

fn exchange(at: Moment<'_>, call: &Call) -> Result<Pair, OAuthError> {
    expect_grant_type(call, "authorization_code")?;
    let exchange = Exchange {
        app_id: call.caller.app(),
        code: call.text("code").unwrap_or_default(),
        redirect_uri: None,
        verifier: None,
        scope: None,
    };
    let consent = at.platform.oauth.redeem(&exchange, at.now)?;
    Ok(at.platform.oauth.grants.open(at, consent, Version::V1))
}

fn refresh(at: Moment<'_>, call: &Call) -> Result<Pair, OAuthError> {
    expect_grant_type(call, "refresh_token")?;
    let token = call.text("refresh_token").unwrap_or_default();
    at.platform.oauth.grants.refresh(at, call.caller.app(), token, None, Version::V1)
}

fn expect_grant_type(call: &Call, expected: &str) -> Result<(), OAuthError> {
    if call.text("grant_type") == Some(expected) {
        return Ok(());
    }
    Err(codes::OAUTH_GRANT_TYPE)
}

fn render(at: Moment<'_>, pair: &Pair, with_profile: bool) -> Value {
    let consent = &pair.consent;
    let mut data = match with_profile {
        true => at.platform.world.profile(&consent.tenant_key, &consent.open_id),
        false => json!({ "scope": consent.scope }),
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

fn user_info(platform: &Platform, call: &Call) -> Option<Value> {
    let caller = &call.caller;
    let (tenant_key, open_id) = (caller.tenant_key.as_deref()?, caller.open_id.as_deref()?);
    Some(platform.world.profile(tenant_key, open_id))
}
