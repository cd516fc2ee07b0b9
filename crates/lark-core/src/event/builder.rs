//! The settings of a router and its handlers.

use std::borrow::Cow;
use std::fmt;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::acknowledge::Acknowledge;
use super::app_ticket::{self, APP_TICKET};
use super::crypto::Crypto;
use super::dedup::{Dedup, GuardedDedup};
use super::dispatcher::Dispatcher;
use super::envelope::PayloadDecoder;
use super::handler_error::HandlerError;
use super::header::Event;
use super::keys::EventKeys;
use super::metrics::{EventReport, Metrics, OutcomeHook};
use super::places::Places;
use super::router::{EventRouter, Inner};
use super::routes::{ErasedRoute, Routes, TypedRoute};
use super::stop::Stop;
use super::verify::{Clock, Verifier};
use crate::client::Client;
use crate::error::{Error, Result};
use crate::payload::{CallbackPayload, EventPayload};
use crate::util::KeyLocks;
use crate::wire::{DecodeMode, Drift, DriftHook};

/// The platform waits 3 s; the rest is for the network.
const ACK_TIMEOUT: Duration = Duration::from_millis(2500);
const HANDLER_TIMEOUT: Duration = Duration::from_secs(300);
const MAX_BODY_SIZE: usize = 1024 * 1024;
const CAPACITY: u32 = 4096;

/// Builds an [`EventRouter`]. `S` is what its handlers share, see [`state`](Self::state).
#[must_use]
pub struct EventRouterBuilder<S = ()> {
    pub(super) state: S,
    options: Options,
}

/// What is set, and the handlers.
struct Options {
    keys: EventKeys,
    routes: Routes,
    client: Option<Client>,
    duplicates: Vec<String>,
    dedup: GuardedDedup,
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
    #[cfg(feature = "inbox")]
    inbox: Option<super::inbox::Inbox>,
}

impl<S> fmt::Debug for EventRouterBuilder<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventRouterBuilder")
            .field("keys", &self.options.keys)
            .finish_non_exhaustive()
    }
}

impl EventRouter {
    /// Builds a router for the app with these keys.
    pub fn builder(keys: EventKeys) -> EventRouterBuilder {
        EventRouterBuilder::new(keys)
    }
}

impl EventRouterBuilder {
    pub(super) fn new(keys: EventKeys) -> Self {
        let options = Options {
            keys,
            routes: Routes::default(),
            client: None,
            duplicates: Vec::new(),
            dedup: GuardedDedup::default(),
            acknowledge: Acknowledge::default(),
            ack_timeout: ACK_TIMEOUT,
            callback_timeout: ACK_TIMEOUT,
            handler_timeout: HANDLER_TIMEOUT,
            max_body_size: MAX_BODY_SIZE,
            max_age: None,
            clock: Box::new(SystemTime::now),
            capacity: CAPACITY,
            mode: DecodeMode::default(),
            on_drift: None,
            on_outcome: None,
            #[cfg(feature = "inbox")]
            inbox: None,
        };
        Self { state: (), options }
    }

    /// Handles events of one type. Events with the same
    /// [`ordering_key`](EventPayload::ordering_key) are handled one at a time, in the order of their
    /// arrival.
    pub fn on<T: EventPayload, F>(
        self,
        handler: impl Fn(Event<T>) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<(), HandlerError>> + Send + 'static,
    {
        self.add(T::EVENT_TYPE, TypedRoute::event(handler).erase())
    }

    /// Handles events of one type with an ordering key of your own: events with the same `key` are
    /// handled one at a time, events without one in any order.
    pub fn on_ordered_by<T: EventPayload, F>(
        self,
        key: impl Fn(&T) -> Option<String> + Send + Sync + 'static,
        handler: impl Fn(Event<T>) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<(), HandlerError>> + Send + 'static,
    {
        let route = TypedRoute::event(handler);
        let route = route.ordered_by(move |payload| key(payload).map(Cow::Owned));
        self.add(T::EVENT_TYPE, route.erase())
    }

    /// Handles events of a type that has no payload type, as JSON, in any order.
    pub fn on_raw<F>(
        self,
        event_type: &str,
        handler: impl Fn(Event<Value>) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<(), HandlerError>> + Send + 'static,
    {
        self.add(event_type, TypedRoute::unordered(handler).erase())
    }

    /// Handles callbacks of one type and returns the reply that the user is waiting for.
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
        self.add(T::EVENT_TYPE, TypedRoute::callback(handler).erase())
    }

    /// Handles events of all types that have no handler. Without a fallback the router replies 200
    /// to them and counts them as [`Ignored`](crate::EventOutcome::Ignored).
    pub fn fallback<F>(self, handler: impl Fn(Event<Value>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), HandlerError>> + Send + 'static,
    {
        self.add_fallback(TypedRoute::unordered(handler).erase())
    }

    /// Gives `state` to the handlers that are added after this: a client, a database, settings. They
    /// take it as their first argument, in an [`Arc`].
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use lark_core::{Client, Event, EventKeys, EventPayload, EventRouter, HandlerError};
    ///
    /// struct App {
    ///     client: Client,
    /// }
    ///
    /// async fn greet<T: EventPayload>(app: Arc<App>, event: Event<T>) -> Result<(), HandlerError> {
    ///     println!("{} for {}", event.header.event_type, app.client.app_id());
    ///     Ok(())
    /// }
    ///
    /// # fn run<MessageReceive: EventPayload, ChatUpdated: EventPayload>(
    /// #     keys: EventKeys, client: Client,
    /// # ) -> lark_core::Result<EventRouter> {
    /// EventRouter::builder(keys)
    ///     .state(App { client })
    ///     .on(greet::<MessageReceive>)
    ///     .on(|app: Arc<App>, event: Event<ChatUpdated>| async move { greet(app, event).await })
    ///     .build()
    /// # }
    /// ```
    pub fn state<S: Send + Sync + 'static>(self, state: S) -> EventRouterBuilder<Arc<S>> {
        EventRouterBuilder { state: Arc::new(state), options: self.options }
    }
}

impl<S> EventRouterBuilder<S> {
    pub(super) fn add(mut self, event_type: &str, route: ErasedRoute) -> Self {
        if self.options.routes.insert(event_type, route).is_some() {
            self.options.duplicates.push(event_type.to_owned());
        }
        self
    }

    pub(super) fn add_fallback(mut self, route: ErasedRoute) -> Self {
        if self.options.routes.set_fallback(route).is_some() {
            self.options.duplicates.push("the fallback".to_owned());
        }
        self
    }

    /// Gives the tickets that arrive as `app_ticket` events to the client of a marketplace app. Such
    /// an event is acknowledged once the client's store has the ticket.
    pub fn client(mut self, client: &Client) -> Self {
        self.options.client = Some(client.clone());
        self
    }

    /// Where the router remembers handled events; [`MemoryDedup`](crate::MemoryDedup) by
    /// default. Instances that share an event URL need a shared store.
    pub fn dedup(mut self, store: impl Dedup + 'static) -> Self {
        self.options.dedup = GuardedDedup::new(store);
        self
    }

    /// Stores events in `inbox` before they are handled: see [`inbox`](crate::inbox). The router replies
    /// 200 once an event is stored, so [`acknowledge`](Self::acknowledge) and
    /// [`ack_timeout`](Self::ack_timeout) have no effect on events, and [`dedup`](Self::dedup) and
    /// [`capacity`](Self::capacity) concern callbacks only, which are not stored. App tickets are not
    /// stored either.
    #[cfg(feature = "inbox")]
    pub fn inbox(mut self, inbox: &super::inbox::Inbox) -> Self {
        self.options.inbox = Some(inbox.clone());
        self
    }

    /// When the router replies 200 to an event; after its handler by default.
    pub fn acknowledge(mut self, when: Acknowledge) -> Self {
        self.options.acknowledge = when;
        self
    }

    /// How long the reply to an event waits for its handler; 2.5 s by default, because the platform
    /// waits 3 s.
    pub fn ack_timeout(mut self, limit: Duration) -> Self {
        self.options.ack_timeout = limit;
        self
    }

    /// How long a callback's handler may take before the user gets the reply that changes nothing;
    /// 2.5 s by default, because the platform waits 3 s. The handler keeps running, and can still
    /// update a card with the token of the callback.
    pub fn callback_timeout(mut self, limit: Duration) -> Self {
        self.options.callback_timeout = limit;
        self
    }

    /// The time limit of a handler; 5 minutes by default. A handler that exceeds it is stopped, and
    /// its event counts as failed.
    pub fn handler_timeout(mut self, limit: Duration) -> Self {
        self.options.handler_timeout = limit;
        self
    }

    /// The largest accepted body, in bytes; 1 MiB by default.
    pub fn max_body_size(mut self, bytes: usize) -> Self {
        self.options.max_body_size = bytes;
        self
    }

    /// Rejects signed pushes whose timestamp differs from the clock by more than `window`. Off by
    /// default: no document says that the platform signs again when it redelivers hours later, so a
    /// window may lose events. The dedup store protects against replays without that risk.
    pub fn max_age(mut self, window: Duration) -> Self {
        self.options.max_age = Some(window);
        self
    }

    /// The clock for [`max_age`](Self::max_age); the system's by default.
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.options.clock = Box::new(clock);
        self
    }

    /// The number of events that may be handled at once; 4,096 by default. As many more, and at least
    /// 64, may wait: for capacity up to 2 s, and for the events before them with the same ordering key,
    /// which take at most an eighth of the places for waiting. The router replies 503 to what finds no
    /// place. A redelivery of an event that waits or is being handled takes none.
    ///
    /// A place has room for 64 MiB divided by their number, and for at least 16 KiB; a larger event takes
    /// several.
    pub fn capacity(mut self, events: u32) -> Self {
        self.options.capacity = events;
        self
    }

    /// What happens when a payload differs from the spec.
    pub fn decode_mode(mut self, mode: DecodeMode) -> Self {
        self.options.mode = mode;
        self
    }

    /// Called once for each distinct difference from the spec.
    pub fn on_drift(mut self, hook: impl Fn(&Drift) + Send + Sync + 'static) -> Self {
        self.options.on_drift = Some(Arc::new(hook));
        self
    }

    /// Called with the outcome of each push, for metrics. Must not block.
    pub fn on_outcome(mut self, hook: impl Fn(&EventReport<'_>) + Send + Sync + 'static) -> Self {
        self.options.on_outcome = Some(Box::new(hook));
        self
    }

    /// Builds the router.
    ///
    /// # Errors
    /// No key, two handlers for one type, a capacity of 0, or an inbox outside of a tokio runtime or that
    /// has a router already.
    pub fn build(self) -> Result<EventRouter> {
        let mut options = self.options;
        options.check()?;
        #[cfg(feature = "inbox")]
        let inbox = options.inbox.take();
        #[cfg(feature = "inbox")]
        inbox.as_ref().map(super::inbox::Inbox::check).transpose()?;
        if let Some(client) = options.client.take() {
            let handler = options.routes.remove(APP_TICKET);
            options.routes.insert(APP_TICKET, app_ticket::route(client, handler));
        }
        let verifier = Verifier {
            rejects_all: options.keys.rejects_all(),
            crypto: Crypto::new(options.keys),
            routes: options.routes,
            max_body_size: options.max_body_size,
            max_age: options.max_age,
            clock: options.clock,
            decoder: PayloadDecoder::new(options.mode, options.on_drift),
        };
        let dispatcher = Arc::new(Dispatcher {
            acknowledge: options.acknowledge,
            ack_timeout: options.ack_timeout,
            callback_timeout: options.callback_timeout,
            handler_timeout: options.handler_timeout,
            dedup: Arc::new(options.dedup),
            copies: Arc::default(),
            locks: KeyLocks::default(),
            places: Places::new(options.capacity),
            is_closing: AtomicBool::new(false),
            stop: Stop::default(),
            stopped: Mutex::default(),
            metrics: Metrics::new(options.on_outcome),
        });
        let inner = Inner {
            verifier,
            dispatcher,
            #[cfg(feature = "inbox")]
            inbox: std::sync::OnceLock::new(),
        };
        let router = EventRouter::new(inner);
        #[cfg(feature = "inbox")]
        if let Some(inbox) = inbox {
            router.start_inbox(&inbox);
        }
        Ok(router)
    }
}

impl Options {
    fn check(&self) -> Result<()> {
        if self.keys.rejects_all() && !self.keys.is_without {
            return Err(Error::invalid_router(
                "it needs the app's encrypt key or verification token; without any, \
                 everybody could forge events (EventKeys::none for the long connection only, \
                 EventKeys::insecure_accept_anything for experiments)",
            ));
        }
        if let Some(event_type) = self.duplicates.first() {
            return Err(Error::invalid_router(format!("two handlers for {event_type}")));
        }
        if self.capacity == 0 {
            return Err(Error::invalid_router("a capacity of 0 handles nothing"));
        }
        Ok(())
    }
}
