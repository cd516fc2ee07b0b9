//! Cells without a struct of one's own.

use std::fmt;

use lark_core::UnixMillis;
use serde::de::{DeserializeOwned, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

use super::cell::Cell;
use super::fit::Unfit;
use super::shape::Shape;
use super::value::{Attachment, Chat, Link, LinkedRecords, Location, Person, TextSegment};
use crate::v1::AppTableFieldType;

/// How a cell knows that this type asks, and what it hands over.
pub(super) const NAME: &str = "$lark_bitable::FieldValue";
pub(super) const KIND: &str = "$lark_bitable::kind";
pub(super) const VALUE: &str = "$lark_bitable::value";

/// The value of a cell, by the type of its field; what a formula or lookup found, by the type of that.
///
/// For programs that learn the fields of a table when they run, with
/// `BTreeMap<String, FieldValue>` in the place of a struct, and for single fields of a struct.
///
/// ```no_run
/// # async fn dump(table: lark_bitable::table::Table) -> Result<(), lark_bitable::table::TableError> {
/// use std::collections::BTreeMap;
///
/// use lark_bitable::table::FieldValue;
///
/// let mut records = table.records::<BTreeMap<String, FieldValue>>();
/// while let Some(record) = records.next().await {
///     for (field, value) in record?.fields {
///         println!("{field}: {value:?}");
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum FieldValue {
    /// Nothing. Written, it empties the cell.
    #[default]
    Empty,
    /// A text without links and mentions.
    Text(String),
    /// A text with links or mentions. Written, it loses them: the platform takes a plain text.
    Segments(Vec<TextSegment>),
    /// A number.
    Number(f64),
    /// The option of a single select.
    Select(String),
    /// The options of a multiple select.
    MultiSelect(Vec<String>),
    /// A moment.
    Date(UnixMillis),
    /// Whether a box is checked.
    Checkbox(bool),
    /// People.
    People(Vec<Person>),
    /// A phone number.
    Phone(String),
    /// A hyperlink.
    Link(Link),
    /// Files.
    Attachments(Vec<Attachment>),
    /// Links to records.
    Records(LinkedRecords),
    /// A place.
    Location(Location),
    /// Chats.
    Chats(Vec<Chat>),
    /// An automatic number.
    AutoNumber(String),
    /// Several values of a formula or lookup.
    List(Vec<FieldValue>),
    /// JSON of a type that this version of the SDK does not know. It is written as it is.
    Other(Value),
}

impl FieldValue {
    /// The value of a cell; `Other` if it is not what its type says.
    fn of(kind: AppTableFieldType, value: &Value) -> Self {
        Self::of_cell(Cell::new(kind, value)).unwrap_or_else(|_| Self::Other(value.clone()))
    }

    fn of_cell(cell: Cell<'_>) -> Result<Self, Unfit> {
        if cell.is_empty() {
            return Ok(Self::Empty);
        }
        if cell.shape() == Shape::Json {
            return Ok(Self::Other(cell.whole().clone()));
        }
        if cell.is_list() && cell.shape().elements().is_none() {
            let mut values = cell.elements().map(Self::of_cell).collect::<Result<Vec<_>, _>>()?;
            return Ok(match values.len() {
                1 => values.remove(0),
                _ => Self::List(values),
            });
        }
        fn read<T: DeserializeOwned>(cell: Cell<'_>) -> Result<T, Unfit> {
            T::deserialize(cell)
        }
        Ok(match cell.shape() {
            Shape::Text if cell.is_plain() => Self::Text(read(cell)?),
            Shape::Text => Self::Segments(read(cell)?),
            Shape::Number => Self::Number(read(cell)?),
            Shape::Select => Self::Select(read(cell)?),
            Shape::MultiSelect => Self::MultiSelect(read(cell)?),
            Shape::Date => Self::Date(UnixMillis(read(cell)?)),
            Shape::Checkbox => Self::Checkbox(read(cell)?),
            Shape::People => Self::People(read(cell)?),
            Shape::Phone => Self::Phone(read(cell)?),
            Shape::Link => Self::Link(read(cell)?),
            Shape::Attachments => Self::Attachments(read(cell)?),
            Shape::Records => Self::Records(read(cell)?),
            Shape::Location => Self::Location(read(cell)?),
            Shape::Chats => Self::Chats(read(cell)?),
            Shape::AutoNumber => Self::AutoNumber(read(cell)?),
            Shape::Computed | Shape::Segment | Shape::Identified | Shape::File | Shape::Json => {
                Self::Other(cell.whole().clone())
            }
        })
    }
}

impl Serialize for FieldValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Empty => serializer.serialize_unit(),
            Self::Text(text) | Self::Select(text) | Self::Phone(text) | Self::AutoNumber(text) => {
                serializer.serialize_str(text)
            }
            Self::Segments(pieces) => pieces.serialize(serializer),
            Self::Number(number) => serializer.serialize_f64(*number),
            Self::MultiSelect(options) => options.serialize(serializer),
            Self::Date(moment) => serializer.serialize_i64(moment.0),
            Self::Checkbox(value) => serializer.serialize_bool(*value),
            Self::People(people) => people.serialize(serializer),
            Self::Link(link) => link.serialize(serializer),
            Self::Attachments(files) => files.serialize(serializer),
            Self::Records(records) => records.serialize(serializer),
            Self::Location(location) => location.serialize(serializer),
            Self::Chats(chats) => chats.serialize(serializer),
            Self::List(values) => values.serialize(serializer),
            Self::Other(value) => value.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for FieldValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(NAME, AnyValue)
    }
}

/// Reads a cell with its type, or JSON of which nothing is known.
struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = FieldValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value of a cell")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, it: D) -> Result<FieldValue, D::Error> {
        it.deserialize_any(self)
    }

    fn visit_unit<E>(self) -> Result<FieldValue, E> {
        Ok(FieldValue::Empty)
    }

    fn visit_none<E>(self) -> Result<FieldValue, E> {
        Ok(FieldValue::Empty)
    }

    fn visit_some<D: Deserializer<'de>>(self, it: D) -> Result<FieldValue, D::Error> {
        it.deserialize_any(self)
    }

    fn visit_bool<E>(self, value: bool) -> Result<FieldValue, E> {
        Ok(FieldValue::Checkbox(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<FieldValue, E> {
        Ok(FieldValue::Number(value as f64))
    }

    fn visit_u64<E>(self, value: u64) -> Result<FieldValue, E> {
        Ok(FieldValue::Number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<FieldValue, E> {
        Ok(FieldValue::Number(value))
    }

    fn visit_str<E>(self, text: &str) -> Result<FieldValue, E> {
        Ok(FieldValue::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<FieldValue, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(FieldValue::Other(Value::Array(list)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<FieldValue, A::Error> {
        let mut object = Map::new();
        while let Some(key) = members.next_key::<String>()? {
            object.insert(key, members.next_value()?);
        }
        match (object.get(KIND).and_then(Value::as_i64), object.get(VALUE)) {
            (Some(kind), Some(value)) => {
                Ok(FieldValue::of(AppTableFieldType::from_wire(kind), value))
            }
            _ => Ok(FieldValue::Other(Value::Object(object))),
        }
    }
}
