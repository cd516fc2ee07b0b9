//! The store on Redis.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use lark_core::inbox::{
    Appended, Beat, DeadLetter, Gauges, Lease, Limits, NewEvent, Position, Step, Store, StoredEvent,
};
use lark_core::{StoreError, StoreFuture};

use super::durability::warn_of_loss;
use super::id::{id, position};
use super::names::names;
use super::notices::hear_all;
use super::scripts;
use crate::client::{FromReply, Invocation, Script};
use crate::connection::Redis;
use crate::lease::millis;

/// Enough for a few processes, of which each has several.
const PARTITIONS: u32 = 16;
/// Each costs room and commands, also if it is empty.
const MOST_PARTITIONS: u32 = 1024;
/// The number of the format of what is in Redis.
const FORMAT: &str = "1";

/// An inbox in Redis, for [`Inbox::builder`](lark_core::inbox::Inbox::builder): the events of a fleet, which
/// any process stores and one at a time handles.
///
/// Each partition is a stream with a consumer group. Its scripts read the clock of the server, and compare
/// the epoch of a lease before they read or change anything. All keys begin with
/// `{namespace}:inbox:<name>:`, so a cluster keeps them in one slot.
///
/// An event is as durable as Redis makes it: with `appendonly yes` and `appendfsync always`, what is
/// acknowledged is on the disk. Needs Redis 6 or later.
pub struct RedisInbox {
    redis: Redis,
    base: String,
    partitions: u32,
}

/// An event as the scripts show it.
type Row = (String, String, String, String, Bytes, u32, u64, u64, String);

impl fmt::Debug for RedisInbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisInbox")
            .field("redis", &self.redis)
            .field("base", &self.base)
            .field("partitions", &self.partitions)
            .finish()
    }
}

impl RedisInbox {
    /// Opens the inbox with this name in the namespace of `redis`, and makes it, with 16 partitions, if there
    /// is none. Each app needs a name of its own: processes of two apps with one inbox would handle each
    /// other's events. Warns if Redis is set to lose what was acknowledged.
    ///
    /// # Errors
    /// Redis cannot be used, and why, or the inbox is of a newer release.
    pub async fn open(redis: &Redis, name: &str) -> Result<Self, StoreError> {
        Self::with_partitions(redis, name, PARTITIONS).await
    }

    /// As [`open`](Self::open); an inbox that is made now has so many partitions, 1 to 1,024. No more processes
    /// than that can handle its events.
    ///
    /// # Errors
    /// Those of `open`, the number is another one, or the inbox has another number of partitions.
    pub async fn with_partitions(
        redis: &Redis,
        name: &str,
        partitions: u32,
    ) -> Result<Self, StoreError> {
        if !(1..=MOST_PARTITIONS).contains(&partitions) {
            return Err(StoreError::new(format!(
                "an inbox has 1 to {MOST_PARTITIONS} partitions, not {partitions}"
            )));
        }
        let inbox = Self::with_any(redis, name, partitions).await?;
        if inbox.partitions != partitions && partitions != PARTITIONS {
            let Self { base, partitions: found, .. } = &inbox;
            return Err(StoreError::new(format!(
                "the inbox {base} in Redis has {found} partitions, not {partitions}: that cannot be \
                 changed; open it with `RedisInbox::open`, or take another name"
            )));
        }
        warn_of_loss(&inbox.redis, &inbox.base).await;
        Ok(inbox)
    }

    /// Makes it with so many partitions, if there is none.
    async fn with_any(redis: &Redis, name: &str, partitions: u32) -> Result<Self, StoreError> {
        let redis = redis.clone().unless_moving();
        let base = redis.key("inbox", name);
        let fill = |call: &mut Invocation<'_>| _ = call.key(&base).arg(FORMAT).arg(partitions);
        let (format, found): (String, u32) = redis.run(&scripts::OPEN, fill).await?;
        if format != FORMAT {
            return Err(StoreError::new(format!(
                "the inbox {base} in Redis has format {format}, and this release of lark-redis knows \
                 format {FORMAT}; use the release that made it, or a newer one"
            )));
        }
        Ok(Self { redis, base, partitions: found })
    }

    /// As [`open`](Self::open), but makes none: for a program that looks into an inbox.
    ///
    /// # Errors
    /// Those of `open`, or there is none with this name; the message names those that there are.
    pub async fn open_existing(redis: &Redis, name: &str) -> Result<Self, StoreError> {
        let format = format!("{}:f", redis.key("inbox", name));
        let fill = |call: &mut Invocation<'_>| _ = call.key(&format);
        if redis.run(&scripts::EXISTS, fill).await? {
            return Self::with_any(redis, name, PARTITIONS).await;
        }
        // The user may have no right to look for them.
        let others = match names(redis).await {
            Ok(names) if names.is_empty() => "there is none".to_owned(),
            Ok(names) => format!("there are {names:?}"),
            Err(error) => format!("those that there are cannot be named: {error}"),
        };
        let prefix = redis.key("inbox", "");
        Err(StoreError::new(format!(
            "there is no inbox {name:?} in Redis below {prefix:?}: {others}; give its name and its namespace"
        )))
    }

    async fn run<T: FromReply>(
        &self,
        script: &Script,
        fill: impl Fn(&mut Invocation<'_>),
    ) -> Result<T, StoreError> {
        let fill = |call: &mut Invocation<'_>| {
            call.key(&self.base);
            fill(call);
        };
        self.redis.run(script, fill).await
    }
}

fn of_lease(call: &mut Invocation<'_>, lease: &Lease) {
    call.arg(lease.partition).arg(lease.epoch).arg(&*lease.owner);
}

fn stored(row: Row) -> Result<StoredEvent, StoreError> {
    let (id, ordering_key, event_id, event_type, body, attempts, wait, age, reception) = row;
    let position = position(&id)
        .ok_or_else(|| StoreError::new(format!("Redis: {id:?} is not the id of a stream")))?;
    Ok(StoredEvent {
        position,
        ordering_key,
        event_id,
        event_type,
        body,
        attempts,
        wait: Duration::from_millis(wait),
        age: Duration::from_millis(age),
        reception: Some(reception).filter(|it| !it.is_empty()),
    })
}

fn all_stored(rows: Option<Vec<Row>>) -> Result<Option<Vec<StoredEvent>>, StoreError> {
    rows.map(|rows| rows.into_iter().map(stored).collect()).transpose()
}

fn append_args(call: &mut Invocation<'_>, events: &[NewEvent], limits: &Limits) {
    call.arg(limits.capacity).arg(millis(limits.remember).max(1)).arg(events.len());
    for event in events {
        call.arg(event.partition).arg(event.keys.len());
        event.keys.iter().for_each(|key| _ = call.arg(key));
        call.arg(&event.ordering_key).arg(&event.event_id).arg(&event.event_type);
        call.arg(&*event.body);
        match event.delay {
            Some(delay) => call.arg(millis(delay)),
            None => call.arg(""),
        };
        call.arg(event.reception.as_deref().unwrap_or_default());
    }
}

fn step_args(call: &mut Invocation<'_>, step: &Step) {
    let (name, position, number, reason) = match step {
        Step::Begin { position, attempt } => ("begin", position, u64::from(*attempt), ""),
        Step::Done { position } => ("done", position, 0, ""),
        Step::Retry { position, after, reason } => ("retry", position, millis(*after), &**reason),
        Step::Dead { position, reason } => ("dead", position, 0, &**reason),
    };
    call.arg(name).arg(id(*position)).arg(number).arg(reason);
}

impl Store for RedisInbox {
    fn partitions(&self) -> u32 {
        self.partitions
    }

    fn append<'a>(
        &'a self,
        events: &'a [NewEvent],
        limits: &'a Limits,
    ) -> StoreFuture<'a, Vec<Appended>> {
        Box::pin(async move {
            let answers: Vec<u8> =
                self.run(&scripts::APPEND, |call| append_args(call, events, limits)).await?;
            let appended = answers.into_iter().map(|answer| match answer {
                0 => Appended::Stored,
                1 => Appended::Known,
                _ => Appended::Full,
            });
            Ok(appended.collect())
        })
    }

    fn beat<'a>(
        &'a self,
        owner: &'a str,
        leases: &'a [Lease],
        ttl: Duration,
    ) -> StoreFuture<'a, Beat> {
        Box::pin(async move {
            let fill = |call: &mut Invocation<'_>| {
                call.arg(owner).arg(millis(ttl).max(1)).arg(self.partitions).arg(FORMAT);
                leases.iter().for_each(|it| _ = call.arg(it.partition).arg(it.epoch));
            };
            let (processes, lost, free) = self.run(&scripts::BEAT, fill).await?;
            Ok(Beat { processes, lost, free })
        })
    }

    fn acquire<'a>(
        &'a self,
        owner: &'a str,
        partition: u32,
        ttl: Duration,
    ) -> StoreFuture<'a, Option<Lease>> {
        Box::pin(async move {
            let fill = |call: &mut Invocation<'_>| {
                call.arg(owner).arg(partition).arg(millis(ttl).max(1));
            };
            let epoch: Option<u64> = self.run(&scripts::ACQUIRE, fill).await?;
            Ok(epoch.map(|epoch| Lease { partition, owner: Arc::from(owner), epoch }))
        })
    }

    fn release<'a>(&'a self, lease: &'a Lease) -> StoreFuture<'a, ()> {
        Box::pin(self.run(&scripts::RELEASE, |call| of_lease(call, lease)))
    }

    fn leave<'a>(&'a self, owner: &'a str) -> StoreFuture<'a, ()> {
        Box::pin(self.run(&scripts::LEAVE, move |call| _ = call.arg(owner).arg(self.partitions)))
    }

    fn read<'a>(
        &'a self,
        lease: &'a Lease,
        after: Position,
        limit: usize,
    ) -> StoreFuture<'a, Option<Vec<StoredEvent>>> {
        Box::pin(async move {
            let fill = |call: &mut Invocation<'_>| {
                of_lease(call, lease);
                call.arg(id(after)).arg(limit);
            };
            all_stored(self.run(&scripts::READ, fill).await?)
        })
    }

    fn begun<'a>(&'a self, lease: &'a Lease) -> StoreFuture<'a, Option<Vec<StoredEvent>>> {
        Box::pin(async move {
            let begun = self.run(&scripts::BEGUN, |call| of_lease(call, lease)).await?;
            let mut begun = all_stored(begun)?;
            begun.iter_mut().for_each(|it| it.sort_by_key(|it| it.position));
            Ok(begun)
        })
    }

    fn load<'a>(
        &'a self,
        lease: &'a Lease,
        positions: &'a [Position],
    ) -> StoreFuture<'a, Option<Vec<StoredEvent>>> {
        Box::pin(async move {
            let fill = |call: &mut Invocation<'_>| {
                of_lease(call, lease);
                positions.iter().for_each(|it| _ = call.arg(id(*it)));
            };
            all_stored(self.run(&scripts::LOAD, fill).await?)
        })
    }

    fn settle<'a>(&'a self, lease: &'a Lease, steps: &'a [Step]) -> StoreFuture<'a, bool> {
        Box::pin(self.run(&scripts::SETTLE, move |call| {
            of_lease(call, lease);
            steps.iter().for_each(|step| step_args(call, step));
        }))
    }

    fn news<'a>(&'a self, read: &'a [(u32, Position)]) -> StoreFuture<'a, Vec<u32>> {
        Box::pin(self.run(&scripts::NEWS, move |call| {
            read.iter().for_each(|(partition, _)| _ = call.arg(*partition));
        }))
    }

    fn listen<'a>(&'a self, hear: &'a (dyn Fn(&[u32]) + Send + Sync)) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let notices = format!("{}:n", self.base);
            let ended = hear_all(&self.redis, notices, hear).await;
            ended.map_err(|error| self.redis.error(&error))
        })
    }

    fn sweep<'a>(&'a self, partition: u32, limits: &'a Limits) -> StoreFuture<'a, bool> {
        // Redis forgets the keys itself.
        Box::pin(self.run(&scripts::SWEEP, move |call| {
            call.arg(partition).arg(millis(limits.keep)).arg(limits.keep_bytes);
        }))
    }

    fn gauges(&self) -> StoreFuture<'_, Gauges> {
        Box::pin(async move {
            let fill = |call: &mut Invocation<'_>| _ = call.arg(self.partitions);
            let (delayed, dead, bytes, oldest, counts): (u64, u64, u64, u64, Vec<u64>) =
                self.run(&scripts::GAUGES, fill).await?;
            let mut gauges = Gauges::default();
            (gauges.delayed, gauges.dead, gauges.bytes) = (delayed, dead, bytes);
            gauges.oldest = Duration::from_millis(oldest);
            gauges.lag = counts.iter().step_by(2).copied().collect();
            gauges.waiting = gauges.lag.iter().sum();
            gauges.kept = counts.iter().skip(1).step_by(2).sum();
            Ok(gauges)
        })
    }

    fn dead_letters<'a>(
        &'a self,
        after: Option<&'a str>,
        limit: usize,
    ) -> StoreFuture<'a, Vec<DeadLetter>> {
        Box::pin(async move {
            let behind = |it: Position| id(Position(it.0.saturating_add(1)));
            let from = after.and_then(position).map_or_else(|| "-".to_owned(), behind);
            let limit = u32::try_from(limit).unwrap_or(u32::MAX);
            let fill = |call: &mut Invocation<'_>| _ = call.arg(&from).arg(limit);
            let rows: Vec<(String, String, Row)> = self.run(&scripts::DEAD, fill).await?;
            rows.into_iter()
                .map(|(id, reason, row)| Ok(DeadLetter::new(id, reason, stored(row)?)))
                .collect()
        })
    }

    fn retry<'a>(&'a self, id: &'a str) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            Ok(position(id).is_some() && self.run(&scripts::RETRY, |call| _ = call.arg(id)).await?)
        })
    }

    fn discard<'a>(&'a self, id: &'a str) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            Ok(position(id).is_some()
                && self.run(&scripts::DISCARD, |call| _ = call.arg(id)).await?)
        })
    }

    fn replay(&self, from: SystemTime) -> StoreFuture<'_, u64> {
        Box::pin(async move {
            let since = millis(from.duration_since(UNIX_EPOCH).unwrap_or_default());
            let mut total = 0;
            for partition in 0..self.partitions {
                let (mut next, mut last) = (format!("{since}-0"), String::new());
                while !next.is_empty() {
                    let fill = |call: &mut Invocation<'_>| {
                        call.arg(partition).arg(&next).arg(&last);
                    };
                    let (moved, behind, end): (u64, String, String) =
                        self.run(&scripts::REPLAY, fill).await?;
                    total += moved;
                    (next, last) = (behind, end);
                }
            }
            Ok(total)
        })
    }
}
