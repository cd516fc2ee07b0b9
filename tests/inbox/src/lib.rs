//! What the tests of the inbox share: processes that are killed while they handle events.
#![allow(clippy::missing_panics_doc, clippy::expect_used, reason = "a panic is how a test fails")]

pub mod chaos;
