//! What a client needs to keep rate limits together with other processes.

use std::sync::Arc;
use std::time::Duration;

use super::Rate;
use crate::store::StoreFuture;

/// Rate limits that the processes of a fleet keep together: a rate is one budget for all of them, and the
/// refusal of one call makes all of them wait. `RedisRateLimits` of
/// [`lark-redis`](https://docs.rs/lark-redis) is one; a client gets it by
/// [`ClientBuilder::shared_rate_limits`](crate::ClientBuilder::shared_rate_limits).
///
/// A client takes a panic for an error, and so no answer within 500 ms. It keeps the limits alone then, with
/// a warning, and asks again after 5 s.
///
/// To write your own, run the tests of `lark_core::conformance` (feature `conformance`) on it.
pub trait SharedRateLimits: Send + Sync {
    /// Takes permits for calls, and keeps them from all others. Times are those of one clock, such as
    /// that of the server: the clocks of processes differ.
    ///
    /// # Errors
    /// Nothing was taken, or nobody knows.
    fn take<'a>(&'a self, request: PermitRequest<'a>) -> StoreFuture<'a, Permits>;

    /// Tells all others that the platform has refused a call of `key`. Until the pause is over, permits of
    /// the key are for times after it.
    ///
    /// # Errors
    /// They may not get to know.
    fn refused<'a>(&'a self, key: &'a str, refusal: Refusal) -> StoreFuture<'a, ()>;

    /// Calls `hear` with the key of each refusal that is told from now on, at once. Whether those of this
    /// process are among them does not matter. A client listens as long as it is used.
    ///
    /// # Errors
    /// It hears nothing any more. Without an error it is never done.
    fn listen<'a>(&'a self, hear: &'a (dyn Fn(&str, Refusal) + Send + Sync))
    -> StoreFuture<'a, ()>;
}

impl<T: SharedRateLimits + ?Sized> SharedRateLimits for Arc<T> {
    fn take<'a>(&'a self, request: PermitRequest<'a>) -> StoreFuture<'a, Permits> {
        (**self).take(request)
    }

    fn refused<'a>(&'a self, key: &'a str, refusal: Refusal) -> StoreFuture<'a, ()> {
        (**self).refused(key, refusal)
    }

    fn listen<'a>(
        &'a self,
        hear: &'a (dyn Fn(&str, Refusal) + Send + Sync),
    ) -> StoreFuture<'a, ()> {
        (**self).listen(hear)
    }
}

/// What a client wants of [`SharedRateLimits`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct PermitRequest<'a> {
    /// What is counted: the platform, the app, the operation and the tenant. Any text without NUL
    /// characters.
    pub key: &'a str,
    /// In any window of each rate, there are no more permits than it has calls.
    pub rates: &'a [Rate],
    /// How many permits are of use: 1, and more if the process makes many calls. More than one are granted
    /// only of a budget that nobody else waits for.
    pub most: u32,
    /// The longest wait. What is free only after it is not taken.
    pub patience: Duration,
}

impl<'a> PermitRequest<'a> {
    /// What a client asks for, for tests of limits.
    #[must_use]
    pub fn new(key: &'a str, rates: &'a [Rate], most: u32, patience: Duration) -> Self {
        Self { key, rates, most, patience }
    }
}

/// The answer to a [`PermitRequest`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permits {
    /// Some permits.
    Granted {
        /// How many; one or more.
        count: u32,
        /// When they may be used, from now on. Zero if there are several.
        wait: Duration,
        /// How long after that they may be used, if there are several. One is used at once.
        lease: Duration,
    },
    /// None, because the wait is longer than the patience.
    TooLate {
        /// When there is one, from now on.
        wait: Duration,
    },
}

/// What the processes of a fleet need to know of a call that was refused for its rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// How long nobody makes such calls.
    pub pause: Duration,
    /// The rate to go on with.
    pub rate: Rate,
    /// The number of calls that the platform states in that window. None if it states none.
    pub limit: Option<u32>,
}
