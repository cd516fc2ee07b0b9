//! What users do at the browser.

use super::Arguments;
use super::command::{Command, Outcome, done};
use crate::platform::oauth::{Login, Person};
use crate::sandbox::Instance;

/// What the next person at the sign-in page does.
pub(crate) struct NextLogin {
    pub(crate) login: Login,
}

impl Command for NextLogin {
    type Output = ();

    fn read(_: &Instance, arguments: &Arguments) -> Result<Self, String> {
        Ok(Self { login: login(arguments)? })
    }

    fn run(self, instance: &Instance) {
        instance.platform.oauth.logins.push(self.login);
    }
}

/// What the person does who has typed in the code of a device.
pub(crate) struct AnswerDevice {
    pub(crate) user_code: String,
    pub(crate) login: Login,
}

impl Command for AnswerDevice {
    type Output = Result<(), String>;

    fn read(_: &Instance, arguments: &Arguments) -> Result<Self, String> {
        let user_code = arguments.need_text("user_code")?.to_owned();
        Ok(Self { user_code, login: login(arguments)? })
    }

    fn run(self, instance: &Instance) -> Result<(), String> {
        let Self { user_code, login } = self;
        let waits = instance.platform.oauth.answer_device(&user_code, login);
        waits.then_some(()).ok_or_else(|| format!("no device waits with the code {user_code}"))
    }

    fn render(answered: Result<(), String>) -> Outcome {
        answered.and_then(|()| done())
    }
}

/// Every user takes their consents back.
pub(crate) struct RevokeConsents;

impl Command for RevokeConsents {
    type Output = ();

    fn read(_: &Instance, _: &Arguments) -> Result<Self, String> {
        Ok(Self)
    }

    fn run(self, instance: &Instance) {
        instance.platform.oauth.revoke_consents();
    }
}

fn login(arguments: &Arguments) -> Result<Login, String> {
    if arguments.is_true("deny") {
        return Ok(Login::Deny);
    }
    let open_id = arguments.need_text("open_id")?.to_owned();
    let tenant_key = arguments.text("tenant_key").map(str::to_owned);
    Ok(Login::Consent(Person { open_id, tenant_key }))
}
