//! Conformance tests for your own [`TokenStore`](crate::TokenStore), [`Dedup`](crate::Dedup),
//! [`SharedRateLimits`](crate::SharedRateLimits) or `inbox::Store`.
//!
//! Every rule of the contracts is checked on examples, under a name. A function of this module
//! runs all checks and panics with the names of the broken rules, so a test of a store is one line. It needs the feature
//! `conformance` (and `events` for `Dedup`, `inbox` for a store of an inbox), which belongs in `[dev-dependencies]`:
//!
//! ```toml
//! [dev-dependencies]
//! lark-core = { version = "0.1", features = ["conformance", "events"] }
//! ```
//!
//! ```
//! # use lark_core::{MemoryDedup as RedisDedup, MemoryStore as RedisStore};
//! use lark_core::conformance::{self, Time};
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! // Each call of the closure returns an empty store, such as one with a new key prefix.
//! let report = conformance::token_store(|| async { RedisStore::new() }).await;
//! assert!(report.skipped.is_empty(), "it has locks");
//!
//! conformance::dedup(|| async { RedisDedup::default() }, Time::real()).await;
//! # }
//! ```
//!
//! A store that several processes share is tested through two handles on the same data, such as two
//! connections: [`shared_token_store`], [`shared_dedup`] and [`shared_rate_limits`]. All rules then hold between
//! the two.
//!
//! # Clocks and runtimes
//! The functions run within a tokio runtime that has its timer enabled; with the multi-thread flavor
//! the checks of concurrency find more. Nothing sleeps. How long a store remembers is only checked
//! if the test can move the clock of the store, see [`Time`]. Do not pause tokio's clock
//! for a store that talks to a real server: the time limit of a check would end at once.
//!
//! # What is not checked
//! Whether an entry survives a crash, and whether the lock of a dead process is released: both
//! would need a process to kill. Sizes beyond those of the checks: 256 entries or events, keys of
//! 1,001 bytes, values of 20,000 bytes.

#[cfg(feature = "events")]
mod dedup;
#[cfg(feature = "inbox")]
mod inbox;
mod rate_limits;
mod rule;
mod similar_keys;
mod token_store;

use std::sync::Arc;

#[cfg(feature = "events")]
pub use self::dedup::Time;
pub use self::rule::Report;

use self::rule::run;
use self::similar_keys::similar_keys;
use super::TokenStore;
use crate::rate_limit::SharedRateLimits;

#[cfg(feature = "events")]
use crate::event::Dedup;
#[cfg(feature = "inbox")]
use crate::event::inbox::Store;

/// Checks the rules of [`TokenStore`] on one handle. `new_store` returns an empty store each time.
///
/// # Panics
/// If a rule is broken; the message has the name of every broken rule and what happened.
pub async fn token_store<S: TokenStore + 'static>(new_store: impl AsyncFn() -> S) -> Report {
    let handles = async || {
        let store: Arc<dyn TokenStore> = Arc::new(new_store().await);
        [Arc::clone(&store), store]
    };
    run("TokenStore", token_store::RULES, handles).await
}

/// Checks the rules of [`TokenStore`] between two handles on the same data, as two processes have
/// them. `new_handles` returns handles on new, empty data each time.
///
/// # Panics
/// As [`token_store`].
pub async fn shared_token_store<S: TokenStore + 'static>(
    new_handles: impl AsyncFn() -> [S; 2],
) -> Report {
    let handles = async || new_handles().await.map(|store| Arc::new(store) as Arc<dyn TokenStore>);
    run("TokenStore", token_store::RULES, handles).await
}

/// Checks the rules of [`SharedRateLimits`] between two handles on the same limits, as two processes have
/// them. `new_handles` returns handles on new, empty limits each time.
///
/// # Panics
/// As [`token_store`].
pub async fn shared_rate_limits<S: SharedRateLimits + 'static>(
    new_handles: impl AsyncFn() -> [S; 2],
) -> Report {
    let case = async || {
        let handles = new_handles().await;
        rate_limits::Case::new(handles.map(|limits| Arc::new(limits) as Arc<dyn SharedRateLimits>))
    };
    run("SharedRateLimits", rate_limits::RULES, case).await
}

/// Checks the rules of [`Dedup`] on one handle. `new_store` returns an empty store each time.
///
/// # Panics
/// If a rule is broken; the message has the name of every broken rule and what happened.
#[cfg(feature = "events")]
pub async fn dedup<D: Dedup + 'static>(new_store: impl AsyncFn() -> D, time: Time) -> Report {
    let case = async || {
        let store: Arc<dyn Dedup> = Arc::new(new_store().await);
        dedup::Case::new([Arc::clone(&store), store], &time)
    };
    run("Dedup", dedup::RULES, case).await
}

/// Checks the rules of [`Dedup`] between two handles on the same data, as two instances of a
/// service have them. `new_handles` returns handles on new, empty data each time.
///
/// # Panics
/// As [`dedup`].
#[cfg(feature = "events")]
pub async fn shared_dedup<D: Dedup + 'static>(
    new_handles: impl AsyncFn() -> [D; 2],
    time: Time,
) -> Report {
    let case = async || {
        let handles = new_handles().await.map(|store| Arc::new(store) as Arc<dyn Dedup>);
        dedup::Case::new(handles, &time)
    };
    run("Dedup", dedup::RULES, case).await
}

/// Checks the rules of [`inbox::Store`](Store) between two handles on the same data, as two processes have
/// them. `new_handles` returns handles on new, empty data each time, with 4 partitions. The clock of the
/// store has to run.
///
/// # Panics
/// If a rule is broken; the message has the name of every broken rule and what happened.
#[cfg(feature = "inbox")]
pub async fn inbox_store<S: Store>(new_handles: impl AsyncFn() -> [S; 2]) -> Report {
    let handles = async || new_handles().await.map(|store| Arc::new(store) as Arc<dyn Store>);
    run("inbox::Store", inbox::RULES, handles).await
}
