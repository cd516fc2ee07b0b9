//! The bridge from `serde_json` to slots: one visitor for every type of the SDK.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{Context, Entries, Input, Items, Plain, Text, WireError};

/// The key under which `serde_json` hands over numbers when some other crate of the program
/// turned its feature `arbitrary_precision` on.
const BIG_NUMBER_KEY: &str = "$serde_json::private::Number";

/// A place that takes one JSON value.
pub trait Decode<C = Plain>: Send {
    /// Takes `input`, or reports to `cx` why it does not fit.
    ///
    /// # Errors
    /// Broken JSON only. A value of the wrong kind is [`Fit::Misfit`].
    fn accept(&mut self, input: Input<'_>, cx: &mut Context<'_>) -> Result<Fit, WireError>;
}

/// Whether a value found its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// The value was taken.
    Taken,
    /// There was none: `null`. The place has its default.
    Absent,
    /// It was of the wrong kind, which was reported. The place has its default.
    Misfit,
}

/// A borrowed place, with the codec its field travels in.
pub enum Slot<'a> {
    /// JSON as it looks.
    Plain(&'a mut dyn Decode<Plain>),
    /// Integers as JSON strings.
    Text(&'a mut dyn Decode<Text>),
}

impl Slot<'_> {
    fn accept(&mut self, input: Input<'_>, cx: &mut Context<'_>) -> Result<Fit, WireError> {
        match self {
            Self::Plain(slot) => slot.accept(input, cx),
            Self::Text(slot) => slot.accept(input, cx),
        }
    }
}

/// Reads a whole JSON text into `slot`.
pub(crate) fn decode_slice(
    json: &[u8],
    slot: Slot<'_>,
    cx: &mut Context<'_>,
) -> Result<Fit, WireError> {
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let fit = Seed { slot, cx }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(fit)
}

/// Offers the next value of any deserializer to a slot.
struct Seed<'a, 'b, 'c> {
    slot: Slot<'a>,
    cx: &'b mut Context<'c>,
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
        let mut entries = MapEntries { access, key: first, state: State::Unread };
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
#[derive(PartialEq)]
enum State {
    /// `key` was read ahead and not handed out.
    Unread,
    /// `key` was handed out, its value is still to come.
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
        if self.state != State::BetweenEntries && self.key.is_some() {
            self.access.next_value::<IgnoredAny>()?;
        }
        while self.access.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }
}

impl<'de, A: MapAccess<'de>> Entries for MapEntries<'de, A> {
    fn next_key(&mut self) -> Result<Option<&str>, WireError> {
        if self.state != State::Unread {
            self.key = self.access.next_key_seed(KeySeed).map_err(foreign)?;
        }
        self.state = State::AtValue;
        Ok(self.key.as_deref())
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

/// Reads a key without copying it where the input allows.
struct KeySeed;

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
