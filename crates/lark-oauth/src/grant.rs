//! Grants: the tokens of a user.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lark_core::{Error, Result, Secret, Value};
use serde_json::json;

/// Lifetime in seconds of an access token without `expires_in`. Source: "refresh user_access_token".
const DEFAULT_LIFETIME: u64 = 7200;
/// The longest lifetime in seconds of an access token that the platform issues. A longer one is not
/// believed.
const MAX_LIFETIME: u64 = DEFAULT_LIFETIME;
/// The longest of a refresh token, far above that of the platform: a year.
const MAX_REFRESH_LIFETIME: u64 = 365 * 24 * 60 * 60;
/// Shortest time before its end at which an access token is renewed, unless half of its lifetime is
/// shorter.
const MIN_MARGIN: Duration = Duration::from_secs(300);

/// The tokens of one user: a plain value.
///
/// [`UserSessions`](crate::UserSessions) stores and refreshes grants. A program that stores them
/// itself uses [`to_json`](Self::to_json) and [`OAuth::refresh`](crate::OAuth::refresh); it must write
/// each new grant before using it, because a refresh token can be used once.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Grant {
    /// The token that authorizes calls. Up to 4 KB.
    pub access_token: Secret,
    /// The token that is exchanged for the next grant, once. `None` unless the user granted
    /// `offline_access`.
    pub refresh_token: Option<Secret>,
    /// When the tokens were issued, by the local clock.
    pub issued_at: SystemTime,
    /// When the access token expires: usually 2 hours after it was issued. The platform ends it
    /// earlier, a minute after its refresh token was used.
    pub expires_at: SystemTime,
    /// When the refresh token expires: usually 7 days after it was issued.
    pub refresh_expires_at: Option<SystemTime>,
    /// The scopes of the access token, separated by spaces.
    pub scope: String,
}

impl Grant {
    /// A grant, issued now, that expires at `expires_at` and has no refresh token. Set the other
    /// fields that you know.
    #[must_use]
    pub fn new(access_token: impl Into<Secret>, expires_at: SystemTime) -> Self {
        Self {
            access_token: access_token.into(),
            refresh_token: None,
            issued_at: SystemTime::now(),
            expires_at,
            refresh_expires_at: None,
            scope: String::new(),
        }
    }

    /// The single scopes.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scope.split_ascii_whitespace()
    }

    /// As JSON, with the tokens in clear.
    #[must_use]
    pub fn to_json(&self) -> String {
        self.value().to_string()
    }

    /// Reads what [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    /// `json` is not a grant; the message names the member that is missing or wrong, without values.
    pub fn from_json(json: &str) -> Result<Self> {
        let value: Value = serde_json::from_str(json)
            .map_err(|error| Error::no_token(format!("a grant: not JSON: {error}")))?;
        Self::from_value(&value)
    }

    pub(crate) fn value(&self) -> Value {
        json!({
            "access_token": self.access_token.expose(),
            "refresh_token": self.refresh_token.as_ref().map(Secret::expose),
            "issued_at_ms": ms(self.issued_at),
            "expires_at_ms": ms(self.expires_at),
            "refresh_expires_at_ms": self.refresh_expires_at.map(ms),
            "scope": self.scope,
        })
    }

    pub(crate) fn from_value(value: &Value) -> Result<Self> {
        let wrong = |name: &str| Error::no_token(format!("a grant: {name} is missing or wrong"));
        let time = |name: &str| {
            let ms = value[name].as_u64().map(Duration::from_millis);
            ms.and_then(|ms| UNIX_EPOCH.checked_add(ms)).ok_or_else(|| wrong(name))
        };
        let optional = |name: &str| (!value[name].is_null()).then(|| time(name)).transpose();
        Ok(Self {
            access_token: secret(value, "access_token").ok_or_else(|| wrong("access_token"))?,
            refresh_token: secret(value, "refresh_token"),
            issued_at: time("issued_at_ms")?,
            expires_at: time("expires_at_ms")?,
            refresh_expires_at: optional("refresh_expires_at_ms")?,
            scope: text(value, "scope"),
        })
    }

    /// Reads the response of a token endpoint. Only the access token is required: the platform has
    /// used up what was exchanged for it, so a grant must not be lost for any other field.
    pub(crate) fn from_response(response: &Value, now: SystemTime) -> Result<Self> {
        let access_token = secret(response, "access_token").ok_or_else(|| {
            Error::no_token("the token endpoint answered with success but without a token")
        })?;
        let after = |seconds| now.checked_add(Duration::from_secs(seconds));
        let life = seconds(&response["expires_in"])
            .filter(|life| *life > 0)
            .unwrap_or(DEFAULT_LIFETIME)
            .min(MAX_LIFETIME);
        // v1 names it differently.
        let refresh_life = seconds(&response["refresh_token_expires_in"])
            .or_else(|| seconds(&response["refresh_expires_in"]));
        Ok(Self {
            access_token,
            refresh_token: secret(response, "refresh_token"),
            issued_at: now,
            expires_at: after(life).unwrap_or(now),
            refresh_expires_at: refresh_life
                .map(|life| life.min(MAX_REFRESH_LIFETIME))
                .and_then(after),
            scope: text(response, "scope"),
        })
    }

    /// When to renew the access token: 5 minutes or a tenth of its lifetime before its end, whichever
    /// is longer, but not in the first half of its lifetime.
    pub(crate) fn renew_at(&self) -> SystemTime {
        let life = self.expires_at.duration_since(self.issued_at).unwrap_or_default();
        let margin = (life / 10).max(MIN_MARGIN).min(life / 2);
        self.expires_at.checked_sub(margin).unwrap_or(self.expires_at)
    }
}

fn ms(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// A number, which may be a string.
pub(crate) fn seconds(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

pub(crate) fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

fn secret(value: &Value, name: &str) -> Option<Secret> {
    value[name].as_str().filter(|text| !text.is_empty()).map(Secret::from)
}
