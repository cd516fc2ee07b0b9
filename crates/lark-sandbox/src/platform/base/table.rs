//! A table: its fields, records and views.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value, json};

use super::field::{Field, shown};
use super::limits::{FIELD_EXISTS, NO_FIELD, NO_RECORD};
use crate::http::Rejection;
use crate::services::Services;

/// Most digits of an id.
const ID_DIGITS: usize = 16;

pub(super) struct Table {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) fields: Vec<Field>,
    pub(super) views: Vec<Value>,
    /// In the order of their creation.
    pub(super) records: BTreeMap<u64, Record>,
    /// The keys of the records, by id.
    by_id: HashMap<String, u64>,
    created: u64,
    /// When the last write lets the table go.
    pub(super) busy_until: u64,
}

#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) id: String,
    /// The cells with a value, by ids of fields, in the form in which they are written.
    pub(super) cells: HashMap<String, Value>,
    number: u64,
    created: u64,
    changed: u64,
    author: String,
}

/// An id of a table, field, record or view.
pub(super) fn new_id(services: &Services, prefix: &str) -> String {
    let id = services.ids.next("");
    format!("{prefix}{}", &id[id.len() - ID_DIGITS..])
}

impl Table {
    /// A table with these fields; the first one is the primary one.
    pub(super) fn new(
        services: &Services,
        name: &str,
        fields: &[Value],
    ) -> Result<Self, Rejection> {
        let default = [json!({ "field_name": "Text", "type": 1 })];
        let view = json!({ "view_id": new_id(services, "vew"), "view_name": "Grid",
            "view_type": "grid" });
        let mut table = Self {
            id: new_id(services, "tbl"),
            name: name.to_owned(),
            fields: Vec::new(),
            views: vec![view],
            records: BTreeMap::new(),
            by_id: HashMap::new(),
            created: 0,
            busy_until: 0,
        };
        for definition in if fields.is_empty() { &default } else { fields } {
            table.add_field(services, definition)?;
        }
        Ok(table)
    }

    pub(super) fn add_field(
        &mut self,
        services: &Services,
        definition: &Value,
    ) -> Result<&Field, Rejection> {
        let is_primary = self.fields.is_empty();
        let field = Field::new(new_id(services, "fld"), definition, is_primary);
        if self.fields.iter().any(|it| it.name == field.name) {
            return Err(FIELD_EXISTS.because(format!("{:?}", field.name)));
        }
        self.fields.push(field);
        Ok(&self.fields[self.fields.len() - 1])
    }

    pub(super) fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|it| it.name == name)
    }

    pub(super) fn record(&self, id: &str) -> Result<&Record, Rejection> {
        let key = self.by_id.get(id).and_then(|it| self.records.get(it));
        key.ok_or_else(|| NO_RECORD.because(id))
    }

    /// Cells as they are written, by ids of fields.
    pub(super) fn accept(&mut self, cells: &Value) -> Result<HashMap<String, Value>, Rejection> {
        let mut accepted = HashMap::new();
        for (name, value) in cells.as_object().into_iter().flatten() {
            let field = self.fields.iter_mut().find(|it| it.name == *name);
            let field = field.ok_or_else(|| NO_FIELD.because(format!("{name:?}")))?;
            accepted.insert(field.id.clone(), field.accept(value)?);
        }
        Ok(accepted)
    }

    pub(super) fn add(
        &mut self,
        services: &Services,
        author: &str,
        cells: HashMap<String, Value>,
    ) -> String {
        self.created += 1;
        let (id, now) = (new_id(services, "rec"), services.now_ms());
        let mut record = Record {
            id: id.clone(),
            cells: HashMap::new(),
            number: self.created,
            created: now,
            changed: now,
            author: author.to_owned(),
        };
        record.set(cells);
        self.records.insert(self.created, record);
        self.by_id.insert(id.clone(), self.created);
        id
    }

    pub(super) fn change(
        &mut self,
        services: &Services,
        id: &str,
        cells: HashMap<String, Value>,
    ) -> Result<(), Rejection> {
        let record = self.by_id.get(id).and_then(|it| self.records.get_mut(it));
        let record = record.ok_or_else(|| NO_RECORD.because(id))?;
        record.set(cells);
        record.changed = services.now_ms();
        Ok(())
    }

    pub(super) fn remove(&mut self, id: &str) {
        if let Some(key) = self.by_id.remove(id) {
            self.records.remove(&key);
        }
    }

    /// A cell as it is read; `None` without a value.
    pub(super) fn cell(&self, record: &Record, field: &Field, as_pieces: bool) -> Option<Value> {
        let author = || json!([{ "id": record.author }]);
        match field.kind {
            1001 => Some(record.created.into()),
            1002 => Some(record.changed.into()),
            1003 | 1004 => Some(shown(field.kind, &author(), as_pieces)),
            1005 => Some(record.number.to_string().into()),
            // Of formulas the sandbox knows those that name a field: `[Hours]`.
            19 | 20 => {
                let expression =
                    field.definition.get("property")?["formula_expression"].as_str()?;
                let name = expression.split_once('[')?.1.split_once(']')?.0;
                let other = self.field(name).filter(|it| !matches!(it.kind, 19 | 20))?;
                let value = self.cell(record, other, true)?;
                let list = if value.is_array() { value } else { json!([value]) };
                Some(json!({ "type": other.kind, "value": list }))
            }
            kind => record.cells.get(&field.id).map(|it| shown(kind, it, as_pieces)),
        }
    }

    /// A record as it is read, with the fields that `wants` says.
    pub(super) fn render(
        &self,
        record: &Record,
        as_pieces: bool,
        automatic: bool,
        wants: impl Fn(&Field) -> bool,
    ) -> Value {
        let mut cells = Map::new();
        for field in self.fields.iter().filter(|it| wants(it)) {
            if let Some(value) = self.cell(record, field, as_pieces) {
                cells.insert(field.name.clone(), value);
            }
        }
        let mut shown = json!({ "record_id": record.id, "fields": cells });
        if automatic {
            shown["created_time"] = record.created.into();
            shown["last_modified_time"] = record.changed.into();
            shown["created_by"] = json!({ "id": record.author });
            shown["last_modified_by"] = json!({ "id": record.author });
        }
        shown
    }
}

impl Record {
    fn set(&mut self, cells: HashMap<String, Value>) {
        for (id, value) in cells {
            let is_empty = match &value {
                Value::Null => true,
                Value::String(text) => text.is_empty(),
                Value::Array(items) => items.is_empty(),
                _ => false,
            };
            if is_empty {
                self.cells.remove(&id);
            } else {
                self.cells.insert(id, value);
            }
        }
    }
}
