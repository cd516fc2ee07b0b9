//! The members of objects and the elements of lists, one after the other.

use super::super::{Context, Entries, Fit, Items, RecordFields, Slot, WireError};
use super::{Reader, Text, invalid};

/// Where the cursor of an object or a list stands.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Start,
    /// The key was read, its value is still to come.
    AtValue,
    /// A value was read.
    Between,
    End,
}

pub(super) struct Members<'r, 'a> {
    reader: &'r mut Reader<'a>,
    place: Place,
}

impl<'r, 'a> Members<'r, 'a> {
    /// The members of the object that was opened.
    pub(super) fn new(reader: &'r mut Reader<'a>) -> Self {
        Self { reader, place: Place::Start }
    }

    /// Reads the next key and what is between it and its value.
    #[inline]
    fn key(&mut self) -> Result<Option<Text>, WireError> {
        let next = match (self.place, self.reader.peek()) {
            (Place::Start | Place::Between, Some(b'}')) => {
                self.reader.close();
                self.place = Place::End;
                return Ok(None);
            }
            (Place::Start, next) => next,
            (Place::Between, Some(b',')) => {
                self.reader.at += 1;
                self.reader.peek()
            }
            (Place::End, _) => return Ok(None),
            _ => return invalid(),
        };
        if next != Some(b'"') {
            return invalid();
        }
        let key = self.reader.text()?;
        self.reader.take(b':')?;
        self.place = Place::AtValue;
        Ok(Some(key))
    }

    /// Skips what was not read.
    pub(super) fn finish(mut self) -> Result<(), WireError> {
        if self.place == Place::AtValue {
            self.skip()?;
        }
        while self.key()?.is_some() {
            self.skip()?;
        }
        Ok(())
    }
}

impl Entries for Members<'_, '_> {
    fn next_key(&mut self) -> Result<Option<&str>, WireError> {
        let key = self.key()?;
        Ok(key.map(|key| self.reader.get(&key)))
    }

    fn record(
        &mut self,
        record: &mut dyn RecordFields,
        required: &'static [&'static str],
        cx: &mut Context<'_>,
    ) -> Result<u128, WireError> {
        let mut found: u128 = 0; // `record!` refuses models with more of them
        // Where the next one is if they come in the order of the spec.
        let mut next = 0;
        while let Some(key) = self.key()? {
            let key = self.reader.get(&key);
            let Some((name, slot)) = record.slot(key) else {
                cx.count_value().map_err(serde::de::Error::custom)?;
                if cx.notes_unknown_fields() {
                    cx.unknown_field(key);
                }
                self.skip()?;
                continue;
            };
            cx.enter(name);
            let fit = self.value(slot, cx)?;
            cx.leave();
            if fit == Fit::Absent {
                continue;
            }
            let is_next = required.get(next) == Some(&name);
            let index = is_next.then_some(next);
            if let Some(index) = index.or_else(|| required.iter().position(|it| *it == name)) {
                found |= 1 << index;
                next = index + 1;
            }
        }
        Ok(found)
    }

    fn value(&mut self, slot: Slot<'_>, cx: &mut Context<'_>) -> Result<Fit, WireError> {
        self.place = Place::Between;
        self.reader.value(slot, cx)
    }

    fn skip(&mut self) -> Result<(), WireError> {
        self.place = Place::Between;
        self.reader.skip()
    }
}

pub(super) struct Elements<'r, 'a> {
    reader: &'r mut Reader<'a>,
    place: Place,
}

impl<'r, 'a> Elements<'r, 'a> {
    /// The elements of the list that was opened.
    pub(super) fn new(reader: &'r mut Reader<'a>) -> Self {
        Self { reader, place: Place::Start }
    }

    /// Goes to the next element; false at the end.
    fn advance(&mut self) -> Result<bool, WireError> {
        match (self.place, self.reader.peek()) {
            (Place::End, _) => return Ok(false),
            (_, Some(b']')) => {
                self.reader.close();
                self.place = Place::End;
                return Ok(false);
            }
            (Place::Start, _) => {}
            (_, Some(b',')) => self.reader.at += 1,
            _ => return invalid(),
        }
        self.place = Place::Between;
        Ok(true)
    }

    /// Skips what was not read.
    pub(super) fn finish(mut self) -> Result<(), WireError> {
        while self.advance()? {
            self.reader.skip()?;
        }
        Ok(())
    }
}

impl Items for Elements<'_, '_> {
    fn next(&mut self, slot: Slot<'_>, cx: &mut Context<'_>) -> Result<Option<Fit>, WireError> {
        match self.advance()? {
            true => self.reader.value(slot, cx).map(Some),
            false => Ok(None),
        }
    }

    fn is_empty(&mut self) -> Result<bool, WireError> {
        let has_first = self.advance()?;
        if has_first {
            self.reader.skip()?;
        }
        Ok(!has_first)
    }
}
