//! Tokens and tickets.

use serde_json::{Value, json};

use super::{Arguments, Outcome};
use crate::platform::Platform;

pub(super) fn issue(platform: &Platform, arguments: &Arguments) -> Outcome {
    let app = arguments.app(platform)?;
    let tenant_key = arguments.text("tenant_key").unwrap_or(app.home());
    let token = platform.user_token(app, tenant_key, arguments.need_text("open_id")?);
    Ok(json!({ "user_access_token": token }))
}

pub(super) fn expire(platform: &Platform, _: &Arguments) -> Outcome {
    platform.tokens.expire_all();
    Ok(Value::Null)
}

/// One token if it is named, else all.
pub(super) fn revoke(platform: &Platform, arguments: &Arguments) -> Outcome {
    let Some(token) = arguments.text("token") else {
        platform.tokens.revoke_all();
        return Ok(Value::Null);
    };
    Ok(json!({ "known": platform.tokens.revoke(token) }))
}

pub(super) fn refusal_status(platform: &Platform, arguments: &Arguments) -> Outcome {
    platform.refusal_status.set(arguments.need_status("status")?);
    Ok(Value::Null)
}

pub(super) fn ticket(platform: &Platform, arguments: &Arguments) -> Outcome {
    let app = arguments.app(platform)?;
    Ok(json!({ "app_ticket": platform.tickets.current(&app.id, &platform.ids) }))
}

pub(super) fn rotate_ticket(platform: &Platform, arguments: &Arguments) -> Outcome {
    let app = arguments.app(platform)?;
    Ok(json!({ "app_ticket": platform.rotate_ticket(&app.id) }))
}
