//! Objects with known fields.

use super::collections::empty_or_dropped;
use super::{Context, Decode, Fit, Input, JsonWriter, Part, Slot, WireError};

/// Whether an input or a field must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Always there; for an input, the platform refuses the call without it.
    Required,
    /// May be left out.
    Optional,
}

/// A field as the spec has it: its wire name and whether it must be there.
pub type Field = (&'static str, Need);

/// A model that is read from responses and events. Implemented by [`record!`](crate::record).
pub trait Record: Decode + Default {
    /// The fields in the order of the spec.
    const FIELDS: &'static [Field];
}

/// The reading side of a model, as a trait object.
pub trait RecordFields: Send {
    /// The field that travels as `key`, and its place.
    fn slot(&mut self, key: &str) -> Option<(Field, Slot<'_>)>;
}

/// Reads an object into a record. The body of every generated `accept`.
///
/// # Errors
/// Broken JSON.
pub fn decode_record(
    record: &mut dyn RecordFields,
    fields: &'static [Field],
    input: Input<'_>,
    cx: &mut Context<'_>,
) -> Result<Fit, WireError> {
    let entries = match input {
        Input::Map(entries) => entries,
        Input::Null => return Ok(Fit::Absent),
        other => return empty_or_dropped(other, "object", cx),
    };
    let found = entries.record(record, fields, cx)?;
    for (index, (name, need)) in fields.iter().enumerate() {
        if *need == Need::Required && found & (1 << index) == 0 {
            cx.missing(name);
        }
    }
    Ok(Fit::Taken)
}

/// Receives the fields of a model one by one.
pub type FieldVisitor<'a> = dyn FnMut(&'static str, Need, Part<'_>) + 'a;

/// Writes a model as an object and notes required fields that are absent. The body of every
/// generated `json`; `fields` calls back once a field.
pub fn encode_record(out: &mut JsonWriter, fields: &dyn Fn(&mut FieldVisitor<'_>)) {
    out.raw("{");
    let mut first = true;
    fields(&mut |name, need, part| out.member(&mut first, name, need, &part));
    out.raw("}");
}

impl JsonWriter {
    /// Writes one member of an object, if there is something to write.
    pub(crate) fn member(
        &mut self,
        first: &mut bool,
        name: &'static str,
        need: Need,
        part: &Part<'_>,
    ) {
        if part.is_absent() {
            if need == Need::Required {
                self.missing(name);
            }
            return;
        }
        if !std::mem::replace(first, false) {
            self.raw(",");
        }
        self.key(name);
        self.within(name, |out| part.json(out));
    }
}
