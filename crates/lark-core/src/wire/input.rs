//! What is read, one JSON value with lists and objects as cursors, and the places it is read into.

use super::{Context, Plain, Text, WireError};

/// One JSON value on its way into a [`Slot`].
pub enum Input<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// An integer within `i64`.
    Int(i64),
    /// An integer above `i64::MAX`.
    Uint(u64),
    /// A number with a fraction or an exponent.
    Float(f64),
    /// A string.
    Str(&'a str),
    /// A list; what the slot leaves unread is skipped.
    Seq(&'a mut dyn Items),
    /// An object; what the slot leaves unread is skipped.
    Map(&'a mut dyn Entries),
}

impl Input<'_> {
    /// The JSON kind, for reports.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "boolean",
            Self::Int(_) | Self::Uint(_) => "integer",
            Self::Float(_) => "number",
            Self::Str(_) => "string",
            Self::Seq(_) => "array",
            Self::Map(_) => "object",
        }
    }
}

/// A cursor over the elements of a JSON list.
pub trait Items {
    /// Reads the next element into `slot`; `None` at the end of the list.
    ///
    /// # Errors
    /// Broken JSON.
    fn next(&mut self, slot: Slot<'_>, cx: &mut Context<'_>) -> Result<Option<Fit>, WireError>;

    /// Whether the list has no element. Reads the first one away if it has.
    ///
    /// # Errors
    /// Broken JSON.
    fn is_empty(&mut self) -> Result<bool, WireError>;
}

/// A cursor over the entries of a JSON object.
pub trait Entries {
    /// Moves to the next entry and gives its key; `None` at the end of the object.
    ///
    /// # Errors
    /// Broken JSON.
    fn next_key(&mut self) -> Result<Option<&str>, WireError>;

    /// Reads all entries into the fields of `record` they belong to. Gives one bit for each of the
    /// `required` fields that had a value, or one of the wrong kind.
    ///
    /// # Errors
    /// Broken JSON.
    fn record(
        &mut self,
        record: &mut dyn RecordFields,
        required: &'static [&'static str],
        cx: &mut Context<'_>,
    ) -> Result<u128, WireError>;

    /// Reads the value of the current entry into `slot`.
    ///
    /// # Errors
    /// Broken JSON.
    fn value(&mut self, slot: Slot<'_>, cx: &mut Context<'_>) -> Result<Fit, WireError>;

    /// Skips the value of the current entry.
    ///
    /// # Errors
    /// Broken JSON.
    fn skip(&mut self) -> Result<(), WireError>;
}

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
    /// The same place, to be read into once more.
    pub(super) fn reborrow(&mut self) -> Slot<'_> {
        match self {
            Self::Plain(slot) => Slot::Plain(&mut **slot),
            Self::Text(slot) => Slot::Text(&mut **slot),
        }
    }

    pub(super) fn accept(
        &mut self,
        input: Input<'_>,
        cx: &mut Context<'_>,
    ) -> Result<Fit, WireError> {
        match self {
            Self::Plain(slot) => slot.accept(input, cx),
            Self::Text(slot) => slot.accept(input, cx),
        }
    }
}

/// A model that is read from responses and events. Implemented by [`record!`](crate::record).
pub trait Record: Decode + Default {
    /// The wire names of the fields that must be there, in the order of the spec.
    const REQUIRED: &'static [&'static str];
}

/// The reading side of a model, as a trait object.
pub trait RecordFields: Send {
    /// The wire name of the field that travels as `key`, and its place.
    fn slot(&mut self, key: &str) -> Option<(&'static str, Slot<'_>)>;
}
