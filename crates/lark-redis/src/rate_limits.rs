//! Rate limits that the processes of a fleet keep together.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use lark_core::__private::random_uuid;
use lark_core::{PermitRequest, Permits, Rate, Refusal, SharedRateLimits, StoreError, StoreFuture};

use crate::client::{Failure, Invocation};
use crate::connection::Redis;
use crate::lease::millis;
use crate::script;
use crate::tail::Tail;

/// Less than the 500 ms for which a client waits for a permit.
const PATIENCE: Duration = Duration::from_millis(400);
const MINUTE: Duration = Duration::from_secs(60);

/// [`SharedRateLimits`] in Redis.
///
/// The permits of the last second or minute are a sorted set for each operation and tenant, on the clock of
/// Redis: about 100 bytes for each call in a window. Refusals are a stream; each client reads it on a
/// connection of its own, once it makes calls.
#[derive(Clone, Debug)]
pub struct RedisRateLimits {
    redis: Redis,
    /// Begins the ids of the permits of this process.
    process: Arc<str>,
    count: Arc<AtomicU64>,
}

impl RedisRateLimits {
    /// The limits in the namespace of `redis`.
    #[must_use]
    pub fn new(redis: &Redis) -> Self {
        let process: String = random_uuid().chars().take(8).collect();
        let redis = redis.clone().response_timeout(PATIENCE);
        Self { redis, process: process.into(), count: Arc::default() }
    }

    fn stream(&self) -> String {
        self.redis.key("refusals", "")
    }

    /// Hears of refusals until the connection ends.
    async fn hear_all(&self, hear: &(dyn Fn(&str, Refusal) + Send + Sync)) -> Result<(), Failure> {
        let mut refusals = Tail::begin(&self.redis, self.stream()).await?;
        loop {
            for fields in refusals.next().await? {
                match refusal(&fields) {
                    Some((key, refusal)) => hear(key, refusal),
                    None => tracing::warn!(target: "lark_redis", "a refusal cannot be read"),
                }
            }
        }
    }
}

fn refusal(fields: &HashMap<String, String>) -> Option<(&str, Refusal)> {
    let text = |name: &str| fields.get(name).map(String::as_str);
    let number = |name: &str| text(name)?.parse::<u64>().ok();
    let calls = u32::try_from(number("calls")?).ok()?;
    let rate = match number("window")? {
        1000 => Rate::per_second(calls),
        60_000 => Rate::per_minute(calls),
        _ => return None,
    };
    let limit = number("limit").and_then(|limit| u32::try_from(limit).ok());
    let pause = Duration::from_millis(number("pause")?);
    Some((text("key")?, Refusal { pause, rate, limit }))
}

impl SharedRateLimits for RedisRateLimits {
    fn take<'a>(&'a self, request: PermitRequest<'a>) -> StoreFuture<'a, Permits> {
        Box::pin(async move {
            let (permits, blocked) =
                (self.redis.key("permits", request.key), self.redis.key("blocked", request.key));
            let id = format!("{}{}", self.process, self.count.fetch_add(1, Ordering::Relaxed));
            // Sums of times stay numbers that Redis can keep exactly.
            let patience = millis(request.patience.min(MINUTE * 60 * 24));
            let fill = |call: &mut Invocation<'_>| {
                call.key(&permits).key(&blocked).arg(&id).arg(request.most).arg(patience);
                for rate in request.rates {
                    call.arg(rate.calls()).arg(millis(rate.window()));
                }
            };
            let (count, wait, lease): (u32, u64, u64) = self.redis.run(&script::TAKE, fill).await?;
            let (wait, lease) = (Duration::from_millis(wait), Duration::from_millis(lease));
            Ok(match count {
                0 => Permits::TooLate { wait },
                _ => Permits::Granted { count, wait, lease },
            })
        })
    }

    fn refused<'a>(&'a self, key: &'a str, refusal: Refusal) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let (blocked, stream) = (self.redis.key("blocked", key), self.stream());
            let pause = millis(refusal.pause.min(MINUTE * 60)).max(1);
            let limit = refusal.limit.map(|limit| limit.to_string()).unwrap_or_default();
            let fill = |call: &mut Invocation<'_>| {
                call.key(&blocked).key(&stream).arg(pause).arg(key).arg(refusal.rate.calls());
                call.arg(millis(refusal.rate.window())).arg(&limit);
            };
            self.redis.run::<()>(&script::REFUSE, fill).await
        })
    }

    fn listen<'a>(
        &'a self,
        hear: &'a (dyn Fn(&str, Refusal) + Send + Sync),
    ) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let ended = self.hear_all(hear).await;
            ended.map_err(|error| -> StoreError { self.redis.error(&error) })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_refusal_is_none() {
        let fields = |limit: &str, window: &str| {
            [("key", "k"), ("pause", "1020"), ("calls", "5"), ("window", window), ("limit", limit)]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into()
        };
        let pause = Duration::from_millis(1020);
        for (fields, expected) in [
            (fields("5", "1000"), Some((Rate::per_second(5), Some(5)))),
            (fields("", "60000"), Some((Rate::per_minute(5), None))),
            (fields("5", "7"), None),
            (HashMap::new(), None),
        ] {
            let expected = expected.map(|(rate, limit)| ("k", Refusal { pause, rate, limit }));
            assert_eq!(refusal(&fields), expected);
        }
    }
}
