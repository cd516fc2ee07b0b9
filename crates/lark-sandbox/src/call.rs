//! One call, checked and ready to be answered.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::auth::Caller;

/// Parameters by name.
#[derive(Debug, Default)]
pub(crate) struct Params {
    pub(crate) path: BTreeMap<&'static str, String>,
    pub(crate) query: BTreeMap<&'static str, Vec<String>>,
}

/// A call that fits the spec.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) params: Params,
    pub(crate) body: Value,
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
}
