#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

// In the order in which to read them. Only `call` uses the transport.

// Operations and their facts.
mod operation;

// The client, its options, and what its copies share.
mod client;

// How a request is prepared and sent, and its response read.
mod call;

// Which token a call sends, and where it comes from.
mod auth;

// Which failures are retried, and when.
mod retry;

// Rate limiters.
mod rate_limit;

// How a request reaches the server.
mod transport;

// How models are read from and written to JSON.
mod wire;

// Why a call failed.
mod error;

// Where tokens are kept between runs.
mod store;

// Lists in pages.
mod pages;

// Lists of lists.
pub mod tree;

// What the platform pushes.
#[cfg(feature = "events")]
mod event;
mod payload;

// Points in time, with their unit.
mod moment;

// Files that calls send and receive.
mod files;

// Tools for all of them.
mod util;

pub use http;
#[cfg(feature = "reqwest")]
pub use reqwest;
pub use serde_json::Value;

pub use self::auth::{ClientAssertionFuture, ClientAssertions, UserTokenFuture, UserTokens};
pub use self::call::{CallReport, Idempotency, RawRequest, RawResponse, RequiredCheck, Response};
pub use self::client::{Client, ClientBuilder, Endpoint, FEISHU, LARK};
pub use self::error::{
    ApiError, Error, ErrorDetail, FieldViolation, PermissionViolation, Result, Stage,
};
#[cfg(feature = "inbox")]
pub use self::event::inbox;
#[cfg(feature = "events")]
pub use self::event::{
    Acknowledge, Claim, Dedup, Event, EventHeader, EventKeys, EventOutcome, EventReply,
    EventReport, EventRouter, EventRouterBuilder, EventSchema, HandlerError, MemoryDedup,
    Rejection, ShutdownReport,
};
pub use self::files::{Download, FilePart};
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
pub use self::moment::OutOfRange;
pub use self::moment::{UnixMillis, UnixSeconds};
pub use self::operation::{
    DepartmentIdType, Operation, OperationFacts, Risk, TokenKind, UserIdType,
};
pub use self::pages::{Items, Listed, Paged, Pages};
pub use self::payload::{CallbackPayload, CallbackReply, EventPayload};
pub use self::rate_limit::{PermitRequest, Permits, Rate, Refusal, SharedRateLimits};
pub use self::retry::RetryPolicy;
#[cfg(feature = "conformance")]
pub use self::store::conformance;
pub use self::store::{
    FileStore, MemoryStore, StoreEntry, StoreError, StoreFuture, StoreLock, TokenStore,
};
pub use self::transport::{
    Body, HttpTransport, HttpTransportBuilder, ResponseHead, Transport, TransportError,
    TransportErrorKind, TransportFuture, Upgrade, UpgradeFuture, UpgradedStream,
};
pub use self::util::Secret;
#[cfg(feature = "serde")]
pub use self::wire::Json;
pub use self::wire::{DecodeMode, Drift, DriftKind, UnknownValue};

/// The expansion of this crate's macros, and items for the other crates of this project.
///
/// The grammar of the macros is the contract. The items here may change in any release without
/// notice.
#[doc(hidden)]
pub mod __private {
    #[cfg(feature = "serde")]
    pub use serde;

    #[cfg(feature = "events")]
    pub use crate::call::long_connection;
    pub use crate::call::{AnyRequest, FromResponse, random_uuid};
    pub use crate::client::{Turn, turn};
    pub use crate::error::codes;
    pub use crate::error::construct::{invalid_config, invalid_request, member, oauth_error};
    pub use crate::files::{NewFile, read_part};
    pub use crate::operation::{
        BodyFormat, Deviations, FactTexts, InputMeta, Inputs, Meta, Place, Role, Tokens,
    };
    pub use crate::pages::NextPage;
    pub use crate::transport::client_tls;
    #[cfg(feature = "events")]
    pub use crate::util::poll_once;
    pub use crate::util::random::share as random_share;
    #[cfg(feature = "signal")]
    pub use crate::util::shutdown_signal;
    pub use crate::util::try_run;
    pub use crate::util::{
        Flight, MAX_EXACT, Panicked, SingleFlight, caught, date_of_day, day_of_date, is_exact,
        is_loopback, later, lock, run_hook,
    };
    pub use crate::wire::{
        Context, Decode, Encode, Entries, FieldVisitor, Fit, Input, Items, JsonWriter, Need, Part,
        Plain, Present, Record, RecordFields, Slot, Text, VisitFields, WireError, accept_enum,
        accept_integer_enum, decode_record, encode_record, read_value,
    };
    #[cfg(feature = "serde")]
    pub use crate::wire::{deserialize, serialize};
}
