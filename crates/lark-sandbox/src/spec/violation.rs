//! One thing that is wrong with a request.

use serde_json::{Value, json};

/// A field that does not fit the spec.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// Where: `user_ids[0]`, `i18n_names.zh_cn`.
    pub field: String,
    /// What stands there; empty if nothing does, or something nested.
    pub value: String,
    /// What is wrong with it.
    pub description: String,
}

impl Violation {
    pub(crate) fn new(
        field: impl Into<String>,
        value: impl Into<String>,
        description: impl Into<String>,
    ) -> Self {
        Self { field: field.into(), value: value.into(), description: description.into() }
    }

    pub(crate) fn to_json(&self) -> Value {
        json!({ "field": self.field, "value": self.value, "description": self.description })
    }
}
