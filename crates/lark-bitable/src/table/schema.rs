//! The fields of a table, as data.

use std::collections::HashMap;

use super::shape::{Shape, is_computed};
use crate::v1::{AppTableFieldForList, AppTableFieldProperty, AppTableFieldType};

/// Most fields that an error names.
const NAMED: usize = 30;

/// The fields of a table, from [`Table::schema`](super::Table::schema).
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Schema {
    /// The fields, in the order of the table.
    pub fields: Vec<Field>,
    by_key: HashMap<String, usize>,
}

/// A field of a table.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Field {
    /// The id, `fld...`.
    pub id: String,
    /// The name.
    pub name: String,
    /// The type.
    pub kind: AppTableFieldType,
    /// How the values are shown, such as `Currency` for a number.
    pub ui_type: Option<String>,
    /// Whether it is the first field, which names a record.
    pub is_primary: bool,
    /// The properties, by the type.
    pub property: AppTableFieldProperty,
}

impl Schema {
    pub(super) fn new(fields: Vec<AppTableFieldForList>) -> Self {
        let fields: Vec<Field> = fields.into_iter().map(Field::new).collect();
        // Names win over ids, whoever names a field like another's id.
        let ids = fields.iter().enumerate().map(|(at, it)| (it.id.clone(), at));
        let names = fields.iter().enumerate().map(|(at, it)| (it.name.clone(), at));
        let by_key = ids.chain(names).collect();
        Self { fields, by_key }
    }

    /// The field with this name or id.
    #[must_use]
    pub fn field(&self, name_or_id: &str) -> Option<&Field> {
        self.by_key.get(name_or_id).and_then(|at| self.fields.get(*at))
    }

    /// The first field of the table, which names a record.
    #[must_use]
    pub fn primary(&self) -> Option<&Field> {
        self.fields.iter().find(|it| it.is_primary)
    }

    /// The names of the fields, for an error.
    pub(super) fn names(&self) -> String {
        let names = self.fields.iter().take(NAMED).map(|it| format!("{:?}", it.name));
        let names = names.collect::<Vec<_>>().join(", ");
        match self.fields.len().saturating_sub(NAMED) {
            0 => names,
            more => format!("{names} and {more} more"),
        }
    }
}

impl Field {
    fn new(field: AppTableFieldForList) -> Self {
        Self {
            id: field.field_id.unwrap_or_default(),
            name: field.field_name,
            kind: field.type_,
            ui_type: field.ui_type.map(|it| it.to_string()),
            is_primary: field.is_primary.unwrap_or_default(),
            property: field.property.unwrap_or_default(),
        }
    }

    /// The names of the options of a select field.
    pub fn options(&self) -> impl Iterator<Item = &str> {
        self.property.options.iter().flatten().filter_map(|it| it.name.as_deref())
    }

    /// Whether the platform fills in the cells itself: formulas, lookups, automatic numbers, who and
    /// when. They are left out when a record is written.
    #[must_use]
    pub fn is_computed(&self) -> bool {
        is_computed(self.kind)
    }

    pub(super) fn shape(&self) -> Shape {
        Shape::of(self.kind)
    }
}
