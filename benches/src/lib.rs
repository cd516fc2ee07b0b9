//! What the benchmark programs share. How to run them, and what they found: `docs/benchmarks.md`.
//!
//! Time is CPU time (user and system) of a process, never wall time, and the two sides of a
//! comparison take turns within one run: so a busy machine disturbs both alike.

/// What a measurement fails with.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

pub mod args;
pub mod bare;
pub mod bare_hyper;
pub mod bare_socket;
pub mod cargo;
pub mod child;
pub mod cpu;
pub mod drive;
pub mod event;
pub mod files;
pub mod long_connection;
pub mod memory;
pub mod page;
pub mod pushes;
pub mod rustc_log;
pub mod serde_users;
pub mod server;
pub mod stats;
pub mod text_int;
