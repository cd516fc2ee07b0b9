//! What is to be written, checked before the first call: rows in the form that the table takes.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde::Serialize;
use serde_json::{Map, Value};

use super::error::{Misfit, TableError};
use super::records::{Source, wanted_fields};
use super::row::absent;
use super::run::Change;
use super::schema::{Field, Schema};
use super::shape::Shape;
use super::write::Write;
use super::write_shape::{described, is_same, to_written};
use crate::v1::{AppTableRecord, Condition, FilterInfo, app_table_record};

/// Most conditions of a search.
const CONDITIONS: usize = 50;
/// Most records of a page.
const PAGE_SIZE: i64 = 500;
/// An error names no more misfits than this.
const MISFITS: usize = 100;

/// Rows as JSON, or why one is none.
pub(super) type Rows = Result<Vec<Map<String, Value>>, String>;

/// The cells of a row, by the names of their fields, in the form in which they are written.
pub(super) type Cells = BTreeMap<String, Value>;

/// What is to be done.
pub(super) enum Goal {
    Create(Rows),
    Update(Vec<String>, Rows),
    Upsert(String, Rows),
    Delete(Vec<String>),
}

impl Goal {
    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Create(rows) | Self::Update(_, rows) | Self::Upsert(_, rows) => {
                rows.as_ref().map_or(0, Vec::len)
            }
            Self::Delete(ids) => ids.len(),
        }
    }
}

/// Structs as JSON.
pub(super) fn rows_of<T: Serialize>(rows: impl IntoIterator<Item = T>) -> Rows {
    let rows = rows.into_iter().enumerate().map(|(at, row)| match serde_json::to_value(row) {
        Ok(Value::Object(row)) => Ok(row),
        Ok(other) => {
            Err(format!("row {at} is {}, and neither a struct nor a map", described(&other)))
        }
        Err(error) => Err(format!("row {at}: {error}")),
    });
    rows.collect()
}

impl Write {
    /// Makes the queue. Nothing is written yet.
    pub(super) async fn plan(&mut self) -> Result<(), TableError> {
        let Some(goal) = self.goal.take() else { return Ok(()) };
        let result = self.plan_for(&goal).await;
        // An upsert finds out again what is there when it goes on.
        if result.is_err() || matches!(goal, Goal::Upsert(..)) {
            self.goal = Some(goal);
        }
        result
    }

    async fn plan_for(&mut self, goal: &Goal) -> Result<(), TableError> {
        let rows = |rows: &Rows| rows.clone().map_err(TableError::request);
        match goal {
            Goal::Create(all) => {
                let schema = self.table.schema().await?;
                for (row, mut cells) in written(&schema, &[], &rows(all)?)?.into_iter().enumerate()
                {
                    cells.retain(|_, value| !value.is_null());
                    self.queue.creates.push_back(Change { row, record_id: String::new(), cells });
                }
            }
            Goal::Update(ids, all) => {
                check_distinct(ids)?;
                let schema = self.table.schema().await?;
                let all = written(&schema, ids, &rows(all)?)?;
                for (row, (id, cells)) in ids.iter().zip(all).enumerate() {
                    self.queue.updates.push_back(Change { row, record_id: id.clone(), cells });
                }
            }
            Goal::Upsert(key, all) => self.plan_upsert(key, &rows(all)?).await?,
            Goal::Delete(ids) => {
                check_distinct(ids)?;
                for (row, id) in ids.iter().enumerate() {
                    let change = Change { row, record_id: id.clone(), cells: Cells::new() };
                    self.queue.deletes.push_back(change);
                }
            }
        }
        Ok(())
    }

    async fn plan_upsert(
        &mut self,
        key: &str,
        rows: &[Map<String, Value>],
    ) -> Result<(), TableError> {
        self.queue.clear();
        let schema = self.table.schema().await?;
        let field = key_field(&schema, key)?;
        let rows = written(&schema, &[], rows)?;
        let keys = keys_of_rows(field, &rows)?;
        // What an earlier attempt has done is done.
        let is_left: Vec<bool> = self.queue.record_ids.iter().map(Option::is_none).collect();
        let left = keys.iter().zip(&is_left).filter(|(_, is_left)| **is_left);
        let left: HashSet<&str> = left.map(|(key, _)| key.as_str()).collect();
        let mut found = self.look_up(&schema, field, &left, &rows).await?;
        let all = keys.iter().zip(rows).enumerate();
        for (row, (key, mut cells)) in all.filter(|(row, _)| is_left.get(*row) == Some(&true)) {
            let Some((record_id, before)) = found.remove(key.as_str()) else {
                cells.retain(|_, value| !value.is_null());
                self.queue.creates.push_back(Change { row, record_id: String::new(), cells });
                continue;
            };
            cells.retain(|name, value| differs(&schema, name, &before, value));
            if cells.is_empty() {
                self.queue.unchanged += 1;
                self.queue.done(row, record_id);
            } else {
                self.queue.updates.push_back(Change { row, record_id, cells });
            }
        }
        Ok(())
    }

    /// The records with these keys.
    async fn look_up<'a>(
        &self,
        schema: &Schema,
        field: &Field,
        keys: &HashSet<&'a str>,
        rows: &[Cells],
    ) -> Result<HashMap<&'a str, (String, Cells)>, TableError> {
        let mut found: HashMap<&str, (String, Cells)> = HashMap::new();
        if keys.is_empty() {
            return Ok(found);
        }
        let names: BTreeSet<&String> = rows.iter().flat_map(BTreeMap::keys).collect();
        let table = &self.table;
        let mut request =
            app_table_record::search(&table.app_token, &table.table_id).page_size(PAGE_SIZE);
        request.field_names = wanted_fields(names.into_iter().cloned().collect());
        request.user_id_type.clone_from(&table.user_id_type);
        // A filter may not name an option that is not there yet.
        let is_text = matches!(field.shape(), Shape::Text | Shape::Phone);
        if is_text && keys.len() <= CONDITIONS {
            let condition =
                |key: &&str| Condition::new().field_name(&field.name).operator("is").value([*key]);
            let conditions: Vec<Condition> = keys.iter().map(condition).collect();
            request = request.filter(FilterInfo::new().conjunction("or").conditions(conditions));
        }
        let mut pages = Source::new(table, request);
        while let Some(page) = pages.next().await {
            for record in page?.items {
                let AppTableRecord { record_id, fields, .. } = record;
                let (id, cells) = (record_id.unwrap_or_default(), fields.unwrap_or_default());
                let value = cells.get(&field.name).and_then(|it| to_written(field, it).ok());
                let Some(key) = value.as_ref().and_then(key_text) else { continue };
                let Some(key) = keys.get(key.as_str()) else { continue };
                let cells = before(schema, cells);
                if let Some((other, _)) = found.insert(*key, (id.clone(), cells)) {
                    return Err(TableError::request(format!(
                        "records {other} and {id} both have {key:?} in field {:?}, which is the key",
                        field.name
                    )));
                }
            }
        }
        Ok(found)
    }
}

/// The cells that were read, in the form in which they are written.
fn before(schema: &Schema, cells: BTreeMap<String, Value>) -> Cells {
    let written = |(name, value): (String, Value)| {
        let value = to_written(schema.field(&name)?, &value).ok()?;
        Some((name, value))
    };
    cells.into_iter().filter_map(written).collect()
}

fn differs(schema: &Schema, name: &str, before: &Cells, value: &Value) -> bool {
    let shape = schema.field(name).map_or(Shape::Json, Field::shape);
    !is_same(shape, before.get(name).unwrap_or(&Value::Null), value)
}

fn check_distinct(ids: &[String]) -> Result<(), TableError> {
    let mut seen = HashSet::new();
    match ids.iter().find(|it| !seen.insert(it.as_str())) {
        Some(id) => Err(TableError::request(format!("record {id} is there twice"))),
        None => Ok(()),
    }
}

/// Rows in the form in which they are written. What the platform fills in itself is left out.
fn written(
    schema: &Schema,
    ids: &[String],
    rows: &[Map<String, Value>],
) -> Result<Vec<Cells>, TableError> {
    let mut misfits = Vec::new();
    let mut all = Vec::with_capacity(rows.len());
    for (row, cells) in rows.iter().enumerate() {
        let mut written = Cells::new();
        for (key, value) in cells {
            match cell(schema, key, value) {
                Ok(Some((name, value))) => {
                    if written.insert(name, value).is_some() {
                        misfits.push(twice(schema, key, row));
                    }
                }
                Ok(None) => {}
                Err(misfit) => {
                    misfits.push(Misfit {
                        row: Some(row),
                        record_id: ids.get(row).cloned(),
                        ..*misfit
                    });
                }
            }
        }
        all.push(written);
        if misfits.len() >= MISFITS {
            break;
        }
    }
    if misfits.is_empty() { Ok(all) } else { Err(TableError::Misfits(misfits)) }
}

/// A member for a field that another one has as well, one by its name and one by its id.
fn twice(schema: &Schema, key: &str, row: usize) -> Misfit {
    Misfit {
        row: Some(row),
        record_id: None,
        field: key.to_owned(),
        kind: schema.field(key).map(|it| it.kind),
        wanted: "a field once".to_owned(),
        found: "its name and its id".to_owned(),
    }
}

fn cell(schema: &Schema, key: &str, value: &Value) -> Result<Option<(String, Value)>, Box<Misfit>> {
    let Some(field) = schema.field(key) else {
        // Nothing is lost of a member without a value.
        return if value.is_null() { Ok(None) } else { Err(Box::new(absent(schema, key))) };
    };
    if field.is_computed() {
        return Ok(None);
    }
    match to_written(field, value) {
        Ok(value) => Ok(Some((field.name.clone(), value))),
        Err(it) => Err(Box::new(Misfit {
            row: None,
            record_id: None,
            field: key.to_owned(),
            kind: Some(field.kind),
            wanted: it.wanted.to_owned(),
            found: it.found,
        })),
    }
}

fn key_field<'a>(schema: &'a Schema, key: &str) -> Result<&'a Field, TableError> {
    let field = schema.field(key).ok_or_else(|| {
        TableError::request(format!("key field {key:?}: the table has {}", schema.names()))
    })?;
    let is_key = matches!(
        field.shape(),
        Shape::Text | Shape::Number | Shape::Date | Shape::Phone | Shape::Select
    );
    match is_key && !field.is_computed() {
        true => Ok(field),
        false => Err(TableError::request(format!(
            "key field {key:?} ({:?}): a key is a text, number, date, phone number or option",
            field.kind
        ))),
    }
}

/// The key of each row, which no other row has.
fn keys_of_rows(field: &Field, rows: &[Cells]) -> Result<Vec<String>, TableError> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut keys = Vec::with_capacity(rows.len());
    for (row, cells) in rows.iter().enumerate() {
        let key = cells.get(&field.name).and_then(key_text).ok_or_else(|| {
            let name = &field.name;
            TableError::request(format!(
                "row {row} has no value of field {name:?}, which is the key"
            ))
        })?;
        match seen.entry(key.clone()) {
            Entry::Occupied(first) => {
                let (first, name) = (first.get(), &field.name);
                return Err(TableError::request(format!(
                    "rows {first} and {row} both have {key:?} in field {name:?}, which is the key"
                )));
            }
            Entry::Vacant(free) => drop(free.insert(row)),
        }
        keys.push(key);
    }
    Ok(keys)
}

/// A written cell as a key; `None` if it is empty.
fn key_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        // 1 and 1.0 are the same.
        Value::Number(number) => number.as_f64().map(|it| it.to_string()),
        _ => None,
    }
}
