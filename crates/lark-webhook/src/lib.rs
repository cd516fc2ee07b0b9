#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod body_memory;
mod report;
mod request_body;
mod response_body;
#[cfg(feature = "server")]
mod server;
mod webhook;

pub use self::report::{RequestOutcome, RequestReport};
pub use self::response_body::WebhookBody;
#[cfg(feature = "server")]
pub use self::server::{
    AppShutdownReport, ServeError, Server, ServerBuilder, ServerShutdownReport, serve,
};
pub use self::webhook::Webhook;
