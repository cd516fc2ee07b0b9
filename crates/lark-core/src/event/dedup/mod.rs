//! Keeps events from being handled twice.

mod guarded;
mod keys;
mod memory;

pub(super) use self::guarded::{ClaimGuard, GuardedDedup};
#[cfg(feature = "inbox")]
pub(super) use self::keys::dedup_keys;
pub(super) use self::keys::{DedupKeys, KeyHashes};
pub use self::memory::MemoryDedup;

use std::sync::Arc;

use crate::store::StoreFuture;

/// Remembers which events were handled. The platform delivers at least once; this turns it into
/// "handled successfully once", for as long as the store remembers.
///
/// An event has one or two keys: its event id, and an id of its content (the message id) that it
/// keeps even under another event id. Keys are texts without NUL characters, and equal only if all
/// their bytes are.
///
/// A store that several instances share (Redis, SQL) must drop the claims of instances that died: at
/// a fixed time after the claim, but not before the router's `handler_timeout` (5 minutes by default)
/// is over. A store that is full may forget the oldest handled events, but no claims.
/// Claims are finished and released through the value that made them, so a store may give them an owner:
/// what another instance has claimed since is not touched then.
///
/// The router waits 2 s for a claim (1 s if a user waits for the reply to a callback) and 5 s for the
/// other methods, less when it shuts down; a panic is an error like any other. A claim that comes too
/// late stays until the store drops it as that of an instance that died.
///
/// To test your own store, run the tests of `lark_core::conformance` (feature `conformance`) on it.
pub trait Dedup: Send + Sync {
    /// Claims all of `keys`, or none if any of them is [`Claim::InProgress`] or [`Claim::Done`]. If
    /// some are in progress and others done, it returns either. A rejected claim changes nothing, so
    /// it does not extend the claim of another either.
    ///
    /// # Errors
    /// The store failed. The router replies 503, or handles the event without dedup if the platform
    /// would not push it again.
    fn claim<'a>(&'a self, keys: &'a [String]) -> StoreFuture<'a, Claim>;

    /// Records that the claimed event was handled. Keep it for more than 7 hours and 6 minutes, when
    /// the platform makes its last attempt.
    ///
    /// # Errors
    /// The store failed. The router logs it.
    fn finish<'a>(&'a self, keys: &'a [String]) -> StoreFuture<'a, ()>;

    /// Drops the claim, because the handler failed and a redelivery must be handled.
    ///
    /// # Errors
    /// The store failed. The router logs it.
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

/// What a store knows about an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Nothing. The event is claimed now.
    New,
    /// Another delivery has claimed it and is handling it.
    InProgress,
    /// It was handled.
    Done,
}
