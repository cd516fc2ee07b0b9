//! The settings of a router and its handlers.

use std::borrow::Cow;
use std::fmt;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use serde_json::Value;
use tokio::sync::Semaphore;

use super::crypto::Crypto;
use super::dedup::{Dedup, MemoryDedup};
use super::handler::{HandlerError, LaneOf, OfCallbacks, OfEvents, Route, Traits, Typed};
use super::header::Event;
use super::keys::EventKeys;
use super::open::{Clock, Door};
use super::outcome::{Counters, EventReport};
use super::router::{EventRouter, Inner};
use super::routes::Routes;
use super::run::{OutcomeHook, Works};
use super::ticket::{APP_TICKET, TicketRoute};
use crate::client::Client;
use crate::error::{Error, Result};
use crate::payload::{CallbackPayload, EventPayload};
use crate::util::KeyLocks;
use crate::wire::{DecodeMode, Drift, DriftHook, DriftLog};

/// The platform waits 3 s; the rest is for the way.
const ACK_TIMEOUT: Duration = Duration::from_millis(2500);
const HANDLER_LIMIT: Duration = Duration::from_secs(300);
const MAX_BODY: usize = 1024 * 1024;
const CAPACITY: u32 = 4096;

/// When an event is answered 200.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Acknowledge {
    /// When its handler returned `Ok`. One that takes longer than `ack_timeout` goes on, and the
    /// platform's next push is answered by how it ended. The default.
    #[default]
    AfterHandler,
    /// As soon as it has a place among the events at work. For handlers that often take longer than
    /// the timeout and whose events may be lost: what fails is not pushed again.
    First,
}

/// Builds an [`EventRouter`].
#[must_use]
pub struct EventRouterBuilder {
    keys: EventKeys,
    routes: Routes,
    client: Option<Client>,
    twice: Vec<String>,
    dedup: Box<dyn Dedup>,
    acknowledge: Acknowledge,
    ack_timeout: Duration,
    callback_timeout: Duration,
    handler_timeout: Duration,
    max_body_size: usize,
    max_age: Option<Duration>,
    clock: Clock,
    capacity: u32,
    mode: DecodeMode,
    on_drift: Option<DriftHook>,
    on_outcome: Option<OutcomeHook>,
}

impl fmt::Debug for EventRouterBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventRouterBuilder").field("keys", &self.keys).finish_non_exhaustive()
    }
}

impl EventRouterBuilder {
    pub(super) fn new(keys: EventKeys) -> Self {
        Self {
            keys,
            routes: Routes::default(),
            client: None,
            twice: Vec::new(),
            dedup: Box::new(MemoryDedup::default()),
            acknowledge: Acknowledge::default(),
            ack_timeout: ACK_TIMEOUT,
            callback_timeout: ACK_TIMEOUT,
            handler_timeout: HANDLER_LIMIT,
            max_body_size: MAX_BODY,
            max_age: None,
            clock: Box::new(SystemTime::now),
            capacity: CAPACITY,
            mode: DecodeMode::default(),
            on_drift: None,
            on_outcome: None,
        }
    }

    fn add(mut self, event_type: &str, route: Box<dyn Route>) -> Self {
        if !self.routes.add(event_type, route) {
            self.twice.push(event_type.to_owned());
        }
        self
    }

    /// Handles events of one type. Those with the same
    /// [`ordering_key`](EventPayload::ordering_key) come one after the other.
    pub fn on<T: EventPayload, F>(
        self,
        handler: impl Fn(Event<T>) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<(), HandlerError>> + Send + 'static,
    {
        let route = Typed::new(Traits::<T>::event(), OfEvents(handler));
        self.add(T::EVENT_TYPE, Box::new(route))
    }

    /// Handles events of one type; those with the same `key` come one after the other, those
    /// without one at any time.
    pub fn on_ordered_by<T: EventPayload, F>(
        self,
        key: impl Fn(&T) -> Option<String> + Send + Sync + 'static,
        handler: impl Fn(Event<T>) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<(), HandlerError>> + Send + 'static,
    {
        let lane: LaneOf<T> = Box::new(move |payload| key(payload).map(Cow::Owned));
        let traits = Traits { lane, ..Traits::<T>::event() };
        self.add(T::EVENT_TYPE, Box::new(Typed::new(traits, OfEvents(handler))))
    }

    /// Handles events of a type for which there is no payload type.
    pub fn on_raw<F>(
        self,
        event_type: &str,
        handler: impl Fn(Event<Value>) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<(), HandlerError>> + Send + 'static,
    {
        let route = Typed::new(Traits::raw(), OfEvents(handler));
        self.add(event_type, Box::new(route))
    }

    /// Handles callbacks of one type and gives the reply that the user is waiting for.
    ///
    /// ```compile_fail,E0277
    /// # use lark_core::{CallbackPayload, Event, EventRouterBuilder};
    /// fn without_a_reply<T: CallbackPayload>(builder: EventRouterBuilder) -> EventRouterBuilder {
    ///     builder.on(|_: Event<T>| async { Ok(()) })
    /// }
    /// ```
    pub fn on_callback<T: CallbackPayload, F>(
        self,
        handler: impl Fn(Event<T>) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<T::Reply, HandlerError>> + Send + 'static,
    {
        let route = Typed::new(Traits::<T>::callback(), OfCallbacks(handler));
        self.add(T::EVENT_TYPE, Box::new(route))
    }

    /// Handles events of all types that have no handler. Without it they are answered 200 and
    /// counted as [`Ignored`](crate::EventOutcome::Ignored).
    pub fn fallback<F>(
        mut self,
        handler: impl Fn(Event<Value>) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<(), HandlerError>> + Send + 'static,
    {
        let route = Typed::new(Traits::raw(), OfEvents(handler));
        if !self.routes.set_fallback(Box::new(route)) {
            self.twice.push("the fallback".to_owned());
        }
        self
    }

    /// Feeds the app tickets that come as `app_ticket` events to the client of a marketplace app.
    /// Such an event is acknowledged when the client's store has the ticket.
    pub fn client(mut self, client: &Client) -> Self {
        self.client = Some(client.clone());
        self
    }

    /// Where it is remembered which events were handled; [`MemoryDedup`] by default. Instances that
    /// share an event URL need a store that they share.
    pub fn dedup(mut self, store: impl Dedup + 'static) -> Self {
        self.dedup = Box::new(store);
        self
    }

    /// When an event is answered 200; after its handler by default.
    pub fn acknowledge(mut self, when: Acknowledge) -> Self {
        self.acknowledge = when;
        self
    }

    /// How long the answer to an event may wait for its handler; 2.5 s by default, as the platform
    /// waits 3 s.
    pub fn ack_timeout(mut self, limit: Duration) -> Self {
        self.ack_timeout = limit;
        self
    }

    /// How long a callback's handler may take, before the user gets the reply that changes nothing;
    /// 2.5 s by default, as the platform waits 3 s. The handler goes on, and can still update a card
    /// with the token of the callback.
    pub fn callback_timeout(mut self, limit: Duration) -> Self {
        self.callback_timeout = limit;
        self
    }

    /// After how long a handler is stopped and its event counts as failed; 5 minutes by default.
    pub fn handler_timeout(mut self, limit: Duration) -> Self {
        self.handler_timeout = limit;
        self
    }

    /// The largest body that is looked at, in bytes; 1 MiB by default.
    pub fn max_body_size(mut self, bytes: usize) -> Self {
        self.max_body_size = bytes;
        self
    }

    /// Refuses signed pushes whose timestamp is further than `window` from the clock. Off by
    /// default: it is not documented that the platform signs anew when it pushes again hours later,
    /// so a window may lose events; against replays, the dedup store helps without that risk.
    pub fn max_age(mut self, window: Duration) -> Self {
        self.max_age = Some(window);
        self
    }

    /// The clock that [`max_age`](Self::max_age) compares with.
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// How many events may wait for their turn or be handled at once; 4,096 by default. More are
    /// answered 503 if no place becomes free in time.
    pub fn capacity(mut self, events: u32) -> Self {
        self.capacity = events;
        self
    }

    /// What is done about payloads that differ from the spec.
    pub fn decode_mode(mut self, mode: DecodeMode) -> Self {
        self.mode = mode;
        self
    }

    /// Called once for each distinct difference from the spec.
    pub fn on_drift(mut self, hook: impl Fn(&Drift) + Send + Sync + 'static) -> Self {
        self.on_drift = Some(Arc::new(hook));
        self
    }

    /// Called with what became of each push: the place for metrics. Must not block.
    pub fn on_outcome(mut self, hook: impl Fn(&EventReport<'_>) + Send + Sync + 'static) -> Self {
        self.on_outcome = Some(Box::new(hook));
        self
    }

    /// Builds the router.
    ///
    /// # Errors
    /// There is no key, two handlers for one type, or no capacity.
    pub fn build(mut self) -> Result<EventRouter> {
        self.check()?;
        if let Some(client) = self.client.take() {
            let then = self.routes.take(APP_TICKET);
            self.routes.add(APP_TICKET, Box::new(TicketRoute::new(client, then)));
        }
        let door = Door {
            crypto: Crypto::new(self.keys),
            routes: self.routes,
            max_body_size: self.max_body_size,
            max_age: self.max_age,
            clock: self.clock,
            mode: self.mode,
            drifts: DriftLog::new(self.on_drift),
        };
        let works = Works {
            acknowledge: self.acknowledge,
            ack_timeout: self.ack_timeout,
            callback_timeout: self.callback_timeout,
            handler_timeout: self.handler_timeout,
            dedup: self.dedup,
            lanes: KeyLocks::default(),
            permits: Semaphore::new(self.capacity as usize),
            stop: Semaphore::new(0),
            stopped: Mutex::default(),
            counters: Counters::default(),
            on_outcome: self.on_outcome,
        };
        let (capacity, is_closing) = (self.capacity, AtomicBool::new(false));
        Ok(EventRouter::new(Inner { door, works: Arc::new(works), capacity, is_closing }))
    }

    fn check(&self) -> Result<()> {
        if self.keys.is_empty() && !self.keys.insecure {
            return Err(Error::invalid_config(
                "an event router needs the app's encrypt key or verification token; without any, \
                 everybody could forge events (EventKeys::insecure_accept_anything)",
            ));
        }
        if let Some(event_type) = self.twice.first() {
            return Err(Error::invalid_config(format!("two handlers for {event_type}")));
        }
        if self.capacity == 0 {
            return Err(Error::invalid_config("an event router of capacity 0 handles nothing"));
        }
        Ok(())
    }
}
