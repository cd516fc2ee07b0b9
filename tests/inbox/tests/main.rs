//! Routers with an inbox.
#![allow(clippy::expect_used, missing_docs, reason = "a test")]

mod acceptance;
mod chaos;
mod fleet;
mod handling;
mod odd_stores;
mod once;
mod support;
