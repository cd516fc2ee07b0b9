//! What a connection is doing, and why it was lost.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// What a connection is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// It asks the platform for a server, opens the connection, or waits for its first frame.
    #[non_exhaustive]
    Connecting {
        /// How many attempts in a row have failed before this one.
        failures: u32,
    },
    /// It receives events.
    #[non_exhaustive]
    Connected {
        /// The platform's id of the connection (`device_id`), for its support.
        connection_id: Arc<str>,
    },
    /// It waits until it may try again.
    #[non_exhaustive]
    Waiting {
        /// Why there is no connection.
        reason: Reason,
        /// The same, in detail.
        detail: Arc<str>,
        /// How long it waits.
        delay: Duration,
    },
    /// It has ended.
    Stopped,
}

impl State {
    /// The name in snake case, for metrics.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Connecting { .. } => "connecting",
            Self::Connected { .. } => "connected",
            Self::Waiting { .. } => "waiting",
            Self::Stopped => "stopped",
        }
    }

    /// Whether it receives events.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        matches!(self, Self::Connected { .. })
    }
}

/// Why a connection was lost, or could not be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// No answer from the platform: no network, a proxy or a firewall in between, a timeout.
    Unreachable,
    /// The platform answered with an error that may pass.
    Refused,
    /// The app has as many connections as it may have. One must end first.
    TooManyConnections,
    /// The connection was opened, but no frame arrived.
    NoFirstFrame,
    /// The server closed the connection.
    Closed,
    /// The connection broke.
    Broken,
    /// No frame for the ping interval and 30 s.
    Silent,
    /// The server did not take what was sent.
    WriteTimedOut,
    /// The process or the machine was suspended, and the connection did not survive it.
    Suspended,
    /// [`Handle::reconnect`](crate::Handle::reconnect), or its
    /// [maximum age](crate::Connection::max_age).
    Planned,
}

impl Reason {
    /// The name in snake case, for metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Refused => "refused",
            Self::TooManyConnections => "too_many_connections",
            Self::NoFirstFrame => "no_first_frame",
            Self::Closed => "closed",
            Self::Broken => "broken",
            Self::Silent => "silent",
            Self::WriteTimedOut => "write_timed_out",
            Self::Suspended => "suspended",
            Self::Planned => "planned",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreachable => "the platform does not answer",
            Self::Refused => "the platform refused",
            Self::TooManyConnections => "the app has too many connections",
            Self::NoFirstFrame => "no frame arrived on the new connection",
            Self::Closed => "the server closed the connection",
            Self::Broken => "the connection broke",
            Self::Silent => "the connection was silent for too long",
            Self::WriteTimedOut => "the server took nothing for too long",
            Self::Suspended => "the process was suspended",
            Self::Planned => "a new connection was asked for",
        })
    }
}
