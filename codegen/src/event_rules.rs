//! events.toml: which field orders events, and which one identifies an event beyond its event id.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use serde::Deserialize;

use crate::error::{Error, Place};

/// The file, from the project root.
pub(crate) const FILE: &str = "codegen/events.toml";

/// events.toml.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventRules {
    /// Paths to fields that may be the ordering key, the best first.
    #[serde(default)]
    pub(crate) ordering_keys: Vec<String>,
    #[serde(default, rename = "event")]
    exceptions: Vec<Exception>,
    /// The members of `ordering_keys` that some event uses.
    #[serde(skip)]
    used: RefCell<BTreeSet<String>>,
}

/// An event that has paths of its own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Exception {
    #[serde(rename = "type")]
    event: String,
    pub(crate) ordering_key: Option<String>,
    pub(crate) identity: Option<String>,
    reason: String,
    #[serde(skip)]
    used: Cell<bool>,
}

impl EventRules {
    /// What is said of this event alone.
    pub(crate) fn exception(&self, event: &str) -> Option<&Exception> {
        let entry = self.exceptions.iter().find(|it| it.event == event)?;
        entry.used.set(true);
        Some(entry)
    }

    /// Notes that an event uses `path` as its ordering key.
    pub(crate) fn found(&self, path: &str) {
        self.used.borrow_mut().insert(path.to_owned());
    }

    /// Entries without a reason or a path, and entries about what is no longer there.
    pub(crate) fn check(&self, errors: &mut Vec<Error>) {
        let mut wrong = |expected: String, found: &str| {
            errors.push(Error::new(FILE, Place::File, expected, found));
        };
        for path in self.ordering_keys.iter().filter(|it| !self.used.borrow().contains(*it)) {
            wrong(format!("an event whose ordering key is `{path}`"), "none");
        }
        for it in &self.exceptions {
            if !it.used.get() {
                wrong(format!("an event `{}`", it.event), "none");
            }
            if it.reason.trim().is_empty() {
                wrong(format!("a reason for what is said of {}", it.event), "none");
            }
            if it.ordering_key.is_none() && it.identity.is_none() {
                wrong(format!("an ordering key or an identity for {}", it.event), "neither");
            }
        }
    }
}
