//! A cell as what a type wants of it.

use lark_core::__private::MAX_EXACT;
use lark_core::Value;
use serde::de::value::{SeqDeserializer, StrDeserializer};
use serde::de::{Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::read_error::ReadError;
use crate::cell::Cell;

/// A cell that is read into a type.
#[derive(Clone, Copy)]
pub(super) struct CellReader<'a>(pub(super) &'a Cell);

impl<'a> CellReader<'a> {
    /// A text that is a number, as people type them into text cells.
    fn number_in_text<T: std::str::FromStr>(self) -> Option<T> {
        match self.0 {
            Cell::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    fn json<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.0.to_json().deserialize_any(visitor).map_err(ReadError::unfit)
    }

    fn integer<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        if let Some(number) = self.number_in_text() {
            return visitor.visit_i64(number);
        }
        match self.number_in_text() {
            Some(number) => visitor.visit_u64(number),
            None => self.deserialize_any(visitor),
        }
    }

    fn float<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match (self.0, self.number_in_text()) {
            (Cell::Number(number), _) => visitor.visit_f64(*number),
            (_, Some(number)) => visitor.visit_f64(number),
            _ => self.deserialize_any(visitor),
        }
    }

    fn is_blank(self) -> bool {
        match self.0 {
            Cell::Empty => true,
            Cell::Text(text) => text.is_empty(),
            _ => false,
        }
    }
}

macro_rules! numbers {
    ($($method:ident => $kind:ident;)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
            self.$kind(visitor)
        })*
    };
}

macro_rules! texts {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
            match self.0 {
                Cell::Image(_) | Cell::Other(_) => self.json(visitor),
                cell => visitor.visit_string(cell.plain_text()),
            }
        })*
    };
}

impl<'de> Deserializer<'de> for CellReader<'_> {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.0 {
            Cell::Empty => visitor.visit_unit(),
            Cell::Number(number) if number.fract() == 0.0 && number.abs() <= MAX_EXACT => {
                visitor.visit_i64(*number as i64)
            }
            Cell::Number(number) => visitor.visit_f64(*number),
            Cell::Text(text) => visitor.visit_str(text),
            Cell::Bool(bool) => visitor.visit_bool(*bool),
            _ => self.json(visitor),
        }
    }

    numbers! {
        deserialize_i8 => integer;
        deserialize_i16 => integer;
        deserialize_i32 => integer;
        deserialize_i64 => integer;
        deserialize_u8 => integer;
        deserialize_u16 => integer;
        deserialize_u32 => integer;
        deserialize_u64 => integer;
        deserialize_f32 => float;
        deserialize_f64 => float;
    }

    texts! { deserialize_char deserialize_str deserialize_string deserialize_identifier }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.0 {
            Cell::Text(text) if text.trim().eq_ignore_ascii_case("true") => {
                visitor.visit_bool(true)
            }
            Cell::Text(text) if text.trim().eq_ignore_ascii_case("false") => {
                visitor.visit_bool(false)
            }
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.is_blank() {
            true => visitor.visit_none(),
            false => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        visitor.visit_newtype_struct(self)
    }

    /// Options of a drop-down list; what is none of them is a list of itself.
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.0 {
            Cell::MultipleValues(options) => {
                Value::Array(options.clone()).deserialize_seq(visitor).map_err(ReadError::unfit)
            }
            _ => {
                let itself = (!self.is_blank()).then_some(self);
                visitor.visit_seq(SeqDeserializer::new(itself.into_iter()))
            }
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        match self.0 {
            Cell::Image(_) | Cell::Other(_) => {
                self.0.to_json().deserialize_enum(name, variants, visitor).map_err(ReadError::unfit)
            }
            cell => {
                let text = cell.plain_text();
                StrDeserializer::<ReadError>::new(&text).deserialize_enum(name, variants, visitor)
            }
        }
    }

    forward_to_deserialize_any! {
        i128 u128 bytes byte_buf unit unit_struct tuple tuple_struct map struct ignored_any
    }
}

impl<'de> IntoDeserializer<'de, ReadError> for CellReader<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}
