#![doc = include_str!("../README.md")]

mod body;
mod receive;
mod report;
#[cfg(feature = "server")]
mod server;
mod webhook;

pub use lark_core::{
    Acknowledge, CallbackPayload, CallbackReply, Claim, Client, DecodeMode, Dedup, Error, Event,
    EventHeader, EventKeys, EventOutcome, EventPayload, EventReply, EventReport, EventRouter,
    EventRouterBuilder, EventSchema, HandlerError, MemoryDedup, Rejection, Result, ShutdownReport,
    Value,
};

pub use self::body::WebhookBody;
pub use self::report::{RequestOutcome, RequestReport};
#[cfg(feature = "server")]
pub use self::server::{AppDrained, Ended, ServeError, Server, ServerBuilder, serve};
pub use self::webhook::Webhook;
