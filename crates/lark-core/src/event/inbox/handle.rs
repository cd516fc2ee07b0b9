//! What a program holds of an inbox.

use std::fmt;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use tokio::runtime::Handle;
use tokio::time::timeout;

use super::super::router::Inner;
use super::engine::Engine;
use super::intake::Intake;
use super::options::{InboxBuilder, Options};
use super::store::{Appended, DeadLetter, Gauges, NewEvent, Store};
use crate::call::random_uuid;
use crate::error::{Error, Result};
use crate::store::StoreError;
use crate::util::lock;

/// After its patience is over, a drain waits for so long that what it stops has ended.
const STOP: Duration = Duration::from_secs(2);

/// A durable inbox, to be given to a router. Clones share everything. See the [module](crate::inbox).
#[derive(Clone)]
pub struct Inbox(Arc<Engine>);

impl fmt::Debug for Inbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inbox").field("owner", &self.0.owner).finish_non_exhaustive()
    }
}

impl Inbox {
    /// An inbox whose events are in `store`.
    pub fn builder(store: impl Store) -> InboxBuilder {
        InboxBuilder::new(Arc::new(store))
    }

    pub(super) fn new(store: Arc<dyn Store>, options: Options) -> Self {
        Self(Arc::new(Engine::new(store, options)))
    }

    /// Whether a router could start it now.
    pub(in crate::event) fn check(&self) -> Result<()> {
        if Handle::try_current().is_err() {
            return Err(Error::invalid_router(
                "an inbox begins to work at once: build its router within a tokio runtime",
            ));
        }
        if self.0.is_started.swap(true, Ordering::SeqCst) {
            return Err(Error::invalid_router(
                "an inbox belongs to one router, and this one has one",
            ));
        }
        Ok(())
    }

    pub(in crate::event) fn start(&self, router: Weak<Inner>) -> Intake {
        Intake::start(Arc::clone(&self.0), router)
    }

    /// How much is in the inbox.
    ///
    /// # Errors
    /// The store failed.
    pub async fn gauges(&self) -> Result<Gauges, StoreError> {
        self.0.gauges().await
    }

    /// Up to `limit` events that were set aside, the oldest first, behind the one with the id `after`.
    ///
    /// # Errors
    /// The store failed.
    pub async fn dead_letters(
        &self,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<DeadLetter>, StoreError> {
        self.0.ask(|| self.0.store.dead_letters(after, limit)).await
    }

    /// Has an event that was set aside handled again, behind those with its ordering key that wait.
    /// Returns false if there is no dead letter with this id.
    ///
    /// # Errors
    /// The store failed.
    pub async fn retry(&self, id: &str) -> Result<bool, StoreError> {
        self.0.ask(|| self.0.store.retry(id)).await
    }

    /// Removes an event that was set aside, unhandled. Returns false if there is no dead letter with this
    /// id.
    ///
    /// # Errors
    /// The store failed.
    pub async fn discard(&self, id: &str) -> Result<bool, StoreError> {
        self.0.ask(|| self.0.store.discard(id)).await
    }

    /// Has the handled events that were received since `from`, and are still
    /// [kept](InboxBuilder::keep_handled), handled once more, in their order. Returns their number. Their
    /// [seeds](crate::EventHeader::idempotency_seed) are the same as before.
    ///
    /// # Errors
    /// The store failed. Some of them may be handled again nevertheless.
    pub async fn replay(&self, from: SystemTime) -> Result<u64, StoreError> {
        // As long as it takes.
        self.0.store.replay(from).await
    }

    /// Stores an event of the program's own, which is handled after `delay` by the handler of its type:
    /// a reminder, a time limit. Returns its event id. It takes its place in the order of its key when
    /// the delay is over; without a key it is in no order.
    ///
    /// # Errors
    /// The store failed, or the inbox is full.
    pub async fn schedule(
        &self,
        event_type: &str,
        ordering_key: Option<&str>,
        payload: Value,
        delay: Duration,
    ) -> Result<String, StoreError> {
        let event_id = random_uuid();
        let header = json!({ "event_id": event_id, "event_type": event_type });
        let push = json!({ "schema": "2.0", "header": header, "event": payload });
        let ordering_key = ordering_key.unwrap_or(&event_id).to_owned();
        let event = NewEvent {
            partition: self.0.partition(&ordering_key),
            ordering_key,
            keys: vec![event_id.clone()],
            event_id: event_id.clone(),
            event_type: event_type.to_owned(),
            body: push.to_string().into(),
            delay: (!delay.is_zero()).then_some(delay),
            reception: self.0.options.traces.capture(),
        };
        let events = [event];
        let appended = self.0.ask(|| self.0.store.append(&events, &self.0.options.limits)).await?;
        if appended.first() == Some(&Appended::Full) {
            return Err(StoreError::new("the inbox is full: the event is not scheduled"));
        }
        self.0.appended(&events, &appended);
        Ok(event_id)
    }

    /// Ends the handling of events in this process, for a deploy: no handler begins any more, those that
    /// run have up to `limit` and are stopped then, and other processes take over at once. Events are
    /// accepted and stored meanwhile; [`EventRouter::shutdown`](crate::EventRouter::shutdown) drains the
    /// inbox as well. What was stopped is handled again by another process or after the next start.
    pub async fn drain(&self, limit: Duration) {
        self.0.drain(limit).await;
    }
}

impl Engine {
    pub(super) async fn drain(&self, limit: Duration) {
        self.is_draining.store(true, Ordering::SeqCst);
        lock(&self.held).values().for_each(|control| control.leave());
        self.changed.notify_one();
        let mut is_over = self.is_over.subscribe();
        if !self.is_started.load(Ordering::SeqCst) {
            return;
        }
        if timeout(limit, is_over.wait_for(|it| *it)).await.is_err() {
            self.stop.store(true, Ordering::SeqCst);
            lock(&self.held).values().for_each(|control| control.lose());
            self.changed.notify_one();
            _ = timeout(STOP, is_over.wait_for(|it| *it)).await;
        }
    }

    pub(super) async fn gauges(&self) -> Result<Gauges, StoreError> {
        let mut gauges = self.ask(|| self.store.gauges()).await?;
        gauges.in_work = self.in_work.load(Ordering::Relaxed);
        gauges.partitions_held = u32::try_from(lock(&self.held).len()).unwrap_or(u32::MAX);
        Ok(gauges)
    }
}
