//! The stores on a Redis server, which the tests start themselves.
#![allow(clippy::expect_used, missing_docs, reason = "a test")]

mod conformance;
mod errors;
mod fleet;
#[cfg(feature = "inbox")]
mod inbox;
mod outage;
mod redis_server;
mod takeover;
