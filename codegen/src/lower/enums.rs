//! Enums have no name in the specs: one named enum for each field name and set of values.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::names::{self, Namer};
use super::types::Position;
use crate::model::{Enum, EnumId, Variant};

/// The enums of a document, in the order they are met.
#[derive(Debug, Default)]
pub(crate) struct EnumTable {
    entries: Vec<Entry>,
    known: HashMap<(String, BTreeSet<String>), EnumId>,
}

#[derive(Debug)]
struct Entry {
    field: String,
    /// Who had it first; names the enum where the field alone does not.
    owner: String,
    values: Vec<String>,
    pointer: String,
}

impl EnumTable {
    /// The enum of a field with these values; their order does not matter.
    pub(crate) fn register(&mut self, values: &[String], position: Position<'_>) -> EnumId {
        let key = (position.field.to_owned(), values.iter().cloned().collect());
        let entries = &mut self.entries;
        *self.known.entry(key).or_insert_with(|| {
            entries.push(Entry {
                field: position.field.to_owned(),
                owner: position.owner.to_owned(),
                values: values.to_vec(),
                pointer: position.pointer.to_owned(),
            });
            EnumId(entries.len() - 1)
        })
    }

    /// Names every enum; `models` are the names that are taken.
    pub(crate) fn named(self, namer: &Namer<'_>, models: &HashSet<&str>) -> Vec<Enum> {
        let alone: Vec<String> =
            self.entries.iter().map(|it| namer.enumeration(None, &it.field)).collect();
        let owned: Vec<String> =
            self.entries.iter().map(|it| namer.enumeration(Some(&it.owner), &it.field)).collect();
        let suffices = self.suffices();
        let mut taken: HashSet<&str> = models.clone();
        taken.extend(owned.iter().zip(&suffices).filter(|it| !it.1).map(|it| it.0.as_str()));
        let names: Vec<String> = (0..self.entries.len())
            .map(|at| match suffices[at] && !taken.contains(alone[at].as_str()) {
                true => alone[at].clone(),
                false => owned[at].clone(),
            })
            .collect();
        self.entries.into_iter().zip(names).map(|(entry, name)| enumeration(entry, name)).collect()
    }

    /// Whether the field alone can name each enum: it says something, and has one set of values.
    fn suffices(&self) -> Vec<bool> {
        let mut sets: HashMap<&str, usize> = HashMap::new();
        for entry in &self.entries {
            *sets.entry(&entry.field).or_default() += 1;
        }
        let suffices = |it: &Entry| sets[it.field.as_str()] == 1 && !names::is_generic(&it.field);
        self.entries.iter().map(suffices).collect()
    }
}

fn enumeration(entry: Entry, name: String) -> Enum {
    let mut values: Vec<String> = Vec::new();
    for value in entry.values {
        if !values.contains(&value) {
            values.push(value);
        }
    }
    let variants = names::variants(&values)
        .into_iter()
        .zip(values)
        .map(|(name, value)| Variant { name, value })
        .collect();
    Enum { name, field: entry.field, variants, reached: false, pointer: entry.pointer }
}
