//! Why a row does not fit a type, before it is known where it is.

use std::fmt;

use serde::de::{self, Expected, Unexpected};

/// Why a row does not fit a type.
#[derive(Debug)]
pub(super) enum ReadError {
    /// A column that the type needs is not there.
    Missing(String),
    /// A column that the type needs is there several times.
    Duplicate(String),
    /// A value is not what is wanted; where it is becomes known further out.
    Unfit { wanted: String, place: Option<(usize, Option<String>)> },
}

impl ReadError {
    /// The same of the cell at an index of its row, unless it is known already.
    pub(super) fn at(self, index: usize, column: Option<&str>) -> Self {
        match self {
            Self::Unfit { wanted, place: None } => {
                Self::Unfit { wanted, place: Some((index, column.map(str::to_owned))) }
            }
            other => other,
        }
    }

    pub(super) fn unfit(wanted: impl fmt::Display) -> Self {
        Self::Unfit { wanted: wanted.to_string(), place: None }
    }
}

impl de::Error for ReadError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::unfit(message)
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::unfit(expected)
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::unfit(expected)
    }

    fn invalid_length(_: usize, expected: &dyn Expected) -> Self {
        Self::unfit(expected)
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::unfit(format_args!("one of {}", expected.join(", ")))
    }

    fn unknown_field(field: &str, _: &'static [&'static str]) -> Self {
        Self::unfit(format_args!("no column {field:?}"))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::Missing(field.to_owned())
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::Duplicate(field.to_owned())
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(column) | Self::Duplicate(column) => f.write_str(column),
            Self::Unfit { wanted, .. } => f.write_str(wanted),
        }
    }
}

impl std::error::Error for ReadError {}
