//! Reports, for metrics.

use std::time::Duration;

use lark_core::EventOutcome;

use crate::state::{Reason, State};

/// Called with each report.
pub(crate) type ReportHook = Box<dyn Fn(&Report<'_>) + Send + Sync>;

/// Something that happened, as passed to the hook [`on_report`](crate::Connection::on_report).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Report<'a> {
    /// The state has changed.
    State(&'a State),
    /// An event or a callback was answered.
    #[non_exhaustive]
    Acknowledged {
        /// What the router made of it.
        outcome: EventOutcome,
        /// Whether the platform need not send it again.
        is_final: bool,
        /// Time since its last frame arrived.
        elapsed: Duration,
    },
    /// A frame was not passed on, and not acknowledged.
    #[non_exhaustive]
    Discarded {
        /// Why.
        why: Discarded,
    },
    /// An open connection has ended.
    #[non_exhaustive]
    Lost {
        /// Why.
        reason: Reason,
        /// How long it was open.
        lived: Duration,
        /// Time since its last frame.
        silence: Duration,
    },
}

/// Why a frame was not passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Discarded {
    /// It is no frame, or not one that a server sends.
    Malformed,
    /// A part of an event that cannot be put together, or whose other parts did not come in time.
    Fragment,
    /// An old card callback. The platform's own SDKs drop them as well: they exist over HTTP only.
    OldCard,
    /// The connection is about to close. The platform sends the event again.
    Closing,
    /// More events wait than the process can hold. It was answered with an error, and the platform
    /// sends it again.
    Full,
}

impl Discarded {
    /// The name in snake case, for metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Fragment => "fragment",
            Self::OldCard => "old_card",
            Self::Closing => "closing",
            Self::Full => "full",
        }
    }
}
