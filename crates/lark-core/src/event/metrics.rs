//! Counters of outcomes, and the hook that sees each.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use super::header::EventHeader;
use super::outcome::EventOutcome;
use crate::util::run_hook;

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

/// What the hook learns of a push besides its outcome.
#[derive(Clone)]
pub(super) struct PushInfo {
    received_at: Instant,
    event_type: Arc<str>,
}

/// When an outcome is known.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Moment {
    WithReply,
    AfterReply,
}

impl PushInfo {
    pub(super) fn set_header(&mut self, header: &EventHeader) {
        self.event_type = header.event_type.as_str().into();
    }
}

impl Metrics {
    pub(super) fn new(on_outcome: Option<OutcomeHook>) -> Self {
        Self { counters: [const { AtomicU64::new(0) }; EventOutcome::COUNT], on_outcome }
    }

    /// Starts the clock of a push that has just arrived; `None` if there is no hook.
    pub(super) fn start(&self) -> Option<PushInfo> {
        let info = || PushInfo { received_at: Instant::now(), event_type: Arc::default() };
        self.on_outcome.is_some().then(info)
    }

    /// Counts an outcome and calls the hook.
    pub(super) fn record(&self, outcome: EventOutcome, moment: Moment, push: Option<&PushInfo>) {
        self.counters[outcome.index()].fetch_add(1, Ordering::Relaxed);
        if let (Some(hook), Some(push)) = (&self.on_outcome, push) {
            let report = EventReport {
                outcome,
                event_type: &push.event_type,
                elapsed: push.received_at.elapsed(),
                is_after_response: moment == Moment::AfterReply,
            };
            run_hook("on_outcome", || hook(&report));
        }
    }

    pub(super) fn count(&self, outcome: EventOutcome) -> u64 {
        self.counters[outcome.index()].load(Ordering::Relaxed)
    }
}
