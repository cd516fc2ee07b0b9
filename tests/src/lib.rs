//! What the system tests in `system/` share: every generated operation as a value, and answers
//! that drift from their spec.
#![allow(clippy::missing_panics_doc, reason = "a panic is how a test fails")]

pub mod drift;
#[rustfmt::skip]
pub mod generated;
pub mod paused;
pub mod sweep;

/// The examples of the READMEs, compiled and, where they can be, run.
#[cfg(doctest)]
mod readmes {
    #[doc = include_str!("../../README.md")]
    struct English;

    #[doc = include_str!("../../README.zh-CN.md")]
    struct Chinese;
}
