//! Large files, up and down: content that is not stored anywhere, a server, and both sides.

pub mod bare;
pub mod content;
pub mod process;
pub mod sdk;
pub mod server;

pub use crate::Failure;
