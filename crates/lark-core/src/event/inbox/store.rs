//! What an inbox asks of the place where its events are.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;

use crate::store::StoreFuture;

/// Keeps the events of an inbox: a file of lark-inbox, Redis by lark-redis, or your own.
///
/// Events are in partitions, and all events with one ordering key in the same. A partition has an order,
/// that of [`append`](Self::append), and is handled by one process at a time, which has a [`Lease`] of it.
/// Each lease that is acquired has a higher epoch than those before it, and a method that takes a lease does
/// nothing, and says so, once another one was acquired since: the caller was stopped for too long, and
/// another process has taken over. A lease whose time is over, but that nobody has taken over, still counts.
///
/// What a future has done is durable when it is ready: a crash does not undo it. Futures that are dropped
/// may have done their work or not. A call that is repeated, because its answer was lost, has the effect of
/// one. Times are told as durations, so that only the clock of the store counts.
///
/// To test your own, run `lark_core::conformance::inbox_store` (feature `conformance`) on it.
pub trait Store: Send + Sync + 'static {
    /// The number of partitions, which all processes agree on.
    fn partitions(&self) -> u32;

    /// Stores events at the ends of their partitions, all or none; events with a delay later, when it is
    /// over. An event one of whose keys is remembered, from this call or one before, is not stored again.
    /// Keys are remembered for [`remember`](Limits::remember) at least.
    ///
    /// # Errors
    /// The store failed. The platform is told to come again.
    fn append<'a>(
        &'a self,
        events: &'a [NewEvent],
        limits: &'a Limits,
    ) -> StoreFuture<'a, Vec<Appended>>;

    /// Tells that the process `owner` is alive, and makes its leases last for another `ttl`.
    ///
    /// # Errors
    /// The store failed. The process goes on until `ttl` is over.
    fn beat<'a>(
        &'a self,
        owner: &'a str,
        leases: &'a [Lease],
        ttl: Duration,
    ) -> StoreFuture<'a, Beat>;

    /// Acquires a partition, unless another process has it; `None` if it has.
    ///
    /// # Errors
    /// The store failed.
    fn acquire<'a>(
        &'a self,
        owner: &'a str,
        partition: u32,
        ttl: Duration,
    ) -> StoreFuture<'a, Option<Lease>>;

    /// Gives a lease back, so that others need not wait for its end.
    ///
    /// # Errors
    /// The store failed. The lease ends by itself.
    fn release<'a>(&'a self, lease: &'a Lease) -> StoreFuture<'a, ()>;

    /// Tells that the process `owner` ends, and gives back what it has.
    ///
    /// # Errors
    /// The store failed. It is noticed after the end of its leases.
    fn leave<'a>(&'a self, owner: &'a str) -> StoreFuture<'a, ()>;

    /// The first events of the partition behind `after` that are neither done nor dead, in order. Fewer
    /// than `limit`: there are no more. `None`: the lease was lost.
    ///
    /// # Errors
    /// The store failed.
    fn read<'a>(
        &'a self,
        lease: &'a Lease,
        after: Position,
        limit: usize,
    ) -> StoreFuture<'a, Option<Vec<StoredEvent>>>;

    /// Some or all of the events of the partition whose last attempt has begun and has no known end: it is not
    /// done, dead, or to be retried. That is what the process left that had the partition before. They are
    /// handled before the backlog is read, each being the first one of its key. By default none.
    /// `None`: the lease was lost.
    ///
    /// # Errors
    /// The store failed.
    fn begun<'a>(&'a self, lease: &'a Lease) -> StoreFuture<'a, Option<Vec<StoredEvent>>> {
        _ = lease;
        Box::pin(async { Ok(Some(Vec::new())) })
    }

    /// The events at these positions that are neither done nor dead, in order. `None`: the lease was lost.
    ///
    /// # Errors
    /// The store failed.
    fn load<'a>(
        &'a self,
        lease: &'a Lease,
        positions: &'a [Position],
    ) -> StoreFuture<'a, Option<Vec<StoredEvent>>>;

    /// Takes these steps, all or none. False: the lease was lost, and nothing has changed.
    ///
    /// # Errors
    /// The store failed.
    fn settle<'a>(&'a self, lease: &'a Lease, steps: &'a [Step]) -> StoreFuture<'a, bool>;

    /// Those of the partitions that have an event behind the position, or one whose delay is over.
    ///
    /// # Errors
    /// The store failed.
    fn news<'a>(&'a self, read: &'a [(u32, Position)]) -> StoreFuture<'a, Vec<u32>>;

    /// Calls `hear` with the partitions of the events that are stored from now on, by whichever process, as soon
    /// as they are. The first call, maybe with none, tells that it does. As long as that lasts, [`news`](Self::news)
    /// is asked for twice a second only. Returns at once if the store cannot tell, as by default.
    ///
    /// # Errors
    /// The store failed. It is listened to again.
    fn listen<'a>(&'a self, hear: &'a (dyn Fn(&[u32]) + Send + Sync)) -> StoreFuture<'a, ()> {
        _ = hear;
        Box::pin(async { Ok(()) })
    }

    /// Removes handled events of a partition and keys that need not be kept any more, a bounded number
    /// of each. Returns whether there are more.
    ///
    /// # Errors
    /// The store failed.
    fn sweep<'a>(&'a self, partition: u32, limits: &'a Limits) -> StoreFuture<'a, bool>;

    /// How much is in the inbox.
    ///
    /// # Errors
    /// The store failed.
    fn gauges(&self) -> StoreFuture<'_, Gauges>;

    /// Events that were set aside, the oldest first, behind `after`.
    ///
    /// # Errors
    /// The store failed.
    fn dead_letters<'a>(
        &'a self,
        after: Option<&'a str>,
        limit: usize,
    ) -> StoreFuture<'a, Vec<DeadLetter>>;

    /// Puts an event that was set aside at the end of its partition, as if it had never been handled.
    /// False: there is none with this id.
    ///
    /// # Errors
    /// The store failed.
    fn retry<'a>(&'a self, id: &'a str) -> StoreFuture<'a, bool>;

    /// Removes an event that was set aside. False: there is none with this id.
    ///
    /// # Errors
    /// The store failed.
    fn discard<'a>(&'a self, id: &'a str) -> StoreFuture<'a, bool>;

    /// Puts the handled events that were received since `from`, and that are still kept, at the ends of
    /// their partitions, in their order. Returns their number.
    ///
    /// # Errors
    /// The store failed. Some of them may have been put there.
    fn replay(&self, from: SystemTime) -> StoreFuture<'_, u64>;
}

/// A place in the order of a partition. 0 is before all events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position(pub u128);

/// What a process has while it handles the events of a partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The partition, from 0.
    pub partition: u32,
    /// The process.
    pub owner: Arc<str>,
    /// The number of the lease. It grows whenever the partition is acquired.
    pub epoch: u64,
}

/// An event to be stored.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// Where it belongs, by its ordering key.
    pub partition: u32,
    /// Events with the same one are handled one after the other.
    pub ordering_key: String,
    /// What its copies share: at least one.
    pub keys: Vec<String>,
    /// The id of the event.
    pub event_id: String,
    /// The type of the event.
    pub event_type: String,
    /// The push as JSON text.
    pub body: Bytes,
    /// How long it waits before it takes its place.
    pub delay: Option<Duration>,
    /// By what the traces of its handling are linked to that of its reception.
    pub reception: Option<String>,
}

/// What became of an event that was to be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    /// It is stored.
    Stored,
    /// It was stored before.
    Known,
    /// As many events wait as may wait; it is not stored.
    Full,
}

/// An event that waits.
#[derive(Clone, Debug)]
pub struct StoredEvent {
    /// Its place.
    pub position: Position,
    /// Events with the same one are handled one after the other.
    pub ordering_key: String,
    /// The id of the event.
    pub event_id: String,
    /// The type of the event.
    pub event_type: String,
    /// The push as JSON text.
    pub body: Bytes,
    /// How often its handling has begun.
    pub attempts: u32,
    /// How long until the next attempt.
    pub wait: Duration,
    /// How long ago it was stored.
    pub age: Duration,
    /// By what the traces of its handling are linked to that of its reception.
    pub reception: Option<String>,
}

/// A change of an event that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Its handling begins. Kept at least if the process is killed, not necessarily if the machine loses
    /// power.
    Begin {
        /// Which event.
        position: Position,
        /// The number of the attempt, from 1.
        attempt: u32,
    },
    /// It is handled.
    Done {
        /// Which event.
        position: Position,
    },
    /// It has to be handled again.
    Retry {
        /// Which event.
        position: Position,
        /// After how long.
        after: Duration,
        /// How the attempt ended.
        reason: String,
    },
    /// It is set aside.
    Dead {
        /// Which event.
        position: Position,
        /// How the last attempt ended.
        reason: String,
    },
}

/// The answer to a sign of life.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beat {
    /// How many processes are alive, this one included.
    pub processes: u32,
    /// The partitions of the leases that were lost.
    pub lost: Vec<u32>,
    /// The partitions that nobody has.
    pub free: Vec<u32>,
}

/// How much an inbox keeps, and for how long.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Most events that wait.
    pub capacity: u64,
    /// How long the keys of an event are remembered.
    pub remember: Duration,
    /// How long a handled event is kept.
    pub keep: Duration,
    /// Most bytes of events; the oldest handled ones are removed first. What waits is not.
    pub keep_bytes: u64,
}

/// How much is in an inbox.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Gauges {
    /// The number of events that wait or are being handled, without those whose delay is not over.
    pub waiting: u64,
    /// The number of events whose delay is not over.
    pub delayed: u64,
    /// The number of events that this process is handling.
    pub in_work: u64,
    /// How long ago the oldest of those that wait was stored.
    pub oldest: Duration,
    /// The number of events that were set aside.
    pub dead: u64,
    /// The number of handled events that are kept.
    pub kept: u64,
    /// Bytes of the file, or of the events in Redis.
    pub bytes: u64,
    /// The number of events that wait in each partition.
    pub lag: Vec<u64>,
    /// The number of partitions that this process has.
    pub partitions_held: u32,
}

/// An event that was set aside.
#[derive(Clone)]
#[non_exhaustive]
pub struct DeadLetter {
    /// Its id as a dead letter.
    pub id: String,
    /// The id of the event.
    pub event_id: String,
    /// The type of the event.
    pub event_type: String,
    /// Its ordering key.
    pub ordering_key: String,
    /// How the last attempt ended.
    pub reason: String,
    /// How often its handling began.
    pub attempts: u32,
    /// How long ago it was stored.
    pub age: Duration,
    /// The push as JSON text, with all that people wrote: do not log it.
    pub body: Bytes,
}

impl DeadLetter {
    /// A dead letter, for stores.
    #[must_use]
    pub fn new(id: String, reason: String, event: StoredEvent) -> Self {
        let StoredEvent { ordering_key, event_id, event_type, body, attempts, age, .. } = event;
        Self { id, event_id, event_type, ordering_key, reason, attempts, age, body }
    }
}

impl std::fmt::Debug for DeadLetter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeadLetter")
            .field("id", &self.id)
            .field("event_id", &self.event_id)
            .field("event_type", &self.event_type)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}
