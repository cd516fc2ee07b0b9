//! What does not fit in the README.

#[doc = include_str!("../docs/long-connections.md")]
pub mod long_connections {}

#[doc = include_str!("../docs/commands.md")]
pub mod commands {}

#[doc = include_str!("../docs/contents.md")]
pub mod contents {}
