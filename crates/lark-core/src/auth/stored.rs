//! Tokens in the store, which other processes and the next start find there.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::TokenKey;
use super::cache::{MAX_LIFE, Token};
use crate::client::Core;
use crate::store::{StoreEntry, overwrite};
use crate::util::Secret;

/// A token with less left is about to be renewed anyway.
const MIN_LEFT: Duration = Duration::from_secs(15 * 60);

/// The stored token of `key`, unless it expires soon, cannot be sent or is the `old` one to be
/// replaced. If the store fails, the platform is called all the same.
pub(super) async fn load(core: &Core, key: &TokenKey, old: Option<&Secret>) -> Option<Token> {
    let entry = match core.store.get(&name(core, key)).await {
        Ok(entry) => entry?,
        Err(error) => {
            tracing::warn!(%error, "the token store cannot be read");
            return None;
        }
    };
    if old == Some(&entry.value) {
        return None;
    }
    if !entry.value.fits_header() {
        tracing::warn!("the token in the store has characters that no header can carry");
        return None;
    }
    let left = entry.expires_at?.duration_since(SystemTime::now()).ok()?;
    // One that claims more was stored under another clock.
    (MIN_LEFT..=MAX_LIFE).contains(&left).then(|| Token::new(entry.value, left))
}

/// Longest time for which a token that was issued waits to be saved.
pub(super) const SAVE_PATIENCE: Duration = Duration::from_millis(500);

/// Stores a token just issued for `life`. A program may end after its first call, so that waits for a
/// moment; a store that is slower goes on without it.
pub(super) async fn save(core: &Arc<Core>, key: &TokenKey, secret: &Secret, life: Duration) {
    let (core, key, secret) = (Arc::clone(core), key.clone(), secret.clone());
    let saving = tokio::spawn(async move { put(&core, &key, &secret, life).await });
    _ = tokio::time::timeout(SAVE_PATIENCE, saving).await;
}

async fn put(core: &Core, key: &TokenKey, secret: &Secret, life: Duration) {
    let entry = StoreEntry {
        value: secret.clone(),
        expires_at: SystemTime::now().checked_add(life.min(MAX_LIFE)),
    };
    if let Err(error) = overwrite(&*core.store, &name(core, key), entry).await {
        tracing::warn!(%error, "the token store cannot be written");
    }
}

/// The key in the store. A token fetched with one secret must not be returned for another, which
/// may be wrong. The fingerprint does not reveal the secret.
pub(crate) fn name(core: &Core, key: &TokenKey) -> String {
    /// Enough to distinguish secrets.
    const FINGERPRINT: usize = 8;
    let digest = ring::digest::digest(&ring::digest::SHA256, core.app_secret.expose().as_bytes());
    let fingerprint: String =
        digest.as_ref()[..FINGERPRINT].iter().map(|byte| format!("{byte:02x}")).collect();
    let tenant = key.tenant.as_deref().unwrap_or_default();
    format!("{}/{}_token/{fingerprint}/{tenant}", core.store_prefix, key.kind.as_str())
}
