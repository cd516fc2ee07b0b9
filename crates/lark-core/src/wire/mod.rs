//! The wire format: how generated models are read from and written to JSON.
//!
//! Models carry no serde derives, which would cost most of the build time of the domain crates.
//! The macro [`record!`](crate::record) turns the field table of each struct into two small
//! functions, one that finds the slot of a key and one that visits the fields. Everything else is
//! compiled once, here: slots are trait objects, and `serde_json` stays the parser.
//!
//! Reading is tolerant, because the platform's metadata is not always right and one wrong field
//! must not fail a call: see [`Drift`].

mod collections;
mod decode;
mod drift;
mod encode;
mod envelope;
mod input;
mod integer_enum;
mod keys;
mod list;
mod macros;
mod numeric_string;
mod open_enum;
mod present;
mod reader;
mod record;
mod repair;
mod scalars;
#[cfg(feature = "serde")]
mod stored;
mod unknown_value;
mod value;
mod writer;

pub use self::decode::read_value;
pub use self::drift::{Context, DecodeMode, Drift, DriftKind};
pub use self::encode::{Encode, Part};
pub use self::input::{Decode, Entries, Fit, Input, Items, Record, RecordFields, Slot};
pub use self::integer_enum::accept_integer_enum;
pub use self::open_enum::accept_enum;
pub use self::present::Present;
pub use self::record::{FieldVisitor, Need, VisitFields, decode_record, encode_record};
#[cfg(feature = "serde")]
pub use self::stored::{Json, deserialize, serialize};
pub use self::unknown_value::UnknownValue;
pub use self::writer::JsonWriter;

pub(crate) use self::decode::decode_slice;
pub(crate) use self::drift::{DriftHook, DriftLog};
pub(crate) use self::envelope::{Envelope, Members};
#[cfg(feature = "events")]
pub(crate) use self::repair::repair;

/// Why JSON could not be read at all (syntax, end of input).
pub type WireError = serde_json::Error;

/// The ordinary codec: JSON as it looks.
#[derive(Debug)]
pub enum Plain {}

/// The codec of integers that travel as JSON strings, and of texts that travel as JSON numbers.
#[derive(Debug)]
pub enum Text {}
