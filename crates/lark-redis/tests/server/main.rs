//! The stores on a Redis server, which the tests start themselves.
#![allow(clippy::expect_used, missing_docs, reason = "a test")]

mod conformance;
mod errors;
mod fleet;
mod grants;
mod outage;
mod process;
mod rate_limits;
mod redis_server;
mod takeover;
mod worker;
