//! What the tasks of an inbox share.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::{Notify, Semaphore};
use tokio::time::Instant;

use super::options::Options;
use super::report::{InboxChange, InboxReport, PartitionChange, report};
use super::store::{Appended, NewEvent, Store, StoredEvent};
use crate::call::random_uuid;
use crate::store::{StoreError, StoreFuture, guard};
use crate::util::{caught, lock};

/// A store that has not answered for so long is taken to have failed.
const SILENCE: Duration = Duration::from_secs(10);

pub(super) struct Engine {
    pub(super) store: Arc<dyn Store>,
    pub(super) options: Options,
    /// This process, or rather this inbox of it.
    pub(super) owner: Arc<str>,
    /// The partitions that it has.
    pub(super) held: Mutex<HashMap<u32, Arc<Control>>>,
    pub(super) workers: Arc<Semaphore>,
    /// For a handler that may be what killed its process: one of these runs at a time.
    pub(super) alone: Arc<Semaphore>,
    pub(super) in_work: AtomicU64,
    pub(super) is_started: AtomicBool,
    /// Until when no other process can have taken its partitions over.
    pub(super) alive_until: Mutex<Instant>,
    /// Whether an event was committed since the last sweep.
    pub(super) has_committed: AtomicBool,
    /// Whether the store tells what other processes store.
    pub(super) is_listening: AtomicBool,
    /// Whether it handles nothing more.
    pub(super) is_draining: AtomicBool,
    /// Wakes the supervisor.
    pub(super) changed: Notify,
    /// Whether the supervisor has ended, and with it all handlers.
    pub(super) is_over: tokio::sync::watch::Sender<bool>,
    /// Set when the patience of a drain is over.
    pub(super) stop: AtomicBool,
}

/// The way to the task of a partition.
#[derive(Default)]
pub(super) struct Control {
    pub(super) wake: Notify,
    /// There may be something to read.
    pub(super) has_news: AtomicBool,
    /// It shall be given back, once nothing of it is being handled.
    pub(super) is_leaving: AtomicBool,
    /// It was lost: what is being handled must stop.
    pub(super) is_lost: AtomicBool,
    /// Tells that, also while the store is being asked.
    pub(super) lost: Notify,
    /// How far it was read, for those that ask whether there is more.
    pub(super) read_to: Mutex<super::store::Position>,
}

impl Control {
    pub(super) fn news(&self) {
        self.has_news.store(true, Ordering::SeqCst);
        self.wake.notify_one();
    }

    pub(super) fn leave(&self) {
        self.is_leaving.store(true, Ordering::SeqCst);
        self.wake.notify_one();
    }

    pub(super) fn lose(&self) {
        self.is_lost.store(true, Ordering::SeqCst);
        self.lost.notify_one();
    }
}

impl Engine {
    pub(super) fn new(store: Arc<dyn Store>, options: Options) -> Self {
        Self {
            store,
            owner: random_uuid().into(),
            held: Mutex::default(),
            workers: Arc::new(Semaphore::new(options.workers)),
            alone: Arc::new(Semaphore::new(1)),
            in_work: AtomicU64::new(0),
            is_started: AtomicBool::new(false),
            alive_until: Mutex::new(Instant::now()),
            has_committed: AtomicBool::new(false),
            is_listening: AtomicBool::new(false),
            is_draining: AtomicBool::new(false),
            changed: Notify::new(),
            is_over: tokio::sync::watch::Sender::new(false),
            stop: AtomicBool::new(false),
            options,
        }
    }

    /// Asks the store. A panic is an error like any other, and so is no answer.
    pub(super) async fn ask<'a, T>(
        &self,
        call: impl FnOnce() -> StoreFuture<'a, T>,
    ) -> Result<T, StoreError> {
        self.ask_for(SILENCE, call).await
    }

    /// The same, for those who cannot wait so long.
    pub(super) async fn ask_for<'a, T>(
        &self,
        limit: Duration,
        call: impl FnOnce() -> StoreFuture<'a, T>,
    ) -> Result<T, StoreError> {
        guard("the store of the inbox", limit.min(SILENCE), caught(call)).await
    }

    /// The partition of an ordering key. The same in all processes and releases: it is FNV-1a.
    pub(super) fn partition(&self, ordering_key: &str) -> u32 {
        let hash = ordering_key.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        // The low bits of FNV are weak where texts differ in their last byte only.
        let mixed = hash ^ hash >> 32;
        u32::try_from(mixed % u64::from(self.store.partitions().max(1))).unwrap_or(0)
    }

    /// Wakes who handles what was stored.
    pub(super) fn appended(&self, events: &[NewEvent], appended: &[Appended]) {
        let held = lock(&self.held);
        for (event, _) in events.iter().zip(appended).filter(|it| *it.1 == Appended::Stored) {
            held.get(&event.partition).inspect(|control| control.news());
        }
        drop(held);
        for (event, _) in events.iter().zip(appended).filter(|it| *it.1 == Appended::Stored) {
            let NewEvent { partition, event_id, event_type, .. } = event;
            self.report_of(*partition, event_id, event_type, InboxChange::Stored);
        }
    }

    /// Tells what happened to an event.
    pub(super) fn report(&self, partition: u32, event: &StoredEvent, change: InboxChange<'_>) {
        self.report_of(partition, &event.event_id, &event.event_type, change);
    }

    fn report_of(&self, partition: u32, event_id: &str, event_type: &str, change: InboxChange<'_>) {
        if self.options.on_report.is_some() {
            let change = InboxReport::Event { event_id, event_type, partition, change };
            report(self.options.on_report.as_ref(), &change);
        }
    }

    pub(super) fn report_partition(&self, partition: u32, change: PartitionChange) {
        report(self.options.on_report.as_ref(), &InboxReport::Partition { partition, change });
    }
}
