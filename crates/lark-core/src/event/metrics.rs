//! Counters of outcomes, and the hook that sees each.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use super::header::EventHeader;
use super::outcome::EventOutcome;

/// One outcome, as the hook [`on_outcome`](crate::EventRouterBuilder::on_outcome) sees it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct EventReport<'a> {
    /// What happened to the push.
    pub outcome: EventOutcome,
    /// The event type; empty if the push was rejected or was a URL check.
    pub event_type: &'a str,
    /// Time since the push arrived.
    pub elapsed: Duration,
    /// Whether a handler ended after its push was answered
    /// ([`StillRunning`](EventOutcome::StillRunning), [`Accepted`](EventOutcome::Accepted)).
    pub is_after_response: bool,
}

/// Called with each outcome.
pub(super) type OutcomeHook = Box<dyn Fn(&EventReport<'_>) + Send + Sync>;

/// The metrics of a router.
pub(super) struct Metrics {
    counters: [AtomicU64; EventOutcome::COUNT],
    on_outcome: Option<OutcomeHook>,
}

/// What metrics know of a push before its outcome.
#[derive(Clone)]
pub(super) struct PushInfo {
    received_at: Instant,
    /// Empty if no hook wants it.
    event_type: Arc<str>,
}

/// When an outcome is known.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Moment {
    WithReply,
    AfterReply,
}

impl Metrics {
    pub(super) fn new(on_outcome: Option<OutcomeHook>) -> Self {
        Self { counters: [const { AtomicU64::new(0) }; EventOutcome::COUNT], on_outcome }
    }

    pub(super) fn push(&self, received_at: Instant, header: Option<&EventHeader>) -> PushInfo {
        let event_type = match header {
            Some(header) if self.on_outcome.is_some() => header.event_type.as_str().into(),
            _ => Arc::default(),
        };
        PushInfo { received_at, event_type }
    }

    /// Counts an outcome and calls the hook.
    pub(super) fn record(&self, outcome: EventOutcome, moment: Moment, push: &PushInfo) {
        self.counters[outcome.index()].fetch_add(1, Ordering::Relaxed);
        if let Some(hook) = &self.on_outcome {
            hook(&EventReport {
                outcome,
                event_type: &push.event_type,
                elapsed: push.received_at.elapsed(),
                is_after_response: moment == Moment::AfterReply,
            });
        }
    }

    pub(super) fn count(&self, outcome: EventOutcome) -> u64 {
        self.counters[outcome.index()].load(Ordering::Relaxed)
    }
}
