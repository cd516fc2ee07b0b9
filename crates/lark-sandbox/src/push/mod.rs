//! Pushes: events and callbacks that the platform sends to an app, as the platform sends them.
//!
//! An event is kept in the [`DeliveryLog`] until it is delivered or given up; the [`worker`] sends what is
//! due by the sandbox's clock. Callbacks are sent once, and their answer goes to whoever waits.

mod attempt;
mod callback;
mod callback_result;
mod challenge;
mod client;
mod delivery_log;
mod event;
mod forgery;
mod hourly_ticket;
mod receipt;
mod shuffle;
mod sign;
mod subscription;
mod worker;

pub(crate) use attempt::{publish, push, redeliver, settle};
pub(crate) use callback::{Callback, call};
pub(crate) use challenge::{Purpose, subscribe, unsubscribe};
pub(crate) use event::Event;
pub(crate) use forgery::forge;
pub(crate) use shuffle::push_shuffled;
pub(crate) use subscription::set_keys;
pub(crate) use worker::run;

pub use callback_result::CallbackResult;
use delivery_log::DeliveryLog;
pub use delivery_log::{PushAttempt, PushState};
pub use forgery::Forgery;
pub use receipt::{PushFailure, Receipt};

use std::fmt;
use std::sync::{Mutex, MutexGuard};

use tokio::sync::Notify;

use client::Clients;

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

/// Everything about pushes that one sandbox has.
#[derive(Default)]
pub(crate) struct Pusher {
    book: Mutex<DeliveryLog>,
    clients: Clients,
    /// Something may be due.
    wake: Notify,
    /// A push has ended.
    ended: Notify,
}

impl Pusher {
    pub(crate) fn book(&self) -> MutexGuard<'_, DeliveryLog> {
        crate::lock(&self.book)
    }

    /// Has the worker look at the clock.
    pub(crate) fn wake(&self) {
        self.wake.notify_one();
    }
}
