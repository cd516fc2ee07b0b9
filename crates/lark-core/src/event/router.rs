//! From a push to its reply.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use tokio::time::timeout;

use super::dispatcher::{Begun, Dispatcher};
use super::header::EventHeader;
use super::metrics::{Moment, PushInfo};
use super::outcome::{EventOutcome, Rejection};
use super::reply::{EventReply, PushKind, challenge_body};
#[cfg(feature = "inbox")]
use super::verify::Delivery;
use super::verify::{Verified, Verifier};
use crate::util::lock;

/// How long the shutdown waits for handlers to stop.
const STOP_TIMEOUT: Duration = Duration::from_secs(1);

/// Receives the pushes of the platform, from any HTTP server: headers and body in, status and body
/// out. Clones share everything.
///
/// **Delivery.** The router replies 200 only after the handler returned `Ok` (or, with
/// [`Acknowledge::First`](crate::Acknowledge::First), as soon as it has accepted the event). The
/// platform pushes everything else again after 15 s, 5 min, 1 h and 6 h, so an event is delivered at
/// least once. The router remembers handled events by event id and message id for 8 hours and answers
/// their redeliveries without a second run; an event whose handler failed, panicked or timed out is
/// forgotten and handled again. Events with the same
/// [ordering key](crate::EventPayload::ordering_key) (the chat, the user, the task) are handled one at
/// a time, in the order of their arrival; others run concurrently. At capacity and during a shutdown
/// the router replies 503 instead of dropping events. The platform never pushes a callback again: its
/// handler has 2.5 s, then the user gets the reply that changes nothing.
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
    pub(super) verifier: Verifier,
    pub(super) dispatcher: Arc<Dispatcher>,
    #[cfg(feature = "inbox")]
    pub(super) inbox: std::sync::OnceLock<super::inbox::Intake>,
}

impl fmt::Debug for EventRouter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventRouter")
            .field("capacity", &self.0.dispatcher.places.capacity())
            .field("in_flight", &self.in_flight())
            .finish_non_exhaustive()
    }
}

impl EventRouter {
    pub(super) fn new(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    #[cfg(feature = "inbox")]
    pub(super) fn start_inbox(&self, inbox: &super::inbox::Inbox) {
        _ = self.0.inbox.set(inbox.start(Arc::downgrade(&self.0)));
    }

    /// Handles a push and returns the reply. `body` must be the bytes as they arrived, because the
    /// signature covers them.
    ///
    /// Needs a tokio runtime. Dropping the future does not stop a handler that is running.
    pub async fn handle(&self, headers: &HeaderMap, body: impl Into<Bytes>) -> EventReply {
        let (begun, push) = self.begin(body.into(), |body| self.0.verifier.verify(headers, body));
        self.reply(begun, push).await
    }

    /// Handles a push that is neither encrypted nor signed, from a channel that has proven its
    /// origin: a queue behind a gateway that has verified it, or a test. Never pass what arrives over
    /// HTTP.
    pub async fn handle_trusted(&self, body: impl Into<Bytes>) -> EventReply {
        let (begun, push) = self.begin(body.into(), |body| self.0.verifier.trust(body));
        self.reply(begun, push).await
    }

    /// Does all that needs no waiting. What is only needed here does not make the future larger.
    fn begin(
        &self,
        body: Bytes,
        verify: impl FnOnce(&Bytes) -> Result<Verified, Rejection>,
    ) -> (Begun<'_>, Option<PushInfo>) {
        let Inner { dispatcher, .. } = &*self.0;
        let mut push = dispatcher.metrics.start();
        let verified = verify(&body);
        if let (Some(push), Ok(verified)) = (&mut push, &verified) {
            verified.header().into_iter().for_each(|header| push.set_header(header));
        }
        let reply = match verified {
            Err(rejection) => {
                let (reason, hint, size) = (rejection.as_str(), rejection.hint(), body.len());
                tracing::warn!(target: "lark_core::event", reason, size, hint, "push rejected");
                EventReply::new(PushKind::Event, EventOutcome::Rejected(rejection), None)
            }
            Ok(Verified::Challenge(challenge)) => {
                let body = challenge_body(&challenge);
                EventReply::new(PushKind::Event, EventOutcome::Challenge, Some(body))
            }
            Ok(_) if self.is_closing() => {
                EventReply::new(PushKind::Event, EventOutcome::Closing, None)
            }
            Ok(Verified::Unhandled { header: EventHeader { event_type, .. }, kind }) => {
                tracing::debug!(target: "lark_core::event", event_type, "no handler");
                EventReply::new(kind, EventOutcome::Ignored, None)
            }
            #[cfg(feature = "inbox")]
            Ok(Verified::Event(delivery))
                if self.0.inbox.get().is_some() && super::inbox::Intake::takes(&delivery) =>
            {
                return (Begun::Waiting(Box::pin(self.store(delivery))), push);
            }
            Ok(Verified::Event(delivery)) => {
                let begun = dispatcher.dispatch(delivery, push.clone());
                return (begun, push);
            }
        };
        (Begun::Replied(reply), push)
    }

    /// Accepts an event by storing it.
    #[cfg(feature = "inbox")]
    async fn store(&self, delivery: Delivery) -> EventReply {
        let Inner { dispatcher, inbox, .. } = &*self.0;
        let _under_way = dispatcher.places.enter();
        let outcome = match inbox.get() {
            Some(inbox) => inbox.accept(delivery).await,
            None => EventOutcome::StoreFailed,
        };
        EventReply::new(PushKind::Event, outcome, None)
    }

    async fn reply(&self, begun: Begun<'_>, push: Option<PushInfo>) -> EventReply {
        let reply = match begun {
            Begun::Replied(reply) => reply,
            Begun::Working(work) => work.reply().await,
            Begun::Waiting(reply) => reply.await,
        };
        self.0.dispatcher.metrics.record(reply.outcome, Moment::WithReply, push.as_ref());
        reply
    }

    /// The number of times that an outcome occurred since the router was built.
    #[must_use]
    pub fn count(&self, outcome: EventOutcome) -> u64 {
        self.0.dispatcher.metrics.count(outcome)
    }

    /// The number of events that wait for their turn or are being handled.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.0.dispatcher.places.under_way()
    }

    /// The largest accepted body, in bytes. A server need not read more.
    #[must_use]
    pub fn max_body_size(&self) -> usize {
        self.0.verifier.max_body_size
    }

    /// Whether [`shutdown`](Self::shutdown) has begun, and a load balancer should send pushes
    /// elsewhere.
    #[must_use]
    pub fn is_closing(&self) -> bool {
        self.0.dispatcher.is_closing.load(Ordering::SeqCst)
    }

    /// Stops accepting events (replies 503, and the platform pushes them again), waits up to `limit`
    /// for running handlers, then stops the rest. A stopped event was not acknowledged, except under
    /// [`Acknowledge::First`](crate::Acknowledge::First): then it is lost unless the caller keeps what
    /// the report returns.
    pub async fn shutdown(&self, limit: Duration) -> ShutdownReport {
        self.0.dispatcher.is_closing.store(true, Ordering::SeqCst);
        let Inner { dispatcher, verifier, .. } = &*self.0;
        #[cfg(feature = "inbox")]
        let limit = match self.0.inbox.get() {
            // What is being stored is stored, and what it stops is not lost.
            Some(inbox) => inbox.drain(limit).await,
            None => limit,
        };
        if timeout(limit, dispatcher.places.idle()).await.is_err() {
            dispatcher.stop.set();
            // A handler that blocks its thread cannot be stopped; the others stop at once.
            _ = timeout(STOP_TIMEOUT, dispatcher.places.idle()).await;
        }
        let stopped = std::mem::take(&mut *lock(&dispatcher.stopped));
        let headers = stopped.iter().filter_map(|raw| verifier.trust(raw).ok()?.header().cloned());
        ShutdownReport { stopped: headers.collect() }
    }
}

/// What a shutdown left undone.
#[derive(Debug)]
#[non_exhaustive]
pub struct ShutdownReport {
    /// The events whose handlers were stopped or had not begun.
    pub stopped: Vec<EventHeader>,
}
