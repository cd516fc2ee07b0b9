//! The inbox in a file.
#![allow(clippy::expect_used, missing_docs, reason = "a test")]

mod clock;
mod conformance;
mod damaged;
mod others;
