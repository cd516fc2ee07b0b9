//! One call, checked and ready to be answered.

use std::collections::BTreeMap;

use http::HeaderMap;
use serde_json::Value;

use crate::http::FormFile;
use crate::platform::Caller;

/// Parameters by name.
#[derive(Debug, Default)]
pub(crate) struct Params {
    pub(crate) path: BTreeMap<&'static str, String>,
    pub(crate) query: BTreeMap<&'static str, Vec<String>>,
}

/// A call that fits the spec.
pub(crate) struct Call {
    pub(crate) params: Params,
    pub(crate) headers: HeaderMap,
    /// Of a form: its texts, and the sizes of its files.
    pub(crate) body: Value,
    /// The files of a form.
    pub(crate) files: BTreeMap<String, FormFile>,
    pub(crate) caller: Caller,
}

impl Call {
    /// A path parameter. All of a route's are there.
    pub(crate) fn path(&self, name: &str) -> &str {
        self.params.path.get(name).map_or("", String::as_str)
    }

    /// A query parameter; an empty one counts as absent.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.list(name).first().map(String::as_str).filter(|value| !value.is_empty())
    }

    /// A repeated query parameter.
    pub(crate) fn list(&self, name: &str) -> &[String] {
        self.params.query.get(name).map_or(&[], Vec::as_slice)
    }

    /// A boolean query parameter, in either spelling.
    pub(crate) fn is_set(&self, name: &str) -> bool {
        self.query(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// A string of the body.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.body[name].as_str()
    }

    /// An integer of the body, which in a form is text.
    pub(crate) fn integer(&self, name: &str) -> Option<i64> {
        let value = &self.body[name];
        value.as_i64().or_else(|| value.as_str()?.parse().ok())
    }

    /// A header, if it is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}
