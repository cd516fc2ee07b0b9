//! Takes events from the router into the inbox.

use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::time::{Instant, timeout};
use tracing::Instrument as _;

use super::super::app_ticket::APP_TICKET;
use super::super::dedup::dedup_keys;
use super::super::outcome::EventOutcome;
use super::super::reply::PushKind;
use super::super::router::Inner;
use super::super::verify::Delivery;
use super::appender::{self, Appender};
use super::engine::Engine;
use super::store::{Appended, NewEvent};
use super::supervisor;
use crate::call::random_uuid;
use crate::store::StoreError;
use crate::util::{spawn, try_run};

/// The platform waits for 3 s, the rest is for the network.
const LIMIT: Duration = Duration::from_millis(2500);

/// The inbox of a router.
pub(in crate::event) struct Intake {
    engine: Arc<Engine>,
    appender: Appender,
}

impl Intake {
    /// Starts the tasks of the inbox, which end with the router.
    pub(super) fn start(engine: Arc<Engine>, router: Weak<Inner>) -> Self {
        let (appender, queue) = Appender::new();
        spawn(appender::run(Arc::clone(&engine), queue));
        spawn(supervisor::run(Arc::clone(&engine), router));
        Self { engine, appender }
    }

    /// Whether it stores such an event: not one whose sender waits for the reply, nor an app ticket, which
    /// has a store of its own.
    pub(in crate::event) fn takes(delivery: &Delivery) -> bool {
        let event_type = &delivery.event.header().event_type;
        delivery.kind == PushKind::Event && event_type != APP_TICKET
    }

    /// Stores an event. It has its place in the order once this was polled.
    pub(in crate::event) async fn accept(&self, delivery: Delivery) -> EventOutcome {
        let Delivery { event, signature, .. } = delivery;
        // The ordering key may come from a closure of the user.
        let Ok(ordering_key) = try_run(|| event.ordering_key().map(std::borrow::Cow::into_owned))
        else {
            tracing::error!(target: "lark_core::event", "the ordering key of an event panicked");
            return EventOutcome::Panicked;
        };
        let mut keys = dedup_keys(&*event, signature);
        let header = event.header();
        if keys.is_empty() {
            keys.push(random_uuid());
        }
        let ordering_key = ordering_key.unwrap_or_else(|| keys[0].clone());
        let event_type = &*header.event_type;
        let span = tracing::info_span!(
            target: "lark_core::event",
            "inbox_reception",
            event_id = header.event_id,
            event_type,
            reception = tracing::field::Empty,
        );
        // The span of the handler, maybe in another process, has it as well.
        let reception = span.in_scope(|| self.engine.options.traces.capture());
        reception.as_deref().inspect(|it| _ = span.record("reception", *it));
        let event = NewEvent {
            partition: self.engine.partition(&ordering_key),
            ordering_key,
            keys,
            event_id: header.event_id.clone(),
            event_type: header.event_type.clone(),
            body: header.raw.clone(),
            delay: None,
            reception,
        };
        self.append(event).instrument(span).await
    }

    async fn append(&self, event: NewEvent) -> EventOutcome {
        tracing::debug!(target: "lark_core::event", event_id = event.event_id, "into the inbox");
        match timeout(LIMIT, self.appender.append(event)).await {
            Ok(Ok(Appended::Stored)) => EventOutcome::Accepted,
            Ok(Ok(Appended::Known)) => EventOutcome::Duplicate,
            Ok(Ok(Appended::Full)) => {
                tracing::warn!(target: "lark_core::event", "the inbox is full: the platform sends again");
                EventOutcome::Busy
            }
            Ok(Err(error)) => refuse(&error),
            Err(_) => refuse(&StoreError::new(format!("no answer within {LIMIT:?}"))),
        }
    }

    /// Ends the handling of events, see [`Inbox::drain`](super::Inbox::drain). Returns what is left of the
    /// limit.
    pub(in crate::event) async fn drain(&self, limit: Duration) -> Duration {
        let start = Instant::now();
        self.engine.drain(limit).await;
        limit.saturating_sub(start.elapsed())
    }
}

fn refuse(error: &StoreError) -> EventOutcome {
    // The text is the user's.
    _ = try_run(|| tracing::error!(target: "lark_core::event", %error, "the inbox stored nothing"));
    EventOutcome::StoreFailed
}
