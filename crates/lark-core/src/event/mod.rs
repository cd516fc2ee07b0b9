//! Events and callbacks: from the bytes of a push to a typed handler, and back to an answer.
//!
//! `open` checks and reads a push, `router` decides what becomes of it, `run` carries it out.

mod body;
mod builder;
mod crypto;
mod dedup;
mod handler;
mod header;
mod keys;
mod open;
mod outcome;
mod rejection;
mod reply;
mod router;
mod routes;
mod run;
mod ticket;

pub use self::builder::{Acknowledge, EventRouterBuilder};
pub use self::dedup::{Claim, Dedup, MemoryDedup};
pub use self::handler::HandlerError;
pub use self::header::{Event, EventHeader, EventSchema};
pub use self::keys::EventKeys;
pub use self::outcome::{EventOutcome, EventReport};
pub use self::rejection::Rejection;
pub use self::reply::EventReply;
pub use self::router::{EventRouter, ShutdownReport};
