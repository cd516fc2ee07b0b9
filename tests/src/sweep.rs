//! Every generated operation as a value.

use lark_core::{EventPayload, Operation};

/// Is shown every operation and event by [`generated`](crate::generated).
pub trait Visitor {
    /// An operation, with the required inputs only and with all.
    fn operation<O: Operation + Clone + 'static>(&mut self, minimal: O, full: O);

    /// An event.
    fn event<E: EventPayload + 'static>(&mut self);
}
