//! Events that are handled, for all processes of a fleet.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use lark_core::__private::random_uuid;
use lark_core::{Claim, Dedup, StoreError, StoreFuture};

use crate::client::Invocation;
use crate::connection::Redis;
use crate::lease::millis;
use crate::script;

/// The platform's last attempt comes 7 h 5 min 15 s after the first.
const DONE: Duration = Duration::from_secs(8 * 60 * 60);
/// A minute more than a handler has by default.
const CLAIM: Duration = Duration::from_secs(6 * 60);

/// A [`Dedup`] in Redis: an event that one process of a fleet handles or has handled is not handled by
/// another one.
///
/// It remembers events for 8 hours. A claim ends after 6 minutes, so that the event of a process that died
/// is handled by another one; each claim has an owner, and a handler that was slower than its claim neither
/// finishes nor releases what another process has claimed since.
pub struct RedisDedup {
    redis: Redis,
    claim: Duration,
    done: Duration,
    /// The owners of the claims of this process, by their first key.
    owners: Mutex<HashMap<String, String>>,
}

impl RedisDedup {
    /// The events in the namespace of `redis`.
    #[must_use]
    pub fn new(redis: &Redis) -> Self {
        Self { redis: redis.clone(), claim: CLAIM, done: DONE, owners: Mutex::default() }
    }

    /// How long a claim lasts: longer than the `handler_timeout` of the router. The events of a process
    /// that dies are handled again after it.
    #[must_use]
    pub fn claim_ttl(self, ttl: Duration) -> Self {
        Self { claim: ttl, ..self }
    }

    /// How long a handled event is remembered.
    #[must_use]
    pub fn done_ttl(self, ttl: Duration) -> Self {
        Self { done: ttl, ..self }
    }

    fn keys(&self, keys: &[String]) -> Vec<String> {
        keys.iter().map(|key| self.redis.key("event", key)).collect()
    }

    fn owners(&self) -> MutexGuard<'_, HashMap<String, String>> {
        self.owners.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The owner under which this process claimed `keys`; one that owns nothing if it did not.
    fn owner_of(&self, keys: &[String]) -> String {
        let claimed = keys.first().and_then(|key| self.owners().remove(key));
        claimed.unwrap_or_else(random_uuid)
    }
}

impl Dedup for RedisDedup {
    fn claim<'a>(&'a self, keys: &'a [String]) -> StoreFuture<'a, Claim> {
        Box::pin(async {
            let (places, owner) = (self.keys(keys), random_uuid());
            let fill = |call: &mut Invocation<'_>| {
                places.iter().for_each(|key| _ = call.key(key));
                call.arg(&owner).arg(millis(self.claim));
            };
            match self.redis.run::<u8>(&script::CLAIM, fill).await? {
                0 => {
                    keys.first().map(|key| self.owners().insert(key.clone(), owner));
                    Ok(Claim::New)
                }
                1 => Ok(Claim::InProgress),
                2 => Ok(Claim::Done),
                other => Err(StoreError::new(format!("Redis: a claim was answered by {other}"))),
            }
        })
    }

    fn finish<'a>(&'a self, keys: &'a [String]) -> StoreFuture<'a, ()> {
        Box::pin(async {
            let (places, owner) = (self.keys(keys), self.owner_of(keys));
            let fill = |call: &mut Invocation<'_>| {
                places.iter().for_each(|key| _ = call.key(key));
                call.arg(&owner).arg(millis(self.done));
            };
            match self.redis.run::<u64>(&script::FINISH, fill).await? {
                0 => Ok(()),
                _ => Err(StoreError::new(
                    "the claim ended before the handler did, and another process handles the event: \
                     `claim_ttl` must be longer than the router's `handler_timeout`",
                )),
            }
        })
    }

    fn release<'a>(&'a self, keys: &'a [String]) -> StoreFuture<'a, ()> {
        Box::pin(async {
            let (places, owner) = (self.keys(keys), self.owner_of(keys));
            let fill = |call: &mut Invocation<'_>| {
                places.iter().for_each(|key| _ = call.key(key));
                call.arg(&owner);
            };
            self.redis.run::<()>(&script::RELEASE, fill).await
        })
    }
}

impl fmt::Debug for RedisDedup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisDedup")
            .field("redis", &self.redis)
            .field("claim", &self.claim)
            .field("done", &self.done)
            .finish_non_exhaustive()
    }
}
