//! Every generated operation as a value.

use std::fmt::Debug;

use lark_core::{EventPayload, Listed, Operation, Paged};

/// Is shown every operation and event by [`generated`](crate::generated).
pub trait Visitor {
    /// An operation, with the required inputs only and with all.
    fn operation<O: Operation + Clone + 'static>(&mut self, minimal: O, full: O);

    /// An operation whose answer is a page of a list.
    fn items<O: Listed<Item: Debug>>(&mut self, _minimal: O) {}

    /// An operation whose answer is a page, but not of one list.
    fn pages<O: Paged<Response: Debug>>(&mut self, _minimal: O) {}

    /// An event.
    fn event<E: EventPayload + 'static>(&mut self);
}
