//! The device flow (RFC 8628): the user answers elsewhere, the app asks again and again.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use super::OAuth;
use super::grant::Consent;
use super::login::{Login, Person};
use crate::http::{OAuthError, codes};
use crate::services::{App, Services};

const LIFETIME: Duration = Duration::from_secs(240);
const INTERVAL: Duration = Duration::from_secs(5);

/// A device that waits for its user.
pub(super) struct Device {
    app_id: String,
    tenant_key: String,
    scope: String,
    user_code: String,
    expires: SystemTime,
    interval: Duration,
    last_poll: Option<SystemTime>,
    answer: Option<Login>,
    redeemed: bool,
}

impl OAuth {
    /// Starts the flow.
    pub(super) fn begin_device(&self, services: &Services, app: &App, scope: String) -> Value {
        let device_code = services.ids.next("device_");
        let trace = services.ids.trace();
        let user_code = format!("{}-{}", &trace[..4], &trace[4..8]);
        let device = Device {
            app_id: app.id.clone(),
            tenant_key: app.home().to_owned(),
            scope,
            user_code: user_code.clone(),
            expires: services.now() + LIFETIME,
            interval: INTERVAL,
            last_poll: None,
            answer: None,
            redeemed: false,
        };
        crate::lock(&self.devices).insert(device_code.clone(), device);
        let page = format!("{}/oauth/v1/device/verify", services.base_url);
        json!({
            "device_code": device_code,
            "user_code": user_code,
            "verification_uri": page,
            "verification_uri_complete": format!("{page}?user_code={user_code}"),
            "expires_in": LIFETIME.as_secs(),
            "interval": INTERVAL.as_secs(),
        })
    }

    /// Answers for the user. Returns whether a device waits with this code.
    pub(crate) fn answer_device(&self, user_code: &str, answer: Login) -> bool {
        let mut devices = crate::lock(&self.devices);
        let waiting = devices.values_mut().find(|device| device.user_code == user_code);
        waiting.map(|device| device.answer = Some(answer)).is_some()
    }

    /// What the user has agreed to, once.
    pub(super) fn poll_device(
        &self,
        app_id: &str,
        device_code: &str,
        now: SystemTime,
    ) -> Result<Consent, OAuthError> {
        let mut devices = crate::lock(&self.devices);
        let device = devices.get_mut(device_code).ok_or(codes::OAUTH_CODE_UNKNOWN)?;
        if device.app_id != app_id {
            return Err(codes::OAUTH_OF_ANOTHER_CLIENT);
        }
        if device.redeemed {
            return Err(codes::OAUTH_CODE_USED);
        }
        if device.expires <= now {
            return Err(codes::DEVICE_EXPIRED);
        }
        match device.answer.clone() {
            None => Err(device.wait(now)),
            Some(Login::Deny) => Err(codes::DEVICE_DENIED),
            Some(Login::Consent(person)) => {
                device.redeemed = true;
                Ok(device.consent(person))
            }
        }
    }
}

impl Device {
    /// Who asks too early waits longer from then on.
    fn wait(&mut self, now: SystemTime) -> OAuthError {
        let early = self.last_poll.is_some_and(|last| now < last + self.interval);
        self.last_poll = Some(now);
        if early {
            self.interval += INTERVAL;
            return codes::DEVICE_SLOW_DOWN;
        }
        codes::DEVICE_PENDING
    }

    fn consent(&self, Person { open_id, tenant_key }: Person) -> Consent {
        let tenant_key = tenant_key.unwrap_or_else(|| self.tenant_key.clone());
        Consent { app_id: self.app_id.clone(), tenant_key, open_id, scope: self.scope.clone() }
    }
}
