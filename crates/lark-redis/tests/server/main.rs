//! The stores on a Redis server, which the tests start themselves.
#![allow(clippy::expect_used, missing_docs, reason = "a test")]

mod access;
mod cluster;
mod conformance;
mod errors;
mod fleet;
mod grants;
#[cfg(feature = "inbox")]
mod inbox;
#[cfg(feature = "inbox")]
mod inbox_fleet;
mod outage;
mod process;
mod rate_limits;
mod redis_server;
mod sentinel;
mod takeover;
mod tls;
mod worker;
