//! Errors of names of cells and ranges.

use std::convert::Infallible;
use std::{error, fmt};

/// A text that names no cell or range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RangeError {
    text: String,
    reason: String,
}

impl RangeError {
    pub(super) fn new(text: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { text: text.into(), reason: reason.into() }
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for RangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no range: {}", self.text, self.reason)
    }
}

impl error::Error for RangeError {}

/// A range that is there already is not parsed.
impl From<Infallible> for RangeError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}
