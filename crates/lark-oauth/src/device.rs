//! Signing in on another device: RFC 8628, for programs without a browser.

use std::time::Duration;

use lark_core::__private::{codes, oauth_error};
use lark_core::{Error, RawRequest, Result, Secret};
use tokio::time::{Instant, sleep};

use crate::grant::{Grant, seconds, text};
use crate::oauth::OAuth;

const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// RFC 8628, section 3.2, for an answer that does not tell.
const USUAL_INTERVAL: u64 = 5;
/// What the platform gives mostly, in seconds.
const USUAL_LIFE: u64 = 240;
/// RFC 8628, section 3.5.
const SLOWER: Duration = Duration::from_secs(5);
/// The user waits for the next poll after they have confirmed.
const LONGEST_INTERVAL: Duration = Duration::from_secs(60);

/// What to show a user who signs in on another device.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DeviceAuthorization {
    /// What the user types in at [`verification_uri`](Self::verification_uri).
    pub user_code: String,
    /// The page on which the user signs in.
    pub verification_uri: String,
    /// The same with the code in it, for a link or a QR code.
    pub verification_uri_complete: String,
    /// How long the user has, from now on.
    pub expires_in: Duration,
    /// How often the platform may be asked whether the user is done.
    pub interval: Duration,
    device_code: Secret,
    ends: Instant,
}

impl OAuth {
    /// Starts a sign-in on another device. `scope` has the scopes with blanks between them; with
    /// `offline_access` among them the grant can be refreshed.
    ///
    /// # Errors
    /// Those of a call.
    pub async fn start_device(&self, scope: &str) -> Result<DeviceAuthorization> {
        let client = &self.client;
        let request = RawRequest::post("/oauth/v1/device_authorization")
            .on_accounts()
            .basic_auth(client.app_id(), client.app_secret().clone())
            .form([("client_id", client.app_id()), ("scope", scope)])
            .oauth();
        let answer = client.send_raw(request).await?.json()?;
        let device_code = text(&answer, "device_code");
        if device_code.is_empty() {
            return Err(Error::no_token("the device authorization has no device code"));
        }
        let verification_uri = text(&answer, "verification_uri");
        let complete = Some(text(&answer, "verification_uri_complete"));
        let life = seconds(&answer["expires_in"]).unwrap_or(USUAL_LIFE);
        let expires_in = Duration::from_secs(life);
        let interval = seconds(&answer["interval"]).unwrap_or(USUAL_INTERVAL).max(1);
        Ok(DeviceAuthorization {
            user_code: text(&answer, "user_code"),
            verification_uri_complete: complete
                .filter(|uri| !uri.is_empty())
                .unwrap_or_else(|| verification_uri.clone()),
            verification_uri,
            expires_in,
            interval: Duration::from_secs(interval).min(LONGEST_INTERVAL),
            device_code: device_code.into(),
            ends: Instant::now() + expires_in,
        })
    }

    /// Waits until the user has signed in, asking at the platform's interval. A failure to reach the
    /// platform is no end of it; dropping the future is.
    ///
    /// # Errors
    /// [`oauth_error`](lark_core::Error::oauth_error) is `access_denied` if the user declined, and
    /// `expired_token` if the time is over. Others are those of a call.
    pub async fn wait_for_device(&self, device: &DeviceAuthorization) -> Result<Grant> {
        let client = &self.client;
        let request = self.token_request().form([
            ("grant_type", GRANT_TYPE),
            ("device_code", device.device_code.expose()),
            ("client_id", client.app_id()),
            ("client_secret", client.app_secret().expose()),
        ]);
        let mut interval = device.interval;
        loop {
            sleep(interval).await;
            if Instant::now() >= device.ends {
                let why = format!("the user did not sign in within {:?}", device.expires_in);
                return Err(oauth_error("expired_token", why));
            }
            let error = match self.grant(&request).await {
                Ok(grant) => return Ok(grant),
                Err(error) => error,
            };
            match error.oauth_error() {
                Some("authorization_pending") => {}
                _ if error.code() == Some(codes::AUTHORIZATION_PENDING) => {}
                Some("slow_down") => interval = slower(interval),
                _ if error.is_transient() => interval = slower(interval),
                _ => return Err(error),
            }
        }
    }
}

fn slower(interval: Duration) -> Duration {
    (interval + SLOWER).min(LONGEST_INTERVAL)
}
