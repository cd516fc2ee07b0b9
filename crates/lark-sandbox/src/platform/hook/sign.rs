//! Signatures of posts to a hook.

use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use serde_json::Value;

/// How far the timestamp may be from now.
const WINDOW: Duration = Duration::from_secs(60 * 60);

/// Whether `sign` is the HMAC of nothing under timestamp, newline and secret.
pub(super) fn fits(secret: &str, fields: &Value, now: SystemTime) -> bool {
    let Some(timestamp) = text(&fields["timestamp"]) else { return false };
    let Ok(seconds) = timestamp.parse() else { return false };
    let Some(sent) = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds)) else {
        return false;
    };
    let distance = now.duration_since(sent).unwrap_or_else(|error| error.duration());
    let given = fields["sign"].as_str().and_then(|sign| STANDARD.decode(sign).ok());
    let key = hmac::Key::new(hmac::HMAC_SHA256, format!("{timestamp}\n{secret}").as_bytes());
    distance <= WINDOW && given.is_some_and(|given| hmac::verify(&key, b"", &given).is_ok())
}

/// A string, or a number in its place.
fn text(value: &Value) -> Option<String> {
    let number = value.as_u64().map(|number| number.to_string());
    value.as_str().map(str::to_owned).or(number)
}
