//! One thing that is wrong with a request.

use serde_json::{Value, json};

/// A field that does not fit the spec.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// Where: `user_ids[*]`, `i18n_names.zh_cn`.
    pub field: String,
    /// What stands there; empty if nothing does, or something nested.
    pub value: String,
    /// What is wrong with it.
    pub description: String,
    unknown: Option<InputPlace>,
}

/// Where an input stands that no spec has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum InputPlace {
    /// A query parameter.
    Query,
    /// A field of a JSON body, at any depth.
    Body,
    /// A field of a form.
    Form,
}

impl InputPlace {
    /// `query`, `body`, `form`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Body => "body",
            Self::Form => "form",
        }
    }
}

impl Violation {
    pub(crate) fn new(
        field: impl Into<String>,
        value: impl Into<String>,
        description: impl Into<String>,
    ) -> Self {
        Self {
            field: field.into(),
            value: value.into(),
            description: description.into(),
            unknown: None,
        }
    }

    /// An input that the spec does not have.
    pub(crate) fn unknown(
        place: InputPlace,
        field: impl Into<String>,
        value: impl Into<String>,
    ) -> Self {
        let description = match place {
            InputPlace::Query => "unknown query parameter",
            InputPlace::Body => "unknown field",
            InputPlace::Form => "unknown form field",
        };
        Self { unknown: Some(place), ..Self::new(field, value, description) }
    }

    /// Where it stands, if all that is wrong with it is that the spec does not have it.
    pub(crate) fn unknown_in(&self) -> Option<InputPlace> {
        self.unknown
    }

    pub(crate) fn to_json(&self) -> Value {
        json!({ "field": self.field, "value": self.value, "description": self.description })
    }
}
