//! The frames of the long connection: protocol buffers (proto2) with nine fields.
//!
//! ```proto
//! message Header { required string key = 1; required string value = 2; }
//! message Frame {
//!   required uint64 SeqID = 1;             optional string payload_encoding = 6;
//!   required uint64 LogID = 2;             optional string payload_type = 7;
//!   required int32 service = 3;            optional bytes payload = 8;
//!   required int32 method = 4;             optional string LogIDNew = 9;
//!   repeated Header headers = 5;
//! }
//! ```

mod decode;
mod encode;

use std::fmt;

pub(crate) use self::encode::Writer;

/// The method of pings and pongs.
pub const METHOD_CONTROL: i32 = 0;
/// The method of events and of their acknowledgements.
pub const METHOD_DATA: i32 = 1;

/// The numbers of the fields.
mod field {
    pub(super) const SEQ_ID: u64 = 1;
    pub(super) const LOG_ID: u64 = 2;
    pub(super) const SERVICE: u64 = 3;
    pub(super) const METHOD: u64 = 4;
    pub(super) const HEADERS: u64 = 5;
    pub(super) const PAYLOAD_ENCODING: u64 = 6;
    pub(super) const PAYLOAD_TYPE: u64 = 7;
    pub(super) const PAYLOAD: u64 = 8;
    pub(super) const LOG_ID_NEW: u64 = 9;

    pub(super) const KEY: u64 = 1;
    pub(super) const VALUE: u64 = 2;
}

/// How a value is written.
mod wire_type {
    pub(super) const VARINT: u64 = 0;
    pub(super) const FIXED_64: u64 = 1;
    pub(super) const LENGTH: u64 = 2;
    pub(super) const FIXED_32: u64 = 5;
}

/// One frame, which borrows the message that it was read from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame<'a> {
    /// The number that the server gave it.
    pub seq_id: u64,
    /// The id under which the platform logged it. It needs all 64 bits.
    pub log_id: u64,
    /// The service of the connection, from the query of its URL.
    pub service: i32,
    /// [`METHOD_CONTROL`] or [`METHOD_DATA`].
    pub method: i32,
    /// Names and values, in order.
    pub headers: Vec<Header<'a>>,
    /// Not in use.
    pub payload_encoding: Option<&'a str>,
    /// Not in use.
    pub payload_type: Option<&'a str>,
    /// JSON, or a part of it.
    pub payload: Option<&'a [u8]>,
    /// The log id as text.
    pub log_id_new: Option<&'a str>,
}

/// A header of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header<'a> {
    /// Its name.
    pub key: &'a str,
    /// Its value; a text, for numbers too.
    pub value: &'a str,
}

impl<'a> Frame<'a> {
    /// The ping of a client.
    #[must_use]
    pub fn ping(service: i32) -> Self {
        let headers = vec![Header { key: "type", value: "ping" }];
        Self { service, method: METHOD_CONTROL, headers, ..Self::default() }
    }

    /// The value of a header; of the last one, if there are several of its name.
    #[must_use]
    pub fn header(&self, key: &str) -> Option<&'a str> {
        self.headers.iter().rev().find(|header| header.key == key).map(|header| header.value)
    }
}

/// Why bytes are not a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FrameError {
    /// They end within a field.
    Truncated,
    /// A number has more than 64 bits.
    TooLargeNumber,
    /// A field has the number 0, or one that no field can have.
    NoField,
    /// A field is written in a way that is not known, so that its end is not known either.
    WireType(u8),
    /// A required field is missing.
    Missing(&'static str),
    /// A text is not UTF-8.
    NotUtf8(&'static str),
    /// More than 64 headers.
    TooManyHeaders,
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated => f.write_str("it ends within a field"),
            Self::TooLargeNumber => f.write_str("a number has more than 64 bits"),
            Self::NoField => f.write_str("no field has this number"),
            Self::WireType(wire_type) => write!(f, "wire type {wire_type} is not known"),
            Self::Missing(name) => write!(f, "{name} is missing"),
            Self::NotUtf8(name) => write!(f, "{name} is not UTF-8"),
            Self::TooManyHeaders => {
                write!(f, "it has more than {} headers", decode::MAX_HEADERS)
            }
        }
    }
}

impl std::error::Error for FrameError {}

#[cfg(test)]
mod tests;
