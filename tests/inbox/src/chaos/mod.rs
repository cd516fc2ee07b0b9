//! Processes of one inbox are killed, stopped and started at random, while a platform sends events and sends
//! again what was not acknowledged.
//!
//! Each process writes a line to one log when a handler starts, when it ends, and when the event is
//! committed. The log outlives them, and the module `check` reads it.

mod check;
mod driver;
mod plan;
mod random;
mod redis_server;
mod stalled;
mod worker;

pub use self::check::Report;
pub use self::driver::run;
pub use self::plan::Plan;
pub use self::stalled::stall;
pub use self::worker::worker;
