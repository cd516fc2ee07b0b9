//! What a user granted.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lark_core::{Error, Result, Secret, Value};
use serde_json::json;

/// Life of an access token whose answer does not tell it. Source: "refresh user_access_token".
const USUAL_LIFE: u64 = 7200;
/// Longest time before its end at which an access token is renewed, unless a tenth of its life is
/// longer.
const MARGIN: Duration = Duration::from_secs(300);

/// The tokens of one user: a plain value.
///
/// [`UserSessions`](crate::UserSessions) keeps and renews grants. A program that keeps them itself
/// has [`to_json`](Self::to_json) and [`OAuth::refresh`](crate::OAuth::refresh); it must write each
/// new grant before it uses it, because a refresh token can be used once.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Grant {
    /// What calls are made with. Up to 4 KB.
    pub access_token: Secret,
    /// What buys the next grant, once. There is none unless the user granted `offline_access`.
    pub refresh_token: Option<Secret>,
    /// When the tokens were issued, by the clock here.
    pub issued_at: SystemTime,
    /// When the access token ends: mostly 2 hours after it was issued, and a minute after its
    /// refresh token was used.
    pub expires_at: SystemTime,
    /// When the refresh token ends: mostly 7 days after it was issued.
    pub refresh_expires_at: Option<SystemTime>,
    /// The scopes of the access token, with blanks between them.
    pub scope: String,
}

impl Grant {
    /// A grant, issued now, that ends at `expires_at` and cannot be refreshed. Set the fields that
    /// are known besides.
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
    /// It is not that; the message names the member that is missing or wrong, and no value.
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

    /// Reads the answer of a token endpoint. Only the access token must be there: the platform has
    /// used up what was sent for it, so nothing else is worth losing it for.
    pub(crate) fn from_answer(answer: &Value, now: SystemTime) -> Result<Self> {
        let access_token = secret(answer, "access_token").ok_or_else(|| {
            Error::no_token("the token endpoint answered with success but without a token")
        })?;
        let after = |seconds| now.checked_add(Duration::from_secs(seconds));
        let life = seconds(&answer["expires_in"]).filter(|life| *life > 0).unwrap_or(USUAL_LIFE);
        // v1 names it differently.
        let refresh_life = seconds(&answer["refresh_token_expires_in"])
            .or_else(|| seconds(&answer["refresh_expires_in"]));
        Ok(Self {
            access_token,
            refresh_token: secret(answer, "refresh_token"),
            issued_at: now,
            expires_at: after(life).unwrap_or(now),
            refresh_expires_at: refresh_life.and_then(after),
            scope: text(answer, "scope"),
        })
    }

    /// When to renew it: 5 minutes or a tenth of its life before its end, but not in the first half
    /// of its life.
    pub(crate) fn renew_at(&self) -> SystemTime {
        let life = self.expires_at.duration_since(self.issued_at).unwrap_or_default();
        let margin = (life / 10).max(MARGIN).min(life / 2);
        self.expires_at.checked_sub(margin).unwrap_or(self.expires_at)
    }
}

fn ms(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// A number, which may come as text.
pub(crate) fn seconds(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

pub(crate) fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

fn secret(value: &Value, name: &str) -> Option<Secret> {
    value[name].as_str().filter(|text| !text.is_empty()).map(Secret::from)
}
