#![doc = include_str!("../README.md")]

mod agent;
mod answer;
mod auth;
mod base_url;
mod builder;
mod client;
mod download;
mod endpoint;
mod error;
#[cfg(feature = "events")]
mod event;
mod file;
mod headers;
mod idempotency;
mod ids;
mod key_locks;
mod multipart;
pub mod operation;
mod pages;
mod payload;
mod pipeline;
mod prepare;
mod print;
mod progress;
mod pulse;
mod random;
mod raw;
mod reply;
mod report;
mod retry;
mod secret;
mod store;
mod transmit;
mod transport;
pub mod wire;

pub use serde_json::Value;
pub use {http, reqwest};

pub use self::auth::{UserTokenFuture, UserTokens};
pub use self::builder::ClientBuilder;
pub use self::client::{AnyRequest, Client};
pub use self::download::Download;
pub use self::endpoint::{Endpoint, FEISHU, LARK};
pub use self::error::{ApiError, Error, FieldViolation, PermissionViolation, Result, Stage};
#[cfg(feature = "events")]
pub use self::event::{
    Acknowledge, Claim, Dedup, Event, EventHeader, EventKeys, EventOutcome, EventReply,
    EventReport, EventRouter, EventRouterBuilder, EventSchema, HandlerError, MemoryDedup,
    Rejection, ShutdownReport,
};
pub use self::file::FilePart;
pub use self::idempotency::Idempotency;
pub use self::ids::{DepartmentIdType, UserIdType};
pub use self::operation::{Meta, Operation, TokenKind, Tokens};
pub use self::pages::{Items, Listed, NextPage, Paged, Pages};
pub use self::payload::{CallbackPayload, CallbackReply, EventPayload};
pub use self::prepare::RequiredCheck;
pub use self::raw::RawRequest;
pub use self::reply::{FromResponse, RawResponse, Response, ResponseHead};
pub use self::report::CallReport;
pub use self::retry::{Rate, RetryPolicy};
pub use self::secret::Secret;
#[cfg(feature = "conformance")]
pub use self::store::conformance;
pub use self::store::{
    FileStore, MemoryStore, StoreEntry, StoreError, StoreFuture, StoreLock, TokenStore,
};
pub use self::transport::{
    Body, HttpTransport, HttpTransportBuilder, Transport, TransportError, TransportErrorKind,
    TransportFuture,
};
pub use self::wire::{DecodeMode, Drift, DriftKind};
