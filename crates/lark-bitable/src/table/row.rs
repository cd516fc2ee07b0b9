//! Records as the user's own structs.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::vec;

use lark_core::UnixMillis;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::Value;

use super::cell::Cell;
use super::error::{Misfit, TableError};
use super::fit::{Unfit, Why};
use super::schema::Schema;
use super::write_shape::described;
use crate::v1::{AppTableFieldType, AppTableRecord};

/// A record of a table.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Record<T> {
    /// The id, `rec...`.
    pub id: String,
    /// The cells, as your struct.
    pub fields: T,
    /// When it was created; only with [`Records::automatic_fields`](super::Records::automatic_fields).
    pub created_time: Option<UnixMillis>,
    /// When it was changed last; only with [`Records::automatic_fields`](super::Records::automatic_fields).
    pub last_modified_time: Option<UnixMillis>,
}

impl<T> Record<T> {
    /// A record to [`update`](super::Table::update).
    #[must_use]
    pub fn new(id: impl Into<String>, fields: T) -> Self {
        Self { id: id.into(), fields, created_time: None, last_modified_time: None }
    }
}

/// Reads records of a table.
#[derive(Debug)]
pub(super) struct Reader {
    schema: Arc<Schema>,
    /// Members that must have a value, found out by the records without one: they get an empty cell.
    /// The others have a default of their own.
    needed: Vec<&'static str>,
}

impl Reader {
    pub(super) fn new(schema: Arc<Schema>) -> Self {
        Self { schema, needed: Vec::new() }
    }

    pub(super) fn read<T: DeserializeOwned>(
        &mut self,
        record: AppTableRecord,
    ) -> Result<Record<T>, TableError> {
        let id = record.record_id.unwrap_or_default();
        let cells = record.fields.unwrap_or_default();
        let fields = loop {
            match T::deserialize(Row { schema: &self.schema, cells: &cells, needed: &self.needed })
            {
                Ok(fields) => break fields,
                Err(Unfit { field: None, why: Why::Missing(member) })
                    if self.schema.field(member).is_some() && !self.needed.contains(&member) =>
                {
                    self.needed.push(member);
                }
                Err(unfit) => {
                    return Err(TableError::Misfits(vec![self.misfit(id, &cells, unfit)]));
                }
            }
        };
        Ok(Record {
            id,
            fields,
            created_time: record.created_time,
            last_modified_time: record.last_modified_time,
        })
    }

    fn misfit(&self, id: String, cells: &BTreeMap<String, Value>, unfit: Unfit) -> Misfit {
        let record_id = Some(id);
        let key = unfit.field.unwrap_or_default();
        let field = self.schema.field(&key);
        let kind = field.map(|it| it.kind);
        let (key, wanted, found) = match unfit.why {
            Why::Type { wanted, found } => (key, wanted, found),
            Why::Missing(member) => return Misfit { record_id, ..absent(&self.schema, member) },
            Why::Said(text) => {
                let value =
                    field.and_then(|it| cells.get(&it.name)).map_or("nothing".into(), described);
                (key, "a value that its type takes".to_owned(), format!("{value}: {text}"))
            }
            Why::Enough => (key, String::new(), String::new()),
        };
        Misfit { row: None, record_id, field: key, kind, wanted, found }
    }
}

/// A member of a struct that the table has no field for.
pub(super) fn absent(schema: &Schema, member: &str) -> Misfit {
    Misfit {
        row: None,
        record_id: None,
        field: member.to_owned(),
        kind: None,
        wanted: format!("one of the fields {}", schema.names()),
        found: "no such field".to_owned(),
    }
}

/// The cells of a record, as serde reads a struct or a map.
#[derive(Clone, Copy)]
struct Row<'a> {
    schema: &'a Schema,
    cells: &'a BTreeMap<String, Value>,
    needed: &'a [&'static str],
}

impl<'a> Row<'a> {
    /// The cell for a member of a struct, by the name or id of its field.
    fn cell(self, key: &'static str) -> Option<(&'a str, Cell<'a>)> {
        let field = self.schema.field(key);
        let kind = field.map_or(AppTableFieldType::default(), |it| it.kind);
        let value = self.cells.get(field.map_or(key, |it| it.name.as_str()));
        match value.filter(|it| !it.is_null()) {
            Some(value) => Some((key, Cell::new(kind, value))),
            None if self.needed.contains(&key) => Some((key, Cell::empty(kind))),
            None => None,
        }
    }

    fn all(self) -> Entries<'a> {
        let kind = |name: &str| self.schema.field(name).map_or(Default::default(), |it| it.kind);
        let cells = self.cells.iter().filter(|(_, value)| !value.is_null());
        let cells = cells.map(|(name, value)| (name.as_str(), Cell::new(kind(name), value)));
        // Of a struct with another one flattened into it.
        let empty = self.needed.iter().filter(|it| !self.cells.contains_key(**it));
        let empty = empty.map(|name| (*name, Cell::empty(kind(name))));
        Entries::new(cells.chain(empty).collect())
    }
}

impl<'de> Deserializer<'de> for Row<'_> {
    type Error = Unfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_map(self.all())
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        keys: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        visitor.visit_map(Entries::new(keys.iter().filter_map(|key| self.cell(key)).collect()))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_some(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// Keys and cells, in this order.
pub(super) struct Entries<'a> {
    left: vec::IntoIter<(&'a str, Cell<'a>)>,
    value: Option<(&'a str, Cell<'a>)>,
    /// Whether what follows is of no interest.
    stops: bool,
}

impl<'a> Entries<'a> {
    pub(super) fn new(entries: Vec<(&'a str, Cell<'a>)>) -> Self {
        Self { left: entries.into_iter(), value: None, stops: false }
    }

    /// A single one. The type of the user fails with [`Why::Enough`] once it has taken it.
    pub(super) fn one(key: &'a str, cell: Cell<'a>) -> Self {
        Self { stops: true, ..Self::new(vec![(key, cell)]) }
    }
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Unfit;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Unfit> {
        self.value = self.left.next();
        match self.value {
            Some((key, _)) => seed.deserialize(key.into_deserializer()).map(Some),
            None if self.stops => Err(Unfit::new(Why::Enough)),
            None => Ok(None),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Unfit> {
        let Some((key, cell)) = self.value else { return Err(Unfit::new(Why::Enough)) };
        seed.deserialize(cell).map_err(|unfit| unfit.in_field(key))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left.len())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::table::{FieldValue, Link, LinkedRecords, Person};
    use crate::v1::AppTableFieldForList;

    /// Reads a cell of a type.
    fn read<T: DeserializeOwned>(kind: AppTableFieldType, value: Value) -> Result<T, String> {
        let field = AppTableFieldForList {
            field_name: "Cell".to_owned(),
            type_: kind,
            ..AppTableFieldForList::default()
        };
        let mut reader = Reader::new(Arc::new(Schema::new(vec![field])));
        let record =
            AppTableRecord::new().record_id("rec1").fields([("Cell".to_owned(), value)].into());
        let record = reader.read::<BTreeMap<String, T>>(record).map_err(|it| it.to_string())?;
        record.fields.into_values().next().ok_or_else(|| "no cell".to_owned())
    }

    fn lookup<T: DeserializeOwned>(kind: i64, value: Value) -> Result<T, String> {
        read(AppTableFieldType::Lookup, json!({ "type": kind, "value": value }))
    }

    #[test]
    fn lookups_have_the_type_of_their_results() {
        assert_eq!(lookup(2, json!([1.5, 2])), Ok(vec![1.5, 2.0]));
        assert_eq!(lookup(2, json!([7])), Ok(7_u8));
        assert_eq!(lookup(2, json!([])), Ok(None::<f64>));
        let many = lookup::<f64>(2, json!([1, 2])).expect_err("two");
        let wanted = "record rec1, field \"Cell\" (Lookup): wanted one value, found 2 values";
        assert_eq!(many, wanted);
        let texts = json!([{ "type": "text", "text": "a" }, { "type": "text", "text": "b" }]);
        assert_eq!(lookup(1, texts.clone()), Ok("ab".to_owned()));
        assert_eq!(lookup(1, texts), Ok(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(
            lookup(5, json!([1_795_622_400_000_i64])),
            Ok("2026-11-25T16:00:00Z".to_owned())
        );
        assert_eq!(lookup(5, json!([1_795_622_400_000.0])), Ok(UnixMillis(1_795_622_400_000)));
        assert_eq!(lookup(11, json!([{ "id": "ou_1" }])), Ok(Person::new("ou_1")));
        let people = Ok(vec![Person::new("ou_1"), Person::new("ou_2")]);
        assert_eq!(lookup(11, json!([{ "id": "ou_1" }, { "id": "ou_2" }])), people);
        let ids = ["ou_1".to_owned(), "ou_2".to_owned()];
        assert_eq!(
            lookup(11, json!([[{ "id": "ou_1" }], [{ "id": "ou_2" }]])),
            Ok(vec![vec![ids[0].clone()], vec![ids[1].clone()]])
        );
        assert_eq!(lookup(4, json!(["a", "b"])), Ok(vec!["a".to_owned(), "b".to_owned()]));
        let links = json!([{ "link_record_ids": ["r1"] }, { "link_record_ids": ["r2"] }]);
        assert_eq!(lookup(18, links), Ok(LinkedRecords::new(["r1", "r2"])));
        let values = vec![FieldValue::Number(1.0), FieldValue::Number(2.0)];
        assert_eq!(lookup(2, json!([1, 2])), Ok(values.clone()));
        assert_eq!(lookup(2, json!([1, 2])), Ok(FieldValue::List(values)));
        assert_eq!(
            lookup(4711, json!([1])),
            Ok(FieldValue::Other(json!({ "type": 4711, "value": [1] })))
        );
    }

    #[test]
    fn older_and_odd_forms_are_read_too() {
        use AppTableFieldType as Type;

        assert_eq!(read(Type::Text, json!("plain")), Ok("plain".to_owned()));
        assert_eq!(read(Type::Formula, json!({ "type": 2, "value": ["12.5"] })), Ok(12.5));
        assert_eq!(read(Type::Number, json!(3.0)), Ok(3_i32));
        assert_eq!(read(Type::Url, json!({ "link": "x", "text": "y" })), Ok(Link::new("y", "x")));
        let record = json!([{ "record_ids": ["r1", "r2"], "table_id": "tbl1", "text": "a, b" }]);
        assert_eq!(read(Type::SingleLink, record), Ok(vec!["r1".to_owned(), "r2".to_owned()]));
        let unknown = json!({ "new": [1] });
        assert_eq!(read(Type::Other(4711), unknown.clone()), Ok(FieldValue::Other(unknown)));
        let mention = json!([{ "type": "mention", "text": "@A", "token": "ou_1" }, { "type": "text", "text": "!" }]);
        assert_eq!(read(Type::Text, mention.clone()), Ok("@A!".to_owned()));
        assert_eq!(
            read(Type::Text, mention.clone()),
            Ok(mention.clone()),
            "nothing of JSON is lost"
        );
        assert!(matches!(read(Type::Text, mention), Ok(FieldValue::Segments(it)) if it.len() == 2));
    }
}
