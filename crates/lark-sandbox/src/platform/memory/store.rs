//! What is remembered of one tenant's resources.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::{Map, Value};

/// The resources of a tenant, by the paths of their collections.
#[derive(Default)]
pub(super) struct Store {
    collections: HashMap<String, Collection>,
    /// The paths of what was deleted. What was in it is gone too.
    deleted: HashSet<String>,
}

/// The resources on one path, in the order of their creation.
#[derive(Default)]
pub(super) struct Collection {
    items: BTreeMap<u64, Item>,
    by_id: HashMap<String, u64>,
    /// Creations by the token that their retries repeat.
    by_key: HashMap<String, u64>,
    made: u64,
}

/// One resource.
pub(super) struct Item {
    pub(super) id: String,
    /// What its samples are numbered by.
    pub(super) number: u64,
    /// What requests have said of it.
    pub(super) fields: Map<String, Value>,
    /// What it is in: the parameters of its path, and what a part knows of it. No request changes that.
    pub(super) scope: Map<String, Value>,
    pub(super) created_ms: u64,
    pub(super) updated_ms: u64,
}

impl Item {
    /// What is known of a member.
    pub(super) fn said(&self, name: &str) -> Option<&Value> {
        self.scope.get(name).or_else(|| self.fields.get(name))
    }
}

impl Store {
    /// The collection on a path. None if nothing was ever made in it.
    pub(super) fn collection(&self, path: &str) -> Option<&Collection> {
        self.collections.get(path)
    }

    pub(super) fn collection_mut(&mut self, path: &str) -> Option<&mut Collection> {
        self.collections.get_mut(path)
    }

    /// The same, made on first use.
    pub(super) fn need(&mut self, path: &str) -> &mut Collection {
        self.collections.entry(path.to_owned()).or_default()
    }

    /// Whether something above a path was deleted.
    pub(super) fn is_below_deleted(&self, path: &str) -> bool {
        let mut above = path;
        while let Some((parent, _)) = above.rsplit_once('/') {
            if self.deleted.contains(parent) {
                return true;
            }
            above = parent;
        }
        false
    }

    /// Whether this one was deleted.
    pub(super) fn is_deleted(&self, path: &str, id: &str) -> bool {
        self.deleted.contains(&format!("{path}/{id}"))
    }

    /// One with this id is there again.
    pub(super) fn restore(&mut self, path: &str, id: &str) {
        self.deleted.remove(&format!("{path}/{id}"));
    }

    /// Deletes a resource, and what is in it.
    pub(super) fn delete(&mut self, path: &str, id: &str) {
        if let Some(collection) = self.collections.get_mut(path) {
            collection.remove(id);
        }
        let gone = format!("{path}/{id}");
        self.collections
            .retain(|path, _| path.strip_prefix(&gone).is_none_or(|rest| !rest.starts_with('/')));
        self.deleted.insert(gone);
    }
}

impl Collection {
    pub(super) fn get(&self, id: &str) -> Option<&Item> {
        self.items.get(self.by_id.get(id)?)
    }

    pub(super) fn get_mut(&mut self, id: &str) -> Option<&mut Item> {
        self.items.get_mut(self.by_id.get(id)?)
    }

    /// All of them, with keys that ascend.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u64, &Item)> {
        self.items.iter().map(|(key, item)| (*key, item))
    }

    /// Whether one of them names this as its parent.
    pub(super) fn has_child(&self, id: &str) -> bool {
        let is_parent =
            |(name, it): (&String, &Value)| name.starts_with("parent_") && it.as_str() == Some(id);
        self.items.values().any(|item| item.fields.iter().any(is_parent))
    }

    /// What was created under a token that came before.
    pub(super) fn created_under(&self, key: &str) -> Option<&Item> {
        self.items.get(self.by_key.get(key)?)
    }

    /// The number of the next one.
    pub(super) fn next_number(&self) -> u64 {
        self.made + 1
    }

    /// Adds one, unless its id is taken. Whether it was added.
    pub(super) fn add(&mut self, item: Item, key: Option<String>) -> bool {
        if self.by_id.contains_key(&item.id) {
            return false;
        }
        self.made += 1;
        self.by_id.insert(item.id.clone(), self.made);
        if let Some(key) = key {
            self.by_key.insert(key, self.made);
        }
        self.items.insert(self.made, item);
        true
    }

    fn remove(&mut self, id: &str) {
        if let Some(key) = self.by_id.remove(id) {
            self.items.remove(&key);
        }
    }
}
