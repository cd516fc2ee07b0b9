//! Objects with known fields.

use super::collections::empty_or_dropped;
use super::{Context, Fit, Input, JsonWriter, Part, RecordFields, WireError};

/// Whether an input or a field must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Always there; for an input, the platform refuses the call without it.
    Required,
    /// May be left out.
    Optional,
}

/// Reads an object into a record. The body of every generated `accept`.
///
/// # Errors
/// Broken JSON.
pub fn decode_record(
    record: &mut dyn RecordFields,
    required: &'static [&'static str],
    is_sent: bool,
    input: Input<'_>,
    cx: &mut Context<'_>,
) -> Result<Fit, WireError> {
    // What requests need, a value that was kept need not have.
    let required = if is_sent && cx.is_stored() { &[] } else { required };
    let entries = match input {
        Input::Map(entries) => entries,
        Input::Null => return Ok(Fit::Absent),
        other => return empty_or_dropped(other, "object", cx),
    };
    let found = entries.record(record, required, cx)?;
    for (index, name) in required.iter().enumerate() {
        if found & (1 << index) == 0 {
            cx.missing(name);
        }
    }
    Ok(Fit::Taken)
}

/// Receives the fields of a model one by one, each with its wire name.
pub type FieldVisitor<'a> = dyn FnMut(&'static str, Part<'_>) + 'a;

/// The writing side of a model, as a trait object.
pub trait VisitFields {
    /// Calls `visit` once a field.
    fn visit_fields(&self, visit: &mut FieldVisitor<'_>);
}

/// Writes a model as an object and notes those of its `required` fields that are absent. The body of
/// every generated `json`.
pub fn encode_record(out: &mut JsonWriter, required: &[&'static str], record: &dyn VisitFields) {
    out.raw("{");
    let mut first = true;
    record.visit_fields(&mut |name, part| {
        if !part.is_absent() {
            out.present(&mut first, name, &part);
        } else if required.contains(&name) || out.is_needed(name) {
            out.missing(name);
        }
    });
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
        self.present(first, name, part);
    }

    fn present(&mut self, first: &mut bool, name: &'static str, part: &Part<'_>) {
        self.note(name);
        self.begin_member(first, name);
        self.within(name, |out| part.json(out));
    }

    /// Writes a member that is an object without members.
    pub(crate) fn empty_member(&mut self, first: &mut bool, name: &'static str) {
        self.begin_member(first, name);
        self.raw("{}");
    }

    fn begin_member(&mut self, first: &mut bool, name: &'static str) {
        if !std::mem::replace(first, false) {
            self.raw(",");
        }
        self.key(name);
    }
}
