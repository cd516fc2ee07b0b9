//! Cells and dates as fields of other types.

use std::fmt;

use lark_core::Value;
use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Cell, SerialDate};

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            // JSON would make null of what is no number.
            Self::Number(number) => serializer.serialize_f64(*number),
            other => other.to_json().serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self::from_json)
    }
}

impl Serialize for SerialDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0)
    }
}

/// Of a number of days, or of a text such as `2026-11-26 08:30`.
impl<'de> Deserialize<'de> for SerialDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DateVisitor)
    }
}

struct DateVisitor;

impl Visitor<'_> for DateVisitor {
    type Value = SerialDate;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a date (days since 1899-12-30, or a text such as 2026-11-26 08:30)")
    }

    fn visit_i64<E: serde::de::Error>(self, days: i64) -> Result<SerialDate, E> {
        Ok(SerialDate(days as f64))
    }

    fn visit_u64<E: serde::de::Error>(self, days: u64) -> Result<SerialDate, E> {
        Ok(SerialDate(days as f64))
    }

    fn visit_f64<E: serde::de::Error>(self, days: f64) -> Result<SerialDate, E> {
        Ok(SerialDate(days))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<SerialDate, E> {
        let unexpected = serde::de::Unexpected::Str(text);
        text.parse().map_err(|_| E::invalid_value(unexpected, &self))
    }
}
