//! Handles one stored event.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::time::Instant;
use tracing::Instrument as _;

use super::super::metrics::Moment;
use super::super::outcome::EventOutcome;
use super::super::router::Inner;
use super::super::verify::Verified;
use super::engine::Engine;
use super::reception::Traces;
use super::store::StoredEvent;
use crate::util::{caught, try_run};

/// How an attempt ended.
pub(super) enum Verdict {
    /// The handler returned `Ok`, after so long.
    Handled(Duration),
    /// It has to be handled again; why.
    Failed(String),
    /// The shutdown stopped it, the router is gone, or the partition may be: as if it had not begun.
    Stopped,
}

/// Calls the handler of an event, if it is still this process's to handle.
pub(super) async fn handle(
    router: Weak<Inner>,
    event: &StoredEvent,
    traces: &Traces,
    is_ours: impl Fn() -> bool + Send,
) -> Verdict {
    let Some(router) = router.upgrade() else { return Verdict::Stopped };
    let start = Instant::now();
    let span = tracing::info_span!(
        target: "lark_core::event",
        "inbox_event",
        event_id = event.event_id,
        attempt = event.attempts,
        reception = event.reception,
        stored_ms_ago = u64::try_from(event.age.as_millis()).unwrap_or(u64::MAX),
    );
    let mut why = None;
    let work = async {
        event.reception.as_deref().inspect(|it| traces.link(it));
        run(&router, event, is_ours, &mut why).await
    };
    // Whatever else panics, such as a subscriber of traces, must not end the partition.
    let outcome = caught(|| Box::pin(work.instrument(span))).await;
    let outcome = outcome.unwrap_or(EventOutcome::Panicked);
    match outcome {
        EventOutcome::Handled => Verdict::Handled(start.elapsed()),
        EventOutcome::Stopped => Verdict::Stopped,
        other => Verdict::Failed(why.unwrap_or_else(|| other.as_str().to_owned())),
    }
}

async fn run(
    router: &Inner,
    event: &StoredEvent,
    is_ours: impl Fn() -> bool + Send,
    why: &mut Option<String>,
) -> EventOutcome {
    let Inner { verifier, dispatcher, .. } = router;
    let mut push = dispatcher.metrics.start();
    let outcome = match verifier.trust(&event.body) {
        Ok(Verified::Event(delivery)) => {
            if let Some(push) = &mut push {
                push.set_header(delivery.event.header());
            }
            let note = |error: &super::super::handler_error::HandlerError| {
                *why = Some(error.to_string());
            };
            // Looked at last: whatever passes between this and the handler is a time in which a process that
            // is stopped starts a handler after another has taken over.
            if !is_ours() {
                return EventOutcome::Stopped;
            }
            dispatcher.run_noting(delivery.event, note).await.0
        }
        Ok(_) => {
            // During a deploy, another process may have one.
            *why = Some(format!("no handler for {}", event.event_type));
            EventOutcome::Failed
        }
        Err(rejection) => {
            *why = Some(format!("{}: {}", rejection.as_str(), rejection.hint()));
            EventOutcome::Failed
        }
    };
    _ = try_run(|| dispatcher.metrics.record(outcome, Moment::AfterReply, push.as_ref()));
    outcome
}

/// Counts an event that is being handled.
pub(super) struct InWork(Arc<Engine>);

impl InWork {
    pub(super) fn new(engine: &Arc<Engine>) -> Self {
        engine.in_work.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(engine))
    }
}

impl Drop for InWork {
    fn drop(&mut self) {
        self.0.in_work.fetch_sub(1, Ordering::Relaxed);
    }
}
