//! Values that no open enum lists.

use std::{error, fmt};

use super::JsonWriter;
use crate::error::Error;

/// Most values of an enum that an error names.
const MOST_VALUES: usize = 20;

/// A text that is none of the values of an enum. The platform may know it nevertheless: send such a
/// value as `Other`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownValue {
    value: String,
    of: &'static str,
    listed: &'static [&'static str],
}

impl UnknownValue {
    #[doc(hidden)]
    #[must_use]
    pub fn new(value: String, of: &'static str, listed: &'static [&'static str]) -> Self {
        Self { value, of, listed }
    }

    /// The text.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The values that the enum lists, as they travel.
    #[must_use]
    pub fn listed(&self) -> &'static [&'static str] {
        self.listed
    }
}

impl fmt::Display for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { value, of, listed } = self;
        write!(f, "{value:?} is {}", NotListed { of, listed })
    }
}

impl error::Error for UnknownValue {}

impl From<UnknownValue> for Error {
    fn from(value: UnknownValue) -> Self {
        Self::invalid_request("client", value.to_string())
    }
}

impl JsonWriter {
    /// Notes a value that its enum does not list, unless it is only kept.
    pub fn unlisted(&mut self, value: &str, of: &str, listed: &[&str]) {
        let reason = format!("{value:?}, {}", NotListed { of, listed });
        self.invalid_text(value, &reason);
    }
}

/// What is wrong with a value of an enum, what it can be, and how to send it all the same.
struct NotListed<'a> {
    of: &'a str,
    listed: &'a [&'a str],
}

impl fmt::Display for NotListed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { of, listed } = self;
        let named = &listed[..listed.len().min(MOST_VALUES)];
        write!(f, "not a known {of} ({}", named.join(", "))?;
        if listed.len() > named.len() {
            write!(f, " and {} more", listed.len() - named.len())?;
        }
        write!(f, "); {of}::Other sends a value as it is")
    }
}
