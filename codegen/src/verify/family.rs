//! Families of types: what a page and a field can be compared by.

use std::fmt;

use crate::model::{Document, Moment, Type};

/// What travels, as far as the tables of pages tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    Text,
    Integer,
    Number,
    Bool,
    Object,
    /// And what it holds, if the page says it.
    Map(Option<Box<Family>>),
    File,
    /// Nobody says.
    Any,
    List(Box<Family>),
}

/// The words of api-specs/witness/pages.txt.
const WORDS: [(&str, Family); 7] = [
    ("string", Family::Text),
    ("int", Family::Integer),
    ("number", Family::Number),
    ("bool", Family::Bool),
    ("object", Family::Object),
    ("file", Family::File),
    ("any", Family::Any),
];

impl Family {
    /// `string`, `int[]`, `map`, `map:int`.
    pub(crate) fn parse(word: &str) -> Option<Family> {
        if let Some(values) = word.strip_prefix("map") {
            let Some(values) = values.strip_prefix(':') else {
                return values.is_empty().then_some(Family::Map(None));
            };
            return Family::parse(values).map(|values| Family::Map(Some(Box::new(values))));
        }
        if let Some(items) = word.strip_suffix("[]") {
            return Family::parse(items).map(|items| Family::List(Box::new(items)));
        }
        WORDS.iter().find(|(name, _)| *name == word).map(|(_, family)| family.clone())
    }

    /// What a field of this type is on the wire.
    pub(crate) fn of(document: &Document, ty: &Type) -> Family {
        match ty {
            Type::Bool => Family::Bool,
            Type::Integer | Type::NumericString | Type::Moment(Moment { is_text: false, .. }) => {
                Family::Integer
            }
            Type::Float => Family::Number,
            Type::String
            | Type::TextInteger
            | Type::Secret
            | Type::Shared(_)
            | Type::Moment(Moment { is_text: true, .. }) => Family::Text,
            Type::Enum(id) if document.enumeration(*id).is_integer => Family::Integer,
            Type::Enum(_) => Family::Text,
            Type::Model(_) => Family::Object,
            Type::List(items) => Family::List(Box::new(Family::of(document, items))),
            Type::Map(values) => Family::Map(Some(Box::new(Family::of(document, values)))),
            Type::Value => Family::Any,
            Type::File => Family::File,
        }
    }

    /// Whether a field of ours can be what a page says, which may say nothing.
    pub(crate) fn agrees(&self, ours: &Family, page_has_members: bool) -> bool {
        match (self, ours) {
            (Family::Any, _) => true,
            // An object without members is free-form, and so is a map.
            (Family::Object | Family::Map(_), Family::Any) => !page_has_members,
            // Objects of our own may be what the page calls a union.
            (Family::Map(None), Family::Map(_)) => true,
            (Family::Map(Some(page)), Family::Map(Some(ours)))
            | (Family::List(page), Family::List(ours)) => page.agrees(ours, page_has_members),
            (page, ours) => page == ours,
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Family::List(items) => return write!(f, "{items}[]"),
            Family::Map(None) => return f.write_str("map"),
            Family::Map(Some(values)) => return write!(f, "map:{values}"),
            _ => {}
        }
        let word = WORDS.iter().find(|(_, family)| family == self).map(|(word, _)| *word);
        f.write_str(word.expect("every family but lists and maps has a word"))
    }
}
