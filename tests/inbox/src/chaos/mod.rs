//! Processes of one inbox are killed, stopped and started at random, while a platform sends events and sends
//! again what was not acknowledged.
//!
//! Each process writes a line to one log when a handler starts, when it ends, when the event is committed, and
//! when a partition comes and goes. The log outlives them, and the module `check` reads it.

mod check;
mod driver;
mod log;
mod machine;
mod plan;
mod random;
mod redis_server;
mod span;
mod stalled;
mod table;
mod takeover;
mod worker;

pub use self::check::Report;
pub use self::driver::run;
pub use self::machine::Delays;
pub use self::plan::Plan;
pub use self::stalled::stall;
pub use self::table::Table;
pub use self::takeover::{Cause, Wait};
pub use self::worker::worker;
