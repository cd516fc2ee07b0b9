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
        write!(f, "{value:?} is no {of}, which is {}", Choice(listed))?;
        write!(f, "; send another value as {of}::Other")
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
        let listed = Choice(listed);
        let reason =
            format!("{value:?}, no {of}, which is {listed}; send another value as {of}::Other");
        self.invalid_text(value, &reason);
    }
}

/// `a, b or c`.
struct Choice<'a>(&'a [&'a str]);

impl fmt::Display for Choice<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            values if values.len() > MOST_VALUES => {
                let more = values.len() - MOST_VALUES;
                write!(f, "{} or one of {more} more", values[..MOST_VALUES].join(", "))
            }
            [others @ .., last] if !others.is_empty() => {
                write!(f, "{} or {last}", others.join(", "))
            }
            values => f.write_str(&values.concat()),
        }
    }
}
