//! Whether a struct fits a table, found out by having it read a sample of each field.

use serde::de::{DeserializeOwned, Deserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Value, json};

use super::cell::Cell;
use super::error::Misfit;
use super::fit::{Unfit, Why};
use super::row::{Entries, absent};
use super::schema::{Field, Schema};
use super::shape::Shape;
use super::write_shape::wanted;
use crate::v1::AppTableFieldType;

/// The names of the members of a struct, which are the keys of its fields; `None` for a map.
pub(super) fn keys_of<T: DeserializeOwned>() -> Option<&'static [&'static str]> {
    let mut keys = None;
    // Nothing is read, so it fails in any case.
    let _ = T::deserialize(Names(&mut keys));
    keys
}

/// What does not fit.
pub(super) fn misfits<T: DeserializeOwned>(schema: &Schema) -> Vec<Misfit> {
    let keys = keys_of::<T>().unwrap_or_default();
    let mut misfits = Vec::new();
    for key in keys {
        if let Some(field) = schema.field(key) {
            misfits.extend(samples(field).iter().filter_map(|it| misfit::<T>(key, field, it)));
        }
    }
    misfits.extend(needed::<T>(schema).into_iter().map(|key| absent(schema, key)));
    misfits
}

fn misfit<T: DeserializeOwned>(key: &'static str, field: &Field, sample: &Value) -> Option<Misfit> {
    let unfit = read_one::<T>(key, Cell::new(field.kind, sample))?;
    let shape = field.shape();
    let (expected, found) = match unfit.why {
        Why::Type { wanted, found } if matches!(shape, Shape::Select | Shape::MultiSelect) => {
            (wanted, found)
        }
        Why::Type { wanted: expected, .. } => (expected, wanted(shape).to_owned()),
        // Of the texts of a type with a form of its own, a sample says nothing.
        Why::Said(_) if matches!(shape, Shape::Text | Shape::Phone | Shape::AutoNumber) => {
            return None;
        }
        Why::Said(text) => (format!("another type ({text})"), wanted(shape).to_owned()),
        Why::Enough | Why::Missing(_) => return None,
    };
    let field_key = key.to_owned();
    let kind = Some(field.kind);
    Some(Misfit { row: None, record_id: None, field: field_key, kind, wanted: expected, found })
}

/// Has a struct read a single cell. The reason why it does not take it.
fn read_one<T: DeserializeOwned>(key: &'static str, cell: Cell<'_>) -> Option<Unfit> {
    T::deserialize(Sample(Entries::one(key, cell))).err().filter(|it| it.field.is_some())
}

/// The members without a field that have no default.
fn needed<T: DeserializeOwned>(schema: &Schema) -> Vec<&'static str> {
    let anything = [json!("x"), json!(1), json!(true), json!([]), json!({}), Value::Null];
    let mut needed = Vec::new();
    let mut fed: Vec<(&'static str, AppTableFieldType, Value)> = Vec::new();
    // Each round feeds one more member.
    for _ in 0..=keys_of::<T>().map_or(0, <[_]>::len) {
        let cells = fed.iter().map(|(key, kind, value)| (*key, Cell::new(*kind, value)));
        let unfit = T::deserialize(Sample(Entries::new(cells.collect()))).err();
        let Some(Unfit { field: None, why: Why::Missing(key) }) = unfit else { break };
        let mut candidates: Vec<(AppTableFieldType, Value)> = match schema.field(key) {
            Some(field) => samples(field).into_iter().map(|it| (field.kind, it)).collect(),
            None => {
                needed.push(key);
                Vec::new()
            }
        };
        candidates.extend(anything.iter().map(|it| (AppTableFieldType::default(), it.clone())));
        let is_taken = |kind, value: &Value| read_one::<T>(key, Cell::new(kind, value)).is_none();
        let mut candidates = candidates.into_iter();
        let Some((kind, value)) = candidates.find(|(kind, it)| is_taken(*kind, it)) else { break };
        fed.push((key, kind, value));
    }
    needed
}

/// What cells of a field may look like; empty if nobody can say.
fn samples(field: &Field) -> Vec<Value> {
    let person = json!({ "id": "x", "name": "x", "en_name": "x", "email": "x", "avatar_url": "x" });
    let sample = match field.shape() {
        Shape::Text => json!([{ "type": "text", "text": "x" }]),
        Shape::Number => json!(1),
        Shape::Select => return field.options().map(Value::from).collect(),
        Shape::MultiSelect => return field.options().map(|it| json!([it])).collect(),
        Shape::Date => json!(1_795_622_400_000_i64),
        Shape::Checkbox => json!(true),
        Shape::People => json!([person]),
        Shape::Phone => json!("+8613800000000"),
        Shape::AutoNumber => json!("1"),
        Shape::Link => json!({ "link": "https://example.com", "text": "x" }),
        Shape::Attachments => json!([{ "file_token": "x", "name": "x", "type": "x", "size": 1,
            "url": "x", "tmp_url": "x" }]),
        Shape::Records => json!({ "link_record_ids": ["x"] }),
        Shape::Location => json!({ "location": "1,1", "name": "x", "full_address": "x",
            "address": "x", "pname": "x", "cityname": "x", "adname": "x" }),
        Shape::Chats => json!([{ "id": "x", "name": "x", "avatar_url": "x" }]),
        _ => return Vec::new(),
    };
    vec![sample]
}

/// A record made of samples.
struct Sample<'a>(Entries<'a>);

impl<'de> Deserializer<'de> for Sample<'_> {
    type Error = Unfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_map(self.0)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// Finds out the names of the members of a struct.
struct Names<'a>(&'a mut Option<&'static [&'static str]>);

impl<'de> Deserializer<'de> for Names<'_> {
    type Error = Unfit;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Unfit> {
        Err(Unfit::new(Why::Enough))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        keys: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Unfit> {
        *self.0 = Some(keys);
        Err(Unfit::new(Why::Enough))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}
