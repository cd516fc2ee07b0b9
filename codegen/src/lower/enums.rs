//! Enums have no name in the specs: one named enum for each field name and set of values. The values may
//! not mean two things.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::names::{self, Namer};
use super::types::Position;
use crate::load::schema::EnumValue;
use crate::model::{Enum, EnumId, Variant};

/// The enums of a document, in the order they are met.
#[derive(Debug, Default)]
pub(crate) struct EnumTable {
    entries: Vec<Entry>,
    /// Several where the same values have different names.
    known: HashMap<Key, Vec<EnumId>>,
}

/// The field, whether its values are integers, and the values.
type Key = (String, bool, BTreeSet<String>);

#[derive(Debug)]
struct Entry {
    field: String,
    is_integer: bool,
    /// Who had it first; names the enum where the field alone does not.
    owner: String,
    values: Vec<EnumValue<String>>,
    pointer: String,
}

impl EnumTable {
    /// The enum of a field with these texts; their order does not matter.
    pub(crate) fn texts(&mut self, values: &[EnumValue<String>], position: Position<'_>) -> EnumId {
        self.register(values.to_vec(), false, position)
    }

    /// The enum of a field with these integers; their order does not matter.
    pub(crate) fn integers(&mut self, values: &[EnumValue<i64>], position: Position<'_>) -> EnumId {
        let as_text = |it: &EnumValue<i64>| EnumValue {
            value: it.value.to_string(),
            name: it.name.clone(),
            meaning: it.meaning.clone(),
        };
        self.register(values.iter().map(as_text).collect(), true, position)
    }

    fn register(
        &mut self,
        values: Vec<EnumValue<String>>,
        is_integer: bool,
        position: Position<'_>,
    ) -> EnumId {
        let set = values.iter().map(|it| it.value.clone()).collect();
        let key = (position.field.to_owned(), is_integer, set);
        let known = self.known.entry(key).or_default();
        let same = known.iter().find(|EnumId(at)| agree(&self.entries[*at].values, &values));
        if let Some(&EnumId(at)) = same {
            learn(&mut self.entries[at].values, &values);
            return EnumId(at);
        }
        let id = EnumId(self.entries.len());
        self.entries.push(Entry {
            field: position.field.to_owned(),
            is_integer,
            owner: position.owner.to_owned(),
            values,
            pointer: position.pointer.to_owned(),
        });
        known.push(id);
        id
    }

    /// Names every enum; `models` are the names that are taken.
    pub(crate) fn named(self, namer: &Namer<'_>, models: &HashSet<&str>) -> Vec<Enum> {
        let alone: Vec<String> =
            self.entries.iter().map(|it| namer.enumeration(None, &it.field)).collect();
        let owned: Vec<String> =
            self.entries.iter().map(|it| namer.enumeration(Some(&it.owner), &it.field)).collect();
        let mut suffices = self.suffices();
        for (at, name) in alone.iter().enumerate() {
            // Two fields that are spelled differently on the wire can make one name.
            suffices[at] &= !self.is_rival(at, name, &alone);
        }
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

    /// Another field makes the same name.
    fn is_rival(&self, at: usize, name: &str, alone: &[String]) -> bool {
        let mut others = alone.iter().zip(&self.entries);
        others.any(|(other, entry)| other == name && entry.field != self.entries[at].field)
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

/// No value has two names.
fn agree(values: &[EnumValue<String>], others: &[EnumValue<String>]) -> bool {
    values.iter().all(|value| {
        let same = others.iter().find(|other| other.value == value.value);
        match (&value.name, same.and_then(|other| other.name.as_ref())) {
            (Some(name), Some(other)) => name == other,
            _ => true,
        }
    })
}

/// Takes over the names and meanings that were not known yet.
fn learn(values: &mut [EnumValue<String>], others: &[EnumValue<String>]) {
    for value in values {
        if let Some(other) = others.iter().find(|other| other.value == value.value) {
            value.name = value.name.take().or_else(|| other.name.clone());
            value.meaning = value.meaning.take().or_else(|| other.meaning.clone());
        }
    }
}

fn enumeration(entry: Entry, name: String) -> Enum {
    let Entry { field, is_integer, values, pointer, .. } = entry;
    let mut distinct: Vec<EnumValue<String>> = Vec::new();
    for value in values {
        if !distinct.iter().any(|it| it.value == value.value) {
            distinct.push(value);
        }
    }
    let variants = names::variants(&distinct)
        .into_iter()
        .zip(distinct)
        .map(|(name, EnumValue { value, meaning, .. })| Variant { name, value, meaning })
        .collect();
    Enum { name, field, is_integer, variants, reached: false, pointer }
}
