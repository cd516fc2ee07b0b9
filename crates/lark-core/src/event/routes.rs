//! Which handler takes which type.

use std::collections::BTreeMap;

use super::handler::Route;

/// The handlers by type.
#[derive(Default)]
pub(super) struct Routes {
    /// A bot has a handful of types, which are compared faster than hashed.
    by_type: BTreeMap<String, Box<dyn Route>>,
    fallback: Option<Box<dyn Route>>,
}

impl Routes {
    /// Adds a handler; gives back whether the type had none yet.
    pub(super) fn add(&mut self, event_type: &str, route: Box<dyn Route>) -> bool {
        self.by_type.insert(event_type.to_owned(), route).is_none()
    }

    pub(super) fn take(&mut self, event_type: &str) -> Option<Box<dyn Route>> {
        self.by_type.remove(event_type)
    }

    /// Sets the handler of all other types; gives back whether there was none yet.
    pub(super) fn set_fallback(&mut self, route: Box<dyn Route>) -> bool {
        self.fallback.replace(route).is_none()
    }

    pub(super) fn find(&self, event_type: &str) -> Option<&dyn Route> {
        self.by_type.get(event_type).or(self.fallback.as_ref()).map(|route| &**route)
    }
}
