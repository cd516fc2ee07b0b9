#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod report;
mod request_body;
mod response_body;
#[cfg(feature = "server")]
mod server;
mod webhook;

pub use lark_core::{
    Acknowledge, CallbackPayload, CallbackReply, Claim, Client, DecodeMode, Dedup, Error, Event,
    EventHeader, EventKeys, EventOutcome, EventPayload, EventReply, EventReport, EventRouter,
    EventRouterBuilder, EventSchema, HandlerError, MemoryDedup, Rejection, Result, ShutdownReport,
    Value,
};

pub use self::report::{RequestOutcome, RequestReport};
pub use self::response_body::WebhookBody;
#[cfg(feature = "server")]
pub use self::server::{
    AppShutdownReport, ServeError, Server, ServerBuilder, ServerShutdownReport, serve,
};
pub use self::webhook::Webhook;
