//! Large files, up and down: content that is not stored anywhere, a server, and both sides.

pub mod bare;
pub mod content;
pub mod process;
pub mod sdk;
pub mod server;

/// What either side fails with.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;
