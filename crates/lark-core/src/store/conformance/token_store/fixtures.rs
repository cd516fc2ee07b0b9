//! What the rules of `TokenStore` share.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::super::rule::{Failure, Outcome, expect};
use crate::store::{StoreEntry, TokenStore};
use crate::util::Secret;

/// Two handles on the same data, which may be one and the same.
pub(super) type Handles = [Arc<dyn TokenStore>; 2];

pub(super) const HOUR: Duration = Duration::from_secs(60 * 60);
pub(super) const DAY: Duration = HOUR.saturating_mul(24);
/// Entries that every store can hold.
pub(super) const ENTRIES: usize = 256;
/// Tasks that work on one key at the same time.
pub(super) const TASKS: usize = 8;
/// What each of them does.
pub(super) const STEPS: usize = 10;

pub(super) fn unlimited(value: impl Into<Secret>) -> StoreEntry {
    StoreEntry { value: value.into(), expires_at: None }
}

/// An entry that lives longer than any check takes.
pub(super) fn limited(value: impl Into<Secret>) -> StoreEntry {
    expiring(value, DAY * 30)
}

pub(super) fn expiring(value: impl Into<Secret>, lifetime: Duration) -> StoreEntry {
    StoreEntry { value: value.into(), expires_at: Some(SystemTime::now() + lifetime) }
}

/// A key or value in a message, which is cut if it is long.
pub(super) fn shown(text: &str) -> String {
    let start: String = text.chars().take(20).collect();
    if start.len() == text.len() {
        format!("{text:?}")
    } else {
        format!("{start:?}.. ({} bytes)", text.len())
    }
}

/// Compares an entry: the whole value, and the time to the second.
pub(super) fn expect_entry(
    what: &str,
    found: Option<&StoreEntry>,
    expected: &StoreEntry,
) -> Outcome {
    let Some(found) = found else { return Err(Failure::broken(format!("{what}: no entry"))) };
    let (value, right_value) = (found.value.expose(), expected.value.expose());
    let wrong = format!("{what}: expected {}, found {}", shown(right_value), shown(value));
    expect(value == right_value, wrong)?;
    let is_right = match (found.expires_at, expected.expires_at) {
        (Some(found), Some(expected)) => distance(found, expected) <= Duration::from_secs(1),
        (found, expected) => found == expected,
    };
    let times = (expected.expires_at, found.expires_at);
    expect(is_right, format!("expires_at of {what}: expected {:?}, found {:?}", times.0, times.1))
}

fn distance(a: SystemTime, b: SystemTime) -> Duration {
    a.duration_since(b).or_else(|_| b.duration_since(a)).unwrap_or_default()
}

pub(super) async fn value(store: &dyn TokenStore, key: &str) -> Result<Option<String>, Failure> {
    Ok(store.get(key).await?.map(|entry| entry.value.expose().to_owned()))
}

pub(super) async fn number(store: &dyn TokenStore, key: &str) -> Result<usize, Failure> {
    let Some(text) = value(store, key).await? else { return Ok(0) };
    text.parse().map_err(|_| Failure::broken(format!("{key:?} has a value that was never set")))
}

pub(super) async fn set(
    store: &dyn TokenStore,
    key: &str,
    expected: Option<&str>,
    new: Option<StoreEntry>,
) -> Result<bool, Failure> {
    let expected = expected.map(Secret::from);
    Ok(store.compare_and_set(key, expected.as_ref(), new).await?)
}
