//! The device authorization grant, RFC 8628: signing in on another device.

use std::time::Duration;

use lark_core::__private::{codes, later, oauth_error};
use lark_core::{Error, RawRequest, Result, Secret};
use tokio::time::{Instant, sleep};

use crate::grant::{Grant, seconds, text};
use crate::oauth::OAuth;

const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// Seconds between polls if the response has no `interval`. RFC 8628, section 3.2.
const DEFAULT_INTERVAL: u64 = 5;
/// Lifetime in seconds if the response has no `expires_in`: the usual one of the platform.
const DEFAULT_LIFETIME: u64 = 240;
/// Added to the interval after `slow_down`. RFC 8628, section 3.5.
const SLOW_DOWN: Duration = Duration::from_secs(5);
/// Once the user has confirmed, they wait for the next poll.
const MAX_INTERVAL: Duration = Duration::from_secs(60);

/// A device authorization in progress: what to show the user.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DeviceAuthorization {
    /// The code that the user enters at [`verification_uri`](Self::verification_uri).
    pub user_code: String,
    /// The page on which the user signs in.
    pub verification_uri: String,
    /// The same page with the code included, for a link or a QR code.
    pub verification_uri_complete: String,
    /// Time the user has to sign in, from the response on. Usually 240 s.
    pub expires_in: Duration,
    /// Interval between polls of the token endpoint, at most 60 s.
    pub interval: Duration,
    device_code: Secret,
    ends: Instant,
}

impl OAuth {
    /// Begins a sign-in on another device, for programs without a browser. `scope` lists the scopes,
    /// separated by spaces; with `offline_access` among them the grant can be refreshed.
    ///
    /// # Errors
    /// As for any call.
    pub async fn authorize_device(&self, scope: &str) -> Result<DeviceAuthorization> {
        let client = &self.client;
        let request = RawRequest::post("/oauth/v1/device_authorization")
            .on_accounts()
            .basic_auth(client.app_id(), self.secret()?.clone())
            .form([("client_id", client.app_id()), ("scope", scope)])
            .oauth();
        let response = client.send_raw(request).await?.json()?;
        let device_code = text(&response, "device_code");
        if device_code.is_empty() {
            return Err(Error::no_token("the device authorization has no device code"));
        }
        let verification_uri = text(&response, "verification_uri");
        let complete = Some(text(&response, "verification_uri_complete"));
        let life = seconds(&response["expires_in"]).unwrap_or(DEFAULT_LIFETIME);
        let expires_in = Duration::from_secs(life);
        let interval = seconds(&response["interval"]).unwrap_or(DEFAULT_INTERVAL).max(1);
        Ok(DeviceAuthorization {
            user_code: text(&response, "user_code"),
            verification_uri_complete: complete
                .filter(|uri| !uri.is_empty())
                .unwrap_or_else(|| verification_uri.clone()),
            verification_uri,
            expires_in,
            interval: Duration::from_secs(interval).min(MAX_INTERVAL),
            device_code: device_code.into(),
            ends: later(Instant::now(), expires_in),
        })
    }

    /// Polls the token endpoint until the user has signed in. Transient failures do not end the
    /// polling; dropping the future does.
    ///
    /// # Errors
    /// [`oauth_error`](lark_core::Error::oauth_error) is `access_denied` if the user declined, and
    /// `expired_token` if they did not sign in in time. Otherwise as for any call.
    pub async fn wait_for_device_grant(&self, device: &DeviceAuthorization) -> Result<Grant> {
        let client = &self.client;
        let request = self.token_request().form([
            ("grant_type", GRANT_TYPE),
            ("device_code", device.device_code.expose()),
            ("client_id", client.app_id()),
            ("client_secret", self.secret()?.expose()),
        ]);
        let mut interval = device.interval;
        loop {
            sleep(interval).await;
            if Instant::now() >= device.ends {
                let why = format!("the user did not sign in within {:?}", device.expires_in);
                return Err(oauth_error("expired_token", why));
            }
            let error = match self.send_token_request(&request).await {
                Ok(grant) => return Ok(grant),
                Err(error) => error,
            };
            match error.oauth_error() {
                Some("authorization_pending") => {}
                _ if error.code() == Some(codes::AUTHORIZATION_PENDING) => {}
                Some("slow_down") => interval = slow_down(interval),
                _ if error.is_transient() => interval = slow_down(interval),
                _ => return Err(error),
            }
        }
    }
}

fn slow_down(interval: Duration) -> Duration {
    (interval + SLOW_DOWN).min(MAX_INTERVAL)
}
