//! The writing side: what a value looks like in a body, a query or a form.

use super::{JsonWriter, Plain, Text};
use crate::files::FilePart;

/// A value that can be sent.
pub trait Encode<C = Plain>: Send + Sync {
    /// Whether there is nothing to send: the field is left out.
    fn is_absent(&self) -> bool {
        false
    }

    /// Whether nothing in it can be unfit to be sent, so that it need not be written as JSON to find
    /// that out.
    fn is_fit(&self) -> bool {
        false
    }

    /// Writes the value as JSON.
    fn json(&self, out: &mut JsonWriter);

    /// Hands over the value as text, for queries, paths and forms: lists call `each` once an
    /// element, an object is its JSON.
    fn text(&self, each: &mut dyn FnMut(&str));
}

/// One input of a request or one field of a model, with the codec it travels in.
pub enum Part<'a> {
    /// JSON as it looks.
    Plain(&'a dyn Encode<Plain>),
    /// Integers as JSON strings.
    Text(&'a dyn Encode<Text>),
    /// A file of a multipart form.
    File(&'a Option<FilePart>),
}

impl Part<'_> {
    /// Whether there is nothing to send.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        match self {
            Self::Plain(value) => value.is_absent(),
            Self::Text(value) => value.is_absent(),
            Self::File(file) => file.is_none(),
        }
    }

    pub(crate) fn json(&self, out: &mut JsonWriter) {
        match self {
            Self::Plain(value) => value.json(out),
            Self::Text(value) => value.json(out),
            Self::File(_) => out.invalid("a file cannot travel in JSON"),
        }
    }

    pub(crate) fn text(&self, each: &mut dyn FnMut(&str)) {
        match self {
            Self::Plain(value) => value.text(each),
            Self::Text(value) => value.text(each),
            Self::File(_) => {}
        }
    }
}
