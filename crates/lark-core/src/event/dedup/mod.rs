//! Keeps an event from being handled twice.

mod memory;

pub use self::memory::MemoryDedup;

use std::sync::Arc;

use crate::store::StoreFuture;

/// Remembers which events were handled. The platform delivers at least once; this makes of it
/// "handled successfully once" as far as the store remembers.
///
/// An event has up to two keys: its event id, and an id of its content (the message id) under which
/// it may come with another event id. A store for several instances (Redis, SQL) must let go of
/// claims whose instance died, after longer than the router's handler limit (5 minutes by default).
pub trait Dedup: Send + Sync {
    /// Claims all of `keys`, or none of them if any is [`Claim::InProgress`] or [`Claim::Done`].
    fn claim<'a>(&'a self, keys: &'a [String]) -> StoreFuture<'a, Claim>;

    /// Notes that the claimed event was handled. Remember it for more than 7 hours and 6 minutes,
    /// after which the platform's last attempt comes.
    fn finish<'a>(&'a self, keys: &'a [String]) -> StoreFuture<'a, ()>;

    /// Forgets the claim: the handler failed, and a redelivery is to be handled.
    fn release<'a>(&'a self, keys: &'a [String]) -> StoreFuture<'a, ()>;
}

impl<T: Dedup + ?Sized> Dedup for Arc<T> {
    fn claim<'a>(&'a self, keys: &'a [String]) -> StoreFuture<'a, Claim> {
        (**self).claim(keys)
    }

    fn finish<'a>(&'a self, keys: &'a [String]) -> StoreFuture<'a, ()> {
        (**self).finish(keys)
    }

    fn release<'a>(&'a self, keys: &'a [String]) -> StoreFuture<'a, ()> {
        (**self).release(keys)
    }
}

/// What a store knows of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Nothing; now it is claimed.
    New,
    /// Somebody else has claimed it and is at it.
    InProgress,
    /// It was handled.
    Done,
}
