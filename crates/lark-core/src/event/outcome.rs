//! What became of a push, for metrics.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http::StatusCode;

use super::rejection::Rejection;

/// What became of a push, or of a handler that went on after its push was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EventOutcome {
    /// The handler returned `Ok`. Status 200.
    Handled,
    /// The handler returned `Err`. Status 500; a redelivery is handled again.
    Failed,
    /// The handler panicked. Status 500; a redelivery is handled again.
    Panicked,
    /// The handler was stopped at its limit. Status 500; a redelivery is handled again.
    TimedOut,
    /// Accepted, and not handled yet ([`Acknowledge::First`](crate::Acknowledge)). Status 200.
    Accepted,
    /// The handler goes on beyond its `ack_timeout`. An event is answered 503, so that the platform asks
    /// again later; a callback 200 with the reply that changes nothing.
    StillRunning,
    /// Handled before. Status 200.
    Duplicate,
    /// Another instance is at it. Status 503.
    InProgress,
    /// Nobody asked for this type. Status 200.
    Ignored,
    /// A URL check, answered. Status 200.
    Challenge,
    /// The router is at its capacity. Status 503.
    Busy,
    /// The router is shutting down. Status 503.
    Closing,
    /// Stopped by the shutdown. Status 503.
    Stopped,
    /// The dedup store failed. Status 503.
    StoreFailed,
    /// Not let in.
    Rejected(Rejection),
}

const PLAIN: [EventOutcome; 14] = [
    EventOutcome::Handled,
    EventOutcome::Failed,
    EventOutcome::Panicked,
    EventOutcome::TimedOut,
    EventOutcome::Accepted,
    EventOutcome::StillRunning,
    EventOutcome::Duplicate,
    EventOutcome::InProgress,
    EventOutcome::Ignored,
    EventOutcome::Challenge,
    EventOutcome::Busy,
    EventOutcome::Closing,
    EventOutcome::Stopped,
    EventOutcome::StoreFailed,
];

impl EventOutcome {
    /// All outcomes, to register metrics ahead.
    pub fn all() -> impl Iterator<Item = Self> {
        PLAIN.into_iter().chain(Rejection::ALL.into_iter().map(Self::Rejected))
    }

    /// The name in snake case, for metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Handled => "handled",
            Self::Failed => "failed",
            Self::Panicked => "panicked",
            Self::TimedOut => "timed_out",
            Self::Accepted => "accepted",
            Self::StillRunning => "still_running",
            Self::Duplicate => "duplicate",
            Self::InProgress => "in_progress",
            Self::Ignored => "ignored",
            Self::Challenge => "challenge",
            Self::Busy => "busy",
            Self::Closing => "closing",
            Self::Stopped => "stopped",
            Self::StoreFailed => "store_failed",
            Self::Rejected(rejection) => rejection.as_str(),
        }
    }

    pub(super) fn status(self) -> StatusCode {
        match self {
            Self::Handled | Self::Accepted | Self::Duplicate | Self::Ignored | Self::Challenge => {
                StatusCode::OK
            }
            Self::Failed | Self::Panicked | Self::TimedOut => StatusCode::INTERNAL_SERVER_ERROR,
            Self::StillRunning
            | Self::InProgress
            | Self::Busy
            | Self::Closing
            | Self::Stopped
            | Self::StoreFailed => StatusCode::SERVICE_UNAVAILABLE,
            Self::Rejected(rejection) => rejection.status(),
        }
    }

    fn index(self) -> usize {
        let place = |of: Self| PLAIN.iter().position(|outcome| *outcome == of);
        match self {
            Self::Rejected(rejection) => {
                PLAIN.len() + Rejection::ALL.iter().position(|it| *it == rejection).unwrap_or(0)
            }
            plain => place(plain).unwrap_or(0),
        }
    }
}

/// One outcome, as the hook [`on_outcome`](crate::EventRouterBuilder::on_outcome) sees it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct EventReport<'a> {
    /// What became of the push.
    pub outcome: EventOutcome,
    /// The type; empty if the push was refused or was no event.
    pub event_type: &'a str,
    /// Since the push came.
    pub elapsed: Duration,
    /// Whether this is how a handler ended whose push had been answered before
    /// ([`StillRunning`](EventOutcome::StillRunning), [`Accepted`](EventOutcome::Accepted)).
    pub is_after_response: bool,
}

/// How often each outcome came.
#[derive(Default)]
pub(super) struct Counters([AtomicU64; PLAIN.len() + Rejection::ALL.len()]);

impl Counters {
    pub(super) fn count(&self, outcome: EventOutcome) {
        self.0[outcome.index()].fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn get(&self, outcome: EventOutcome) -> u64 {
        self.0[outcome.index()].load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::EventOutcome;

    #[test]
    fn each_outcome_has_its_own_name_and_counter() {
        let names: HashSet<_> = EventOutcome::all().map(EventOutcome::as_str).collect();
        let places: HashSet<_> = EventOutcome::all().map(EventOutcome::index).collect();
        assert_eq!((names.len(), places.len()), (25, 25));
        assert_eq!(places.into_iter().max(), Some(24));
    }
}
