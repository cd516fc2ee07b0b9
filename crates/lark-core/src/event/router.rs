//! From a push to its answer.

use std::fmt;
use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use tokio::time::{Instant, timeout};

use super::builder::EventRouterBuilder;
use super::header::EventHeader;
use super::keys::EventKeys;
use super::open::{Delivery, Door, Found, Opened};
use super::outcome::EventOutcome;
use super::rejection::Rejection;
use super::reply::EventReply;
use super::run::{Job, Works};

/// How long the shutdown waits for handlers that it has told to stop.
const STOPPING: Duration = Duration::from_secs(1);

/// Takes the pushes of the platform, whatever server they come through: bytes and headers in, status
/// and body out. Clones share everything.
///
/// **Delivery.** A push is answered 200 only after its handler returned `Ok` (or, on request, as
/// soon as it is accepted), and the platform pushes everything else again after 15 s, 5 min, 1 h and
/// 6 h: an event is delivered at least once. An event that was handled is remembered by its event id
/// and message id for 8 hours, so that redeliveries are answered without a second run; one whose
/// handler failed, panicked or ran out of time is forgotten and handled again. Events of one subject
/// (the chat, the user, the task) are handled one after the other in the order of their arrival,
/// others at the same time. When the router is at its capacity it answers 503 instead of dropping,
/// and so it does while it shuts down. Callbacks are never pushed again: their handler has 2.5 s,
/// then the user gets the reply that changes nothing.
///
/// ```
/// # use lark_core::{Event, EventKeys, EventRouter, Result};
/// # fn main() -> Result<()> {
/// let router = EventRouter::builder(EventKeys::new().encrypt_key("kudryavka"))
///     .on_raw("im.message.receive_v1", |event: Event<lark_core::Value>| async move {
///         println!("{}", event.payload["message"]["content"]);
///         Ok(())
///     })
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct EventRouter(Arc<Inner>);

pub(super) struct Inner {
    pub(super) door: Door,
    pub(super) works: Arc<Works>,
    pub(super) capacity: u32,
    pub(super) is_closing: AtomicBool,
}

impl fmt::Debug for EventRouter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let free = self.0.works.permits.available_permits();
        f.debug_struct("EventRouter")
            .field("capacity", &self.0.capacity)
            .field("free", &free)
            .finish_non_exhaustive()
    }
}

impl EventRouter {
    /// A router for the app with these keys.
    pub fn builder(keys: EventKeys) -> EventRouterBuilder {
        EventRouterBuilder::new(keys)
    }

    pub(super) fn new(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    /// Answers a push. `body` must be the bytes as they came: they are what is signed.
    ///
    /// Needs a tokio runtime. Dropping the future does not stop a handler that has begun.
    pub async fn handle(&self, headers: &HeaderMap, body: impl Into<Bytes>) -> EventReply {
        let (since, body) = (Instant::now(), body.into());
        let opened = self.0.door.open(headers, &body);
        self.answer(opened, body.len(), since).await
    }

    /// Answers a push that is neither encrypted nor signed, from a channel that has proven its
    /// origin: the long connection, or a test. Never give it what comes over HTTP.
    pub async fn handle_trusted(&self, body: impl Into<Bytes>) -> EventReply {
        let (since, body) = (Instant::now(), body.into());
        let opened = self.0.door.open_trusted(&body);
        self.answer(opened, body.len(), since).await
    }

    async fn answer(
        &self,
        opened: Result<Opened, Rejection>,
        size: usize,
        since: Instant,
    ) -> EventReply {
        // Only the hook wants it.
        let mut event_type: Arc<str> = Arc::default();
        let reply = match opened {
            Err(rejection) => {
                let (reason, hint) = (rejection.as_str(), rejection.hint());
                tracing::warn!(target: "lark_core::event", reason, size, hint, "push refused");
                EventReply::new(EventOutcome::Rejected(rejection))
            }
            Ok(Opened::Challenge(challenge)) => EventReply::challenge(&challenge),
            Ok(Opened::Event(delivery)) => {
                if self.0.works.on_outcome.is_some() {
                    event_type = delivery.event.header().event_type.as_str().into();
                }
                self.dispatch(delivery, event_type.clone(), since).await
            }
        };
        self.0.works.report(reply.outcome, &event_type, since, false);
        reply
    }

    async fn dispatch(
        &self,
        delivery: Delivery,
        event_type: Arc<str>,
        since: Instant,
    ) -> EventReply {
        if self.0.is_closing.load(Ordering::SeqCst) {
            return EventReply::new(EventOutcome::Closing);
        }
        let works = &self.0.works;
        let Delivery { event, is_callback, signature } = delivery;
        let event = match event {
            Found::Pending(event) => event,
            Found::Ignored(EventHeader { event_type, .. }) => {
                tracing::debug!(target: "lark_core::event", event_type, "no handler");
                return EventReply::to(is_callback, EventOutcome::Ignored, None);
            }
        };
        let (job, mut answer) = Job::new(works, event, signature, is_callback, event_type, since);
        let mut work = Box::pin(works.clone().process(job));
        // Most handlers are done at once and need neither a task nor a timer. The others get a task
        // of their own, which the end of the connection does not stop.
        if poll_fn(|cx| Poll::Ready(work.as_mut().poll(cx).is_pending())).await {
            tokio::spawn(work);
        } else if let Ok(reply) = answer.try_recv() {
            return reply;
        }
        let limit = if is_callback { works.callback_timeout } else { works.ack_timeout };
        match timeout(limit, answer).await {
            Ok(Ok(reply)) => reply,
            Ok(Err(_)) => EventReply::new(EventOutcome::Stopped),
            Err(_) => EventReply::to(is_callback, EventOutcome::StillRunning, None),
        }
    }

    /// How often an outcome came since the router was built.
    #[must_use]
    pub fn count(&self, outcome: EventOutcome) -> u64 {
        self.0.works.counters.get(outcome)
    }

    /// How many events wait for their turn or are being handled.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        (self.0.capacity as usize).saturating_sub(self.0.works.permits.available_permits())
    }

    /// The largest body that is looked at, in bytes: a server need not read more.
    #[must_use]
    pub fn max_body_size(&self) -> usize {
        self.0.door.max_body_size
    }

    /// Whether [`shutdown`](Self::shutdown) has begun. Then a load balancer should send elsewhere.
    #[must_use]
    pub fn is_closing(&self) -> bool {
        self.0.is_closing.load(Ordering::SeqCst)
    }

    /// Takes no more events (they are answered 503, and the platform pushes them again), waits at
    /// most `limit` for those at work, and stops the rest. A stopped one was not acknowledged,
    /// except under [`Acknowledge::First`](crate::Acknowledge::First): then what is given back here
    /// is lost unless the caller keeps it.
    pub async fn shutdown(&self, limit: Duration) -> ShutdownReport {
        self.0.is_closing.store(true, Ordering::SeqCst);
        let works = &self.0.works;
        let all = || works.permits.acquire_many(self.0.capacity);
        if timeout(limit, all()).await.is_err() {
            works.stop.close();
            // A handler that blocks its thread cannot be stopped; the others are at once.
            _ = timeout(STOPPING, all()).await;
        }
        let stopped =
            std::mem::take(&mut *works.stopped.lock().unwrap_or_else(PoisonError::into_inner));
        let heads = stopped.iter().filter_map(|raw| match self.0.door.open_trusted(raw) {
            Ok(Opened::Event(delivery)) => Some(delivery.event.header().clone()),
            _ => None,
        });
        ShutdownReport { stopped: heads.collect() }
    }
}

/// What a shutdown left.
#[derive(Debug)]
#[non_exhaustive]
pub struct ShutdownReport {
    /// The events whose handlers were stopped or had not begun.
    pub stopped: Vec<EventHeader>,
}
