//! What a stopped connection leaves.

use lark_core::EventHeader;

/// The end of a connection that was asked to stop.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Ended {
    /// The events whose handlers were stopped, or had not begun. They were not acknowledged, so the
    /// platform sends them again, to another connection or to the next one of this app.
    pub stopped: Vec<EventHeader>,
}
