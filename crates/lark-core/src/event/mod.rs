//! Events and callbacks: from the bytes of a push to a typed handler, and back to a reply.
//!
//! [`router`] verifies a push ([`verify`], which reads its [`envelope`] and finds its handler in
//! [`routes`]) and gives its event to the [`dispatcher`], which waits for its turn and a place
//! ([`places`]), has it handled ([`handler_run`]) and replies.

mod acknowledge;
mod builder;
mod router;

mod crypto;
mod envelope;
mod header;
mod keys;
mod verify;

mod app_ticket;
mod handler_error;
mod routes;
mod stateful;

mod copies;
mod dedup;
mod dispatcher;
mod handler_run;
mod job;
mod places;
mod stop;
mod work;

#[cfg(feature = "inbox")]
pub mod inbox;

mod metrics;
mod outcome;
mod reply;

pub use self::acknowledge::Acknowledge;
pub use self::builder::EventRouterBuilder;
pub use self::dedup::{Claim, Dedup, MemoryDedup};
pub use self::handler_error::HandlerError;
pub use self::header::{Event, EventHeader, EventSchema};
pub use self::keys::EventKeys;
pub use self::metrics::EventReport;
pub use self::outcome::{EventOutcome, Rejection};
pub use self::reply::EventReply;
pub use self::router::{EventRouter, ShutdownReport};
