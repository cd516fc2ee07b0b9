//! The bridge from `serde_json` to slots: one visitor for every type of the SDK.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::keys::{KeySeed, Place, PlaceSeed};
use super::{Context, Entries, Fit, Input, Items, RecordFields, Slot, WireError};

/// The key under which `serde_json` hands over numbers when some other crate of the program
/// turned its feature `arbitrary_precision` on.
const BIG_NUMBER_KEY: &str = "$serde_json::private::Number";

/// Reads a whole JSON text into `slot`.
pub(crate) fn decode_slice(
    json: &[u8],
    slot: Slot<'_>,
    cx: &mut Context<'_>,
) -> Result<Fit, WireError> {
    // Checked once here, not once a string by the parser.
    let json = std::str::from_utf8(json).map_err(foreign)?;
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let fit = Seed { slot, cx }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(fit)
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
        deserializer.deserialize_any(self)
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
        if first.as_deref() == Some(BIG_NUMBER_KEY) {
            let digits: String = access.next_value()?;
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
        digits.parse().map_or(Input::Str(digits), Input::Float)
    }
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
            let place = match ahead.take() {
                Some(key) => Some(PlaceSeed { record: &mut *record }.place(&key)),
                None => self.access.next_key_seed(PlaceSeed { record }).map_err(foreign)?,
            };
            let (name, slot) = match place {
                Some(Place::Field(name, slot)) => (name, slot),
                Some(Place::Unknown(name)) => {
                    cx.unknown_field(&name);
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
