//! What the rules of `TokenStore` share.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::super::rule::Failure;
use crate::store::{StoreEntry, TokenStore};
use crate::util::Secret;

/// Two handles on the same data, which may be one and the same.
pub(super) type Handles = [Arc<dyn TokenStore>; 2];

/// Tasks that work on one key at the same time.
pub(super) const TASKS: usize = 8;
/// What each of them does.
pub(super) const STEPS: usize = 10;

pub(super) fn unlimited(value: impl Into<Secret>) -> StoreEntry {
    StoreEntry { value: value.into(), expires_at: None }
}

/// An entry that lives longer than any check takes.
pub(super) fn limited(value: impl Into<Secret>) -> StoreEntry {
    let lifetime = Duration::from_secs(30 * 24 * 60 * 60);
    StoreEntry { value: value.into(), expires_at: Some(SystemTime::now() + lifetime) }
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
