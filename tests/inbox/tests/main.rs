//! Routers with an inbox.
#![allow(clippy::expect_used, missing_docs, reason = "a test")]

mod acceptance;
mod backlog;
mod chaos;
mod fleet;
mod handling;
mod odd_stores;
mod once;
mod support;
mod traces;
