//! Reading the keys of objects.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Visitor};

use super::{RecordFields, Slot};

/// Where an entry of an object goes.
pub(super) enum Place<'r> {
    /// Into the field of this wire name.
    Field(&'static str, Slot<'r>),
    /// Nowhere: the record has no field of this name, which is kept if somebody wants it.
    Unknown(Option<String>),
}

/// Finds the place of a key in a record, without keeping the key.
pub(super) struct PlaceSeed<'r> {
    pub(super) record: &'r mut dyn RecordFields,
    /// Whether unknown keys are kept.
    pub(super) is_named: bool,
}

impl<'r> PlaceSeed<'r> {
    pub(super) fn place(self, key: &str) -> Place<'r> {
        match self.record.slot(key) {
            Some((name, slot)) => Place::Field(name, slot),
            None => Place::Unknown(self.is_named.then(|| key.to_owned())),
        }
    }
}

impl<'de, 'r> DeserializeSeed<'de> for PlaceSeed<'r> {
    type Value = Place<'r>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'r> Visitor<'_> for PlaceSeed<'r> {
    type Value = Place<'r>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object key")
    }

    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self.place(key))
    }
}

/// Reads a key without copying it where the input allows.
pub(super) struct KeySeed;

impl<'de> DeserializeSeed<'de> for KeySeed {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for KeySeed {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object key")
    }

    fn visit_borrowed_str<E: serde::de::Error>(self, key: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(key))
    }

    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(key.to_owned()))
    }
}
