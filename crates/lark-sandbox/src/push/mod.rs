//! Pushes: events and callbacks that the platform sends to an app, as the platform sends them.
//!
//! An event is kept in the [`DeliveryLog`](delivery_log::DeliveryLog) until it is delivered or given
//! up; the [`worker`] sends what is due by the sandbox's clock. Callbacks are sent once, and
//! their response goes to the caller.

mod pusher;

// Who gets what.
mod subscription;
mod ticket_schedule;
mod url_check;

// The way of an event.
mod attempt;
mod client;
mod delivery_log;
mod event;
mod receipt;
mod shuffle;
mod sign;
mod worker;

// What is no event of the platform.
mod callback;
mod callback_result;
mod forgery;

pub(crate) use callback::Callback;
pub use callback_result::CallbackResult;
pub use delivery_log::{PushAttempt, PushState};
pub(crate) use event::{Event, Recipient};
pub use forgery::Forgery;
pub(crate) use pusher::Pusher;
pub use receipt::{PushFailure, Receipt};
pub(crate) use subscription::{Keys, Purpose};

use std::fmt;

/// Why a push was not made: what is wrong with the request for it, or with the app's receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushError(String);

impl PushError {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

impl fmt::Display for PushError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for PushError {}
