//! Integers in JSON strings, as somebody would read them by hand.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// An integer that travels as a string.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TextInt(pub i64);

impl<'de> Deserialize<'de> for TextInt {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextIntVisitor)
    }
}

struct TextIntVisitor;

impl Visitor<'_> for TextIntVisitor {
    type Value = TextInt;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an integer in a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<TextInt, E> {
        text.parse().map(TextInt).map_err(E::custom)
    }
}
