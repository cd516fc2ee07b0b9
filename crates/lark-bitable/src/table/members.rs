//! What is in a cell, as serde reads a map.

use serde::de::{DeserializeSeed, IntoDeserializer, MapAccess};
use serde_json::{Map, Value, map};

use super::cell::Cell;
use super::field_value::{KIND, VALUE};
use super::fit::Unfit;
use super::shape::Shape;
use crate::v1::AppTableFieldType;

/// The members of an object in a cell.
pub(super) struct Members<'a> {
    kind: AppTableFieldType,
    left: map::Iter<'a>,
    value: &'a Value,
}

impl<'a> Members<'a> {
    pub(super) fn of(kind: AppTableFieldType, object: &'a Map<String, Value>) -> Self {
        Self { kind, left: object.iter(), value: &Value::Null }
    }
}

impl<'de> MapAccess<'de> for Members<'_> {
    type Error = Unfit;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Unfit> {
        let Some((key, value)) = self.left.next() else { return Ok(None) };
        self.value = value;
        seed.deserialize(key.as_str().into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Unfit> {
        seed.deserialize(Cell::with_shape(Shape::Json, self.kind, self.value))
    }
}

/// A cell with the type of its values, for [`FieldValue`](super::FieldValue).
pub(super) struct Tagged<'a> {
    cell: Cell<'a>,
    at: usize,
}

impl<'a> Tagged<'a> {
    pub(super) fn new(cell: Cell<'a>) -> Self {
        Self { cell, at: 0 }
    }
}

impl<'de> MapAccess<'de> for Tagged<'_> {
    type Error = Unfit;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Unfit> {
        let Some(key) = [KIND, VALUE].get(self.at) else { return Ok(None) };
        seed.deserialize((*key).into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Unfit> {
        self.at += 1;
        match self.at {
            1 => seed.deserialize(self.cell.kind().as_i64().into_deserializer()),
            _ => {
                seed.deserialize(Cell::with_shape(Shape::Json, self.cell.kind(), self.cell.whole()))
            }
        }
    }
}
