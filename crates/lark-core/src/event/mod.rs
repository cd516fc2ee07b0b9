//! Events and callbacks: from the bytes of a push to a typed handler, and back to an answer.
//!
//! `open` checks and reads a push, `router` decides what becomes of it, `run` carries it out.

mod payload;

#[cfg(feature = "events")]
mod body;
#[cfg(feature = "events")]
mod builder;
#[cfg(feature = "events")]
mod crypto;
#[cfg(feature = "events")]
mod dedup;
#[cfg(feature = "events")]
mod handler;
#[cfg(feature = "events")]
mod head;
#[cfg(feature = "events")]
mod keys;
#[cfg(feature = "events")]
mod open;
#[cfg(feature = "events")]
mod outcome;
#[cfg(feature = "events")]
mod refusal;
#[cfg(feature = "events")]
mod reply;
#[cfg(feature = "events")]
mod router;
#[cfg(feature = "events")]
mod routes;
#[cfg(feature = "events")]
mod run;
#[cfg(feature = "events")]
mod ticket;

pub use self::payload::{CallbackPayload, CallbackReply, EventPayload};

#[cfg(feature = "events")]
pub use self::{
    builder::{Acknowledge, EventRouterBuilder},
    dedup::{Claim, Dedup, MemoryDedup},
    handler::HandlerError,
    head::{Event, EventHead, EventSchema},
    keys::EventKeys,
    outcome::{EventOutcome, EventReport},
    refusal::Refusal,
    reply::EventReply,
    router::{Drained, EventRouter},
};
