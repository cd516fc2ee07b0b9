//! What users do at the browser.

use serde_json::Value;

use super::{Arguments, Outcome};
use crate::platform::Platform;
use crate::platform::oauth::{Login, Person};

pub(super) fn next_login(platform: &Platform, arguments: &Arguments) -> Outcome {
    platform.oauth.logins.push(login(arguments)?);
    Ok(Value::Null)
}

pub(super) fn answer_device(platform: &Platform, arguments: &Arguments) -> Outcome {
    let user_code = arguments.need_text("user_code")?;
    if platform.oauth.answer_device(user_code, login(arguments)?) {
        return Ok(Value::Null);
    }
    Err(format!("no device waits with the code {user_code}"))
}

pub(super) fn revoke_consents(platform: &Platform, _: &Arguments) -> Outcome {
    platform.oauth.revoke_consents(platform);
    Ok(Value::Null)
}

fn login(arguments: &Arguments) -> Result<Login, String> {
    if arguments.is_true("deny") {
        return Ok(Login::Deny);
    }
    let open_id = arguments.need_text("open_id")?.to_owned();
    let tenant_key = arguments.text("tenant_key").map(str::to_owned);
    Ok(Login::Consent(Person { open_id, tenant_key }))
}
