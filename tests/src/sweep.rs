//! Every generated operation as a value, and every event as a type.

use std::fmt::Debug;

use lark_core::{EventPayload, Json, Listed, Operation, Paged};

/// Is shown every operation by [`generated::visit`](crate::generated::visit).
pub trait Visitor {
    /// An operation, with the required inputs only and with all.
    fn operation<O: Operation + Clone + 'static>(&mut self, minimal: O, full: O);

    /// The first call that the README of a crate shows.
    fn first_call<O: Operation + 'static>(&mut self, _request: O) {}

    /// An operation whose answer is a page of a list.
    fn items<O: Listed<Item: Debug>>(&mut self, _minimal: O) {}

    /// An operation whose answer is a page, but not of one list.
    fn pages<O: Paged<Response: Debug>>(&mut self, _minimal: O) {}

    /// The model of an operation's response, if it has one.
    fn response<M: Json + Debug + PartialEq>(&mut self, _operation_id: &'static str) {}
}

/// Is shown every event by [`generated::visit_events`](crate::generated::visit_events).
pub trait EventVisitor {
    /// An event.
    fn visit<E: EventPayload + Json + Debug + PartialEq>(&mut self);
}
