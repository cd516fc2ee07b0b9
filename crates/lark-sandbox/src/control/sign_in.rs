//! What users do at the browser.

use serde_json::Value;

use super::{Arguments, Outcome};
use crate::oauth::Login;
use crate::platform::Platform;

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

fn login(arguments: &Arguments) -> Result<Login, String> {
    if arguments.is_true("deny") {
        return Ok(Login::Deny);
    }
    Ok(Login::Consent(arguments.need_text("open_id")?.to_owned()))
}
