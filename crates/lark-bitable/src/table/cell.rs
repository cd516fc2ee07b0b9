//! A cell as serde reads it: in the form that is asked for, whatever form it travels in.

use std::slice;

use serde::de::value::{SeqDeserializer, StringDeserializer};
use serde::de::{Deserializer, Error as _, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};

use super::field_value::NAME;
use super::fit::{Unfit, Why};
use super::members::{Members, Tagged};
use super::moment;
use super::shape::Shape;
use crate::v1::AppTableFieldType;

static EMPTY: Value = Value::Null;

/// A cell, or a part of one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell<'a> {
    shape: Shape,
    /// The type of its field, or of the results that it is one of.
    kind: AppTableFieldType,
    /// The type of its results, if it is that of a formula or lookup.
    result_kind: AppTableFieldType,
    /// The cell as it travels.
    whole: &'a Value,
    /// The same without the type of results.
    value: &'a Value,
    /// Whether it is a list of values of the shape: what a formula or lookup found.
    is_list: bool,
}

impl<'a> Cell<'a> {
    pub(super) fn new(kind: AppTableFieldType, value: &'a Value) -> Self {
        let cell = Self::with_shape(Shape::of(kind), kind, value);
        match cell.shape {
            Shape::Computed => cell.computed(),
            _ => cell,
        }
    }

    pub(super) fn with_shape(shape: Shape, kind: AppTableFieldType, value: &'a Value) -> Self {
        Self { shape, kind, result_kind: kind, whole: value, value, is_list: false }
    }

    /// A cell without a value.
    pub(super) fn empty(kind: AppTableFieldType) -> Self {
        Self::new(kind, &EMPTY)
    }

    /// The result of a formula or lookup, by the type of the result.
    fn computed(self) -> Self {
        let kind = self.value["type"].as_i64().map(AppTableFieldType::from_wire);
        match (kind, self.value.get("value")) {
            (Some(result_kind), Some(value)) if Shape::of(result_kind) != Shape::Computed => {
                let shape = Shape::of(result_kind);
                // A text is a list of pieces by itself.
                let is_list = value.is_array() && shape != Shape::Text;
                Self { shape, result_kind, value, is_list, ..self }
            }
            _ => Self { shape: Shape::Json, ..self },
        }
    }

    fn element(self, value: &'a Value) -> Self {
        let shape = match self.shape.elements() {
            // Each value of a lookup is a list by itself, or the lists were joined.
            Some(_) if self.is_list && value.is_array() => self.shape,
            Some(element) => element,
            None if self.is_list => self.shape,
            None => Shape::Json,
        };
        Self::with_shape(shape, self.result_kind, value)
    }

    pub(super) fn shape(self) -> Shape {
        self.shape
    }

    /// The type of the field, or of the results that the cell is one of.
    pub(super) fn kind(self) -> AppTableFieldType {
        self.kind
    }

    /// The cell as it travels.
    pub(super) fn whole(self) -> &'a Value {
        self.whole
    }

    /// Whether it is a list of values, of a formula or lookup.
    pub(super) fn is_list(self) -> bool {
        self.is_list
    }

    /// Whether a text has neither links nor mentions.
    pub(super) fn is_plain(self) -> bool {
        let is_plain = |it: &Value| it["link"].is_null() && it["token"].is_null();
        self.value.as_array().is_none_or(|pieces| pieces.iter().all(is_plain))
    }

    pub(super) fn elements(self) -> impl Iterator<Item = Self> {
        self.items().into_iter().flatten().map(move |it| self.element(it))
    }

    pub(super) fn is_empty(self) -> bool {
        match self.value {
            Value::Null => true,
            Value::Array(items) => items.is_empty(),
            Value::String(text) => text.is_empty(),
            _ => false,
        }
    }

    /// The only value of a list.
    fn only(self) -> Result<Self, Unfit> {
        let Value::Array(items) = self.value else { return Ok(self) };
        match items.as_slice() {
            [] => Ok(Self { value: &EMPTY, is_list: false, ..self }),
            [item] => Ok(self.element(item)),
            items => Err(Unfit::new(Why::Type {
                wanted: "one value".to_owned(),
                found: format!("{} values", items.len()),
            })),
        }
    }

    /// The cell as a text, if that says it.
    fn text(self) -> Option<String> {
        if self.is_list {
            return self.only().ok().filter(|it| !it.is_list)?.text();
        }
        match (self.shape, self.value) {
            (Shape::Number | Shape::Json, Value::Null) => None,
            (Shape::Text | Shape::Select | Shape::Phone | Shape::AutoNumber, Value::Null) => {
                Some(String::new())
            }
            (_, Value::String(text)) => Some(text.clone()),
            (Shape::Text, Value::Array(pieces)) => {
                let text =
                    |it: &Value| it.as_str().or_else(|| it["text"].as_str()).map(str::to_owned);
                Some(pieces.iter().filter_map(text).collect())
            }
            (Shape::Date, value) => moment::to_text(millis(value)?),
            (shape, Value::Object(object)) => {
                object.get(shape.name_member()?)?.as_str().map(str::to_owned)
            }
            (shape, Value::Array(_)) if shape != Shape::Json => {
                self.only().ok().filter(|it| it.shape != shape)?.text()
            }
            _ => None,
        }
    }

    /// The ids of linked records.
    fn record_ids(self) -> Vec<&'a Value> {
        let of = |it: &'a Value| -> Vec<&'a Value> {
            let ids = it.get("link_record_ids").or_else(|| it.get("record_ids"));
            match ids.and_then(Value::as_array) {
                Some(ids) => ids.iter().collect(),
                None if it.is_string() => vec![it],
                None => Vec::new(),
            }
        };
        match self.value {
            Value::Array(items) => items.iter().flat_map(of).collect(),
            value => of(value),
        }
    }

    fn items(self) -> Option<slice::Iter<'a, Value>> {
        self.value.as_array().map(|it| it.iter())
    }

    fn visit_empty<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        match self.shape {
            Shape::Text | Shape::Select | Shape::Phone | Shape::AutoNumber => visitor.visit_str(""),
            Shape::Checkbox => visitor.visit_bool(false),
            Shape::People
            | Shape::Chats
            | Shape::Attachments
            | Shape::MultiSelect
            | Shape::Records => visitor.visit_seq(SeqDeserializer::new(std::iter::empty::<Self>())),
            _ => visitor.visit_unit(),
        }
    }

    fn visit_number<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        let cell = self.only()?;
        // The result of a formula is sometimes a text.
        let written = cell.value.as_str().filter(|_| cell.shape == Shape::Number);
        let number = cell.value.as_f64().or_else(|| written?.trim().parse().ok());
        match (cell.value.as_i64(), cell.value.as_u64(), number) {
            (Some(number), ..) => visitor.visit_i64(number),
            (_, Some(number), _) => visitor.visit_u64(number),
            (.., Some(number)) if number.fract() == 0.0 && number.abs() < 9e15 => {
                visitor.visit_i64(number as i64)
            }
            (.., Some(number)) => visitor.visit_f64(number),
            _ => cell.deserialize_any(visitor),
        }
    }
}

/// Milliseconds, which formulas return as floating-point numbers.
fn millis(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_f64().map(|it| it as i64))
}

macro_rules! numbers {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
            self.visit_number(visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for Cell<'_> {
    type Error = Unfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        if self.is_list && self.items().is_some_and(|it| it.len() == 1) {
            return self.only()?.deserialize_any(visitor);
        }
        match self.value {
            Value::Null => self.visit_empty(visitor),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::String(text) => visitor.visit_str(text),
            Value::Array(_) if self.shape == Shape::Text && self.is_plain() => {
                visitor.visit_string(self.text().unwrap_or_default())
            }
            Value::Array(_) => self.deserialize_seq(visitor),
            Value::Object(object) => visitor.visit_map(Members::of(self.kind, object)),
            Value::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
                (Some(number), ..) => visitor.visit_i64(number),
                (_, Some(number), _) => visitor.visit_u64(number),
                (.., number) => visitor.visit_f64(number.unwrap_or_default()),
            },
        }
    }

    numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_f32 deserialize_f64
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.only()?.deserialize_any(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        match self.text() {
            Some(text) => visitor.visit_string(text),
            None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        match self.is_empty() || (self.shape == Shape::Text && self.text().as_deref() == Some("")) {
            true => visitor.visit_none(),
            false => visitor.visit_some(self),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        if self.shape == Shape::Records {
            let ids = self.record_ids().into_iter().map(move |id| self.element_of_records(id));
            return visitor.visit_seq(SeqDeserializer::new(ids));
        }
        let is_listed = self.is_list || self.shape.elements().is_some();
        match self.value {
            Value::Null if is_listed => {
                visitor.visit_seq(SeqDeserializer::new(std::iter::empty::<Self>()))
            }
            Value::Array(_) => visitor.visit_seq(SeqDeserializer::new(self.elements())),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        if self.shape == Shape::Records && !self.value.is_object() {
            let ids = self.record_ids().into_iter().cloned().collect();
            let object = Map::from_iter([("link_record_ids".to_owned(), Value::Array(ids))]);
            return visitor.visit_map(Members::of(self.kind, &object));
        }
        let cell = self.only()?;
        match cell.value {
            Value::Null => visitor.visit_unit(),
            _ => cell.deserialize_any(visitor),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        self.deserialize_map(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        match name {
            NAME => visitor.visit_map(Tagged::new(self)),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        match self.text() {
            Some(text) if text.is_empty() => Err(Unfit::invalid_type(Unexpected::Unit, &visitor)),
            Some(text) => visitor.visit_enum(StringDeserializer::new(text)),
            None => self.only()?.deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! {
        char bytes byte_buf unit unit_struct tuple tuple_struct identifier ignored_any
    }
}

impl<'a> Cell<'a> {
    fn element_of_records(self, id: &'a Value) -> Self {
        Self::with_shape(Shape::Json, self.kind, id)
    }
}

impl<'de> IntoDeserializer<'de, Unfit> for Cell<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}
