//! Subscribers of traces that a test has for itself.

use std::sync::OnceLock;

use tracing::subscriber::{DefaultGuard, NoSubscriber};
use tracing::{Dispatch, Subscriber};

/// Sends what this thread traces to `subscriber` until the guard is dropped.
///
/// While a process has one subscriber, tracing asks the thread that first reaches a span or an event
/// whether anybody wants it, and keeps that answer for all threads. A test beside this one, on a
/// thread without a subscriber, would answer for it. With a second subscriber it asks each thread.
pub fn subscribe(subscriber: impl Subscriber + Send + Sync + 'static) -> DefaultGuard {
    static SECOND: OnceLock<Dispatch> = OnceLock::new();
    SECOND.get_or_init(|| Dispatch::new(NoSubscriber::new()));
    tracing::subscriber::set_default(subscriber)
}
