//! The bridge from `serde_json` to slots: one visitor for every type of the SDK.

use std::borrow::Cow;
use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use serde_json::Value;

use super::keys::{KeySeed, Place, PlaceSeed};
use super::reader::read;
use super::repair::{is_lossy, repair};
use super::{Context, Entries, Fit, Input, Items, RecordFields, Slot, WireError};

/// The key under which `serde_json` hands over numbers when some other crate of the program
/// turned its feature `arbitrary_precision` on.
const BIG_NUMBER_KEY: &str = "$serde_json::private::Number";

/// Reads a whole JSON text into `slot`. Single values that no parser takes are repaired and reported.
pub(crate) fn decode_slice(
    json: &[u8],
    mut slot: Slot<'_>,
    cx: &mut Context<'_>,
) -> Result<Fit, WireError> {
    cx.begin(json.len());
    // Checked once here, not once a string by the parser.
    let decoded = match std::str::from_utf8(json) {
        Ok(json) => match read(json, slot.reborrow(), cx) {
            Err(_) if !cx.is_given_up() => {
                // Once more from the start, to learn what is wrong.
                cx.begin_again(json.len());
                decode_text(json, slot.reborrow(), cx)
            }
            read => read,
        },
        Err(error) => Err(foreign(error)),
    };
    let error = match decoded {
        Ok(fit) => return Ok(fit),
        Err(error) if cx.is_given_up() => return Err(error),
        Err(error) => error,
    };
    // Read once more from the start: each field that has a value now gets it again.
    match repair(json) {
        Some(repaired) => {
            cx.begin_repaired(repaired.len());
            decode_text(&repaired, slot, cx)
        }
        None => Err(error),
    }
}

pub(super) fn decode_text(
    json: &str,
    slot: Slot<'_>,
    cx: &mut Context<'_>,
) -> Result<Fit, WireError> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let fit = Seed { slot, cx }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(fit)
}

/// Reads any JSON. Single values that no parser takes are repaired.
///
/// # Errors
/// What cannot be repaired.
pub fn read_value(json: &[u8]) -> Result<Value, WireError> {
    let error = match std::str::from_utf8(json).map(serde_json::from_str) {
        Ok(Ok(value)) => return Ok(value),
        Ok(Err(error)) => error,
        Err(error) => foreign(error),
    };
    match repair(json) {
        Some(repaired) => serde_json::from_str(&repaired),
        None => Err(error),
    }
}

/// Offers the next value of any deserializer to a slot.
pub(super) struct Seed<'a, 'b, 'c> {
    pub(super) slot: Slot<'a>,
    pub(super) cx: &'b mut Context<'c>,
}

impl Seed<'_, '_, '_> {
    fn offer(mut self, input: Input<'_>) -> Result<Fit, WireError> {
        self.slot.accept(input, self.cx)
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_, '_, '_> {
    type Value = Fit;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Fit, D::Error> {
        let Self { slot, cx } = self;
        cx.count_value().map_err(serde::de::Error::custom)?;
        if !cx.go_deeper() {
            // The parser gives up a little deeper, and with it all of the text.
            IgnoredAny::deserialize(deserializer)?;
            cx.dropped("a value", "one within too many others");
            return Ok(Fit::Misfit);
        }
        let fit = deserializer.deserialize_any(Seed { slot, cx: &mut *cx })?;
        cx.go_back();
        Ok(fit)
    }
}

/// Slots speak `serde_json`'s error, visitors the deserializer's. The two are the same type in
/// practice, which the compiler cannot know; the text, with line and column, survives the way.
fn foreign<F: fmt::Display, T: serde::de::Error>(error: F) -> T {
    T::custom(error)
}

impl<'de> Visitor<'de> for Seed<'_, '_, '_> {
    type Value = Fit;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Fit, E> {
        self.offer(Input::Null).map_err(foreign)
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<Fit, E> {
        self.offer(Input::Bool(value)).map_err(foreign)
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Fit, E> {
        self.offer(Input::Int(value)).map_err(foreign)
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Fit, E> {
        let input = i64::try_from(value).map_or(Input::Uint(value), Input::Int);
        self.offer(input).map_err(foreign)
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Fit, E> {
        self.offer(Input::Float(value)).map_err(foreign)
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Fit, E> {
        if self.cx.is_repaired() && is_lossy(value) {
            self.cx.repaired();
        }
        self.offer(Input::Str(value)).map_err(foreign)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, access: A) -> Result<Fit, A::Error> {
        let mut items = SeqItems { access };
        let fit = self.offer(Input::Seq(&mut items)).map_err(foreign)?;
        while items.access.next_element::<IgnoredAny>()?.is_some() {}
        Ok(fit)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Fit, A::Error> {
        let first = access.next_key_seed(KeySeed)?;
        if first.as_deref() == Some(BIG_NUMBER_KEY) && numbers_are_objects() {
            let value: Value = access.next_value()?;
            while access.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            let Value::String(digits) = value else {
                // An object of the platform with that key.
                self.cx.dropped("a value", "object");
                return Ok(Fit::Misfit);
            };
            return self.offer(number(&digits)).map_err(foreign);
        }
        let mut entries = MapEntries { access, key: first, state: State::ReadAhead };
        let fit = self.offer(Input::Map(&mut entries)).map_err(foreign)?;
        entries.drain()?;
        Ok(fit)
    }
}

fn number(digits: &str) -> Input<'_> {
    if let Ok(int) = digits.parse() {
        Input::Int(int)
    } else if let Ok(uint) = digits.parse() {
        Input::Uint(uint)
    } else {
        match digits.parse::<f64>() {
            Ok(float) if float.is_finite() => Input::Float(float),
            _ => Input::Str(digits),
        }
    }
}

/// Whether this program's `serde_json` hands over numbers as objects. Asked only where an object has
/// that key.
fn numbers_are_objects() -> bool {
    // Then, and only then, it keeps the digits as they were written.
    let number = serde_json::from_str("1.00").map(|number: Value| number.to_string());
    matches!(number.as_deref(), Ok("1.00"))
}

struct SeqItems<A> {
    access: A,
}

impl<'de, A: SeqAccess<'de>> Items for SeqItems<A> {
    fn next(&mut self, slot: Slot<'_>, cx: &mut Context<'_>) -> Result<Option<Fit>, WireError> {
        self.access.next_element_seed(Seed { slot, cx }).map_err(foreign)
    }

    fn is_empty(&mut self) -> Result<bool, WireError> {
        Ok(self.access.next_element::<IgnoredAny>().map_err(foreign)?.is_none())
    }
}

/// Where the cursor of an object stands.
#[derive(Clone, Copy, PartialEq)]
enum State {
    /// `key` was read ahead and not handed out; `None` is the end.
    ReadAhead,
    /// The key was handed out, its value is still to come.
    AtValue,
    /// The value was taken.
    BetweenEntries,
}

struct MapEntries<'de, A> {
    access: A,
    key: Option<Cow<'de, str>>,
    state: State,
}

impl<'de, A: MapAccess<'de>> MapEntries<'de, A> {
    fn drain(mut self) -> Result<(), A::Error> {
        let is_value_next = match self.state {
            State::ReadAhead => self.key.is_some(),
            State::AtValue => true,
            State::BetweenEntries => false,
        };
        if is_value_next {
            self.access.next_value::<IgnoredAny>()?;
        }
        while self.access.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }
}

impl<'de, A: MapAccess<'de>> Entries for MapEntries<'de, A> {
    fn next_key(&mut self) -> Result<Option<&str>, WireError> {
        if self.state != State::ReadAhead {
            self.key = self.access.next_key_seed(KeySeed).map_err(foreign)?;
        }
        self.state = if self.key.is_some() { State::AtValue } else { State::BetweenEntries };
        Ok(self.key.as_deref())
    }

    fn record(
        &mut self,
        record: &mut dyn RecordFields,
        required: &'static [&'static str],
        cx: &mut Context<'_>,
    ) -> Result<u128, WireError> {
        let mut found: u128 = 0; // `record!` refuses models with more of them
        let mut ahead = self.key.take();
        self.state = State::BetweenEntries;
        loop {
            let is_named = cx.notes_unknown_fields();
            let place = match ahead.take() {
                Some(key) => Some(PlaceSeed { record: &mut *record, is_named }.place(&key)),
                None => {
                    self.access.next_key_seed(PlaceSeed { record, is_named }).map_err(foreign)?
                }
            };
            let (name, slot) = match place {
                Some(Place::Field(name, slot)) => (name, slot),
                Some(Place::Unknown(name)) => {
                    cx.count_value().map_err(serde::de::Error::custom)?;
                    name.iter().for_each(|name| cx.unknown_field(name));
                    self.skip()?;
                    continue;
                }
                None => return Ok(found),
            };
            cx.enter(name);
            let fit = self.access.next_value_seed(Seed { slot, cx }).map_err(foreign)?;
            cx.leave();
            if fit != Fit::Absent
                && let Some(index) = required.iter().position(|required| *required == name)
            {
                found |= 1 << index;
            }
        }
    }

    fn value(&mut self, slot: Slot<'_>, cx: &mut Context<'_>) -> Result<Fit, WireError> {
        self.state = State::BetweenEntries;
        self.access.next_value_seed(Seed { slot, cx }).map_err(foreign)
    }

    fn skip(&mut self) -> Result<(), WireError> {
        self.state = State::BetweenEntries;
        self.access.next_value::<IgnoredAny>().map(drop).map_err(foreign)
    }
}
