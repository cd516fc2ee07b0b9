//! What the system tests in `system/` share: every generated operation as a value, and responses
//! that drift from their spec.
#![allow(clippy::missing_panics_doc, reason = "a panic is how a test fails")]

pub mod drift;
#[rustfmt::skip]
pub mod generated;
mod guide;
pub mod paused;
pub mod sweep;
