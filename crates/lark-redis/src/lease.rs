//! Locks: leases that are renewed while they are held.

use std::time::Duration;

use lark_core::__private::random_uuid;
use lark_core::StoreError;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::AbortHandle;
use tokio::time::sleep;

use crate::client::Invocation;
use crate::connection::Redis;
use crate::script;

/// How long the lock of a process that died stays taken.
const LEASE: Duration = Duration::from_secs(30);
/// How often a lock that is held is renewed: twice more often than it must be.
const RENEWAL: Duration = Duration::from_secs(10);
/// The pauses between two looks at a lock that another one holds.
const SHORTEST_WAIT: Duration = Duration::from_millis(5);
const LONGEST_WAIT: Duration = Duration::from_millis(100);

/// A lock that is held. Dropping it gives it up.
pub(crate) struct Lease {
    redis: Redis,
    key: String,
    owner: String,
    runtime: Handle,
    renewal: AbortHandle,
}

/// Waits for the lock of `key`, and takes it.
pub(crate) async fn acquire(redis: &Redis, key: String) -> Result<Lease, StoreError> {
    let mut wait = SHORTEST_WAIT;
    loop {
        if let Some(lease) = attempt(redis, &key).await? {
            return Ok(lease);
        }
        sleep(wait).await;
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}

/// Takes the lock if it is free. In a task of its own: a caller that goes away meanwhile must not leave
/// the lock taken.
async fn attempt(redis: &Redis, key: &str) -> Result<Option<Lease>, StoreError> {
    let (answer, answered) = oneshot::channel();
    let (redis, key) = (redis.clone(), key.to_owned());
    tokio::spawn(async move {
        let owner = random_uuid();
        // A lease that nobody waits for any more is dropped, and so given up.
        let taken = match lease(&redis, &key, &owner).await {
            Ok(true) => Ok(Some(Lease::new(redis, key, owner))),
            Ok(false) => Ok(None),
            Err(error) => Err(error),
        };
        _ = answer.send(taken);
    });
    answered.await.unwrap_or_else(|_| Err(StoreError::new("Redis: the runtime shuts down")))
}

async fn lease(redis: &Redis, key: &str, owner: &str) -> Result<bool, StoreError> {
    redis.run(&script::LEASE, |call| _ = call.key(key).arg(owner).arg(millis(LEASE))).await
}

impl Lease {
    fn new(redis: Redis, key: String, owner: String) -> Self {
        let renewal = tokio::spawn(renew(redis.clone(), key.clone(), owner.clone()));
        Self { redis, key, owner, runtime: Handle::current(), renewal: renewal.abort_handle() }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.renewal.abort();
        let (redis, key, owner) =
            (self.redis.clone(), std::mem::take(&mut self.key), std::mem::take(&mut self.owner));
        // If Redis cannot be reached, the lease ends by itself.
        self.runtime.spawn(async move {
            let fill = |call: &mut Invocation<'_>| _ = call.key(&key).arg(&owner);
            if let Err(error) = redis.run::<()>(&script::RELEASE, fill).await {
                tracing::debug!(target: "lark_redis", %error, "a lock ends by itself");
            }
        });
    }
}

async fn renew(redis: Redis, key: String, owner: String) {
    loop {
        sleep(RENEWAL).await;
        let fill = |call: &mut Invocation<'_>| {
            call.key(&key).arg(&owner).arg(millis(LEASE));
        };
        match redis.run(&script::RENEW, fill).await {
            Ok(true) => {}
            Ok(false) => {
                tracing::warn!(target: "lark_redis", "a lock was lost: the process was stopped too long");
                return;
            }
            Err(error) => tracing::warn!(target: "lark_redis", %error, "a lock is not renewed"),
        }
    }
}

pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
