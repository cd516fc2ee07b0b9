//! The content of a file: `{"key": .., "value": .., "expires_at_ms": ..}`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::store::StoreEntry;

pub(super) fn encode(key: &str, entry: &StoreEntry) -> String {
    let expires_at = entry.expires_at.map(|at| {
        let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    });
    let value = entry.value.expose();
    json!({ "key": key, "value": value, "expires_at_ms": expires_at }).to_string()
}

/// Reads the content of the file of `key`.
///
/// # Errors
/// Why it is not an entry, without quoting it.
pub(super) fn decode(key: &str, content: &[u8]) -> Result<StoreEntry, String> {
    if content.is_empty() {
        return Err("it is empty".to_owned());
    }
    // The error of a syntax check has line and column and quotes nothing.
    let content = str::from_utf8(content).map_err(|error| format!("not JSON: {error}"))?;
    let content: Value =
        serde_json::from_str(content).map_err(|error| format!("not JSON: {error}"))?;
    match content["key"].as_str() {
        Some(found) if found == key => {}
        Some(_) => return Err("it has the entry of another key".to_owned()),
        None => return Err("not an entry: it has no key".to_owned()),
    }
    let value = content["value"].as_str().ok_or("not an entry: it has no value")?;
    let expires_at = match &content["expires_at_ms"] {
        Value::Null => None,
        ms => Some(time(ms).ok_or("not an entry: its expires_at_ms is not a time")?),
    };
    Ok(StoreEntry { value: value.into(), expires_at })
}

fn time(ms: &Value) -> Option<SystemTime> {
    UNIX_EPOCH.checked_add(Duration::from_millis(ms.as_u64()?))
}
