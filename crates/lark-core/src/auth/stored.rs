//! Tokens in the store, which other processes and the next start find there.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::time::timeout;

use super::TokenKey;
use super::cache::{MAX_LIFE, Token};
use crate::client::Core;
use crate::store::{StoreEntry, StoreLock, overwrite};
use crate::util::{Secret, spawn};

/// A token with less left is about to be renewed anyway.
const MIN_LEFT: Duration = Duration::from_secs(15 * 60);

/// Longest wait for another process that fetches the same token. An exchange with the platform takes less;
/// one that takes longer, and a holder that died, must not stop the calls of all the others.
const TURN_PATIENCE: Duration = Duration::from_secs(5);

/// The turn of this process to fetch a token, until it is dropped. There is none to wait for in stores
/// without locks, and in those of one process, in which a token is fetched once anyway.
pub(super) struct Turn(Option<StoreLock>);

/// The stored token of `key`, or the turn to fetch one, which the platform is asked for whatever the
/// store does.
pub(super) async fn load_or_turn(
    core: &Core,
    key: &TokenKey,
    old: Option<&Secret>,
) -> Result<Token, Turn> {
    let name = name(core, key);
    let entry = read(core, &name).await.map_err(|()| Turn(None))?;
    if let Some(token) = entry.and_then(|entry| usable(entry, old)) {
        return Ok(token);
    }
    let turn = Turn(if core.store.is_shared() { lock(core, &name).await } else { None });
    if turn.0.is_some()
        // Who had the turn before may have stored one.
        && let Ok(Some(entry)) = read(core, &name).await
        && let Some(token) = usable(entry, old)
    {
        return Ok(token);
    }
    Err(turn)
}

async fn read(core: &Core, name: &str) -> Result<Option<StoreEntry>, ()> {
    core.store.get(name).await.map_err(|error| {
        tracing::warn!(%error, "the token store cannot be read");
    })
}

async fn lock(core: &Core, name: &str) -> Option<StoreLock> {
    match timeout(TURN_PATIENCE, core.store.lock(name)).await {
        Ok(Ok(lock)) => lock,
        Ok(Err(error)) => {
            tracing::warn!(%error, "a token is fetched without the lock of its store");
            None
        }
        Err(_) => {
            tracing::warn!(
                "a token is fetched without the lock of its store: others hold it too long"
            );
            None
        }
    }
}

/// The token of an entry, unless it expires soon, cannot be sent or is the `old` one to be replaced.
fn usable(entry: StoreEntry, old: Option<&Secret>) -> Option<Token> {
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

/// Stores a token just issued for `life`, and ends the turn once it is there for others. A program may
/// end after its first call, so that waits for a moment; a store that is slower goes on without it.
pub(super) async fn save(
    core: &Arc<Core>,
    key: &TokenKey,
    secret: &Secret,
    life: Duration,
    turn: Turn,
) {
    let (core, key, secret) = (Arc::clone(core), key.clone(), secret.clone());
    let saving = spawn(async move {
        put(&core, &key, &secret, life).await;
        drop(turn);
    });
    _ = timeout(SAVE_PATIENCE, saving).await;
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
