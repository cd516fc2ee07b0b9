//! Lists of any element type, read and written by one loop each: a program has thousands of element
//! types, and a loop for each would be a large part of what the compiler has to build.

use super::collections::empty_or_dropped;
use super::{Context, Encode, Fit, Input, JsonWriter, Slot, WireError};

/// A list that is read, without its element type.
pub(super) trait Growing {
    /// Appends an empty element, to be read into.
    fn push(&mut self) -> Slot<'_>;

    /// Forgets all but the first `len` elements.
    fn truncate(&mut self, len: usize);
}

/// Reads a list whose elements take `size` bytes each.
pub(super) fn read_list(
    list: &mut dyn Growing,
    size: usize,
    input: Input<'_>,
    cx: &mut Context<'_>,
) -> Result<Fit, WireError> {
    list.truncate(0);
    let items = match input {
        Input::Seq(items) => items,
        Input::Null => return Ok(Fit::Absent),
        other => return empty_or_dropped(other, "array", cx),
    };
    cx.enter("[]");
    let mut taken = 0;
    loop {
        cx.grow(size)?;
        let fit = items.next(list.push(), cx)?;
        if fit == Some(Fit::Taken) {
            taken += 1;
            continue;
        }
        list.truncate(taken);
        match fit {
            Some(Fit::Absent) => cx.dropped("an element", "null"),
            Some(_) => {}
            None => break,
        }
    }
    cx.leave();
    Ok(Fit::Taken)
}

/// A list that is written, without its element type.
pub(super) trait Elements<C> {
    /// How many there are.
    fn count(&self) -> usize;

    /// The element at `index`, which is less than their number.
    fn element(&self, index: usize) -> &dyn Encode<C>;
}

/// Writes a list as JSON.
pub(super) fn write_list<C>(list: &dyn Elements<C>, out: &mut JsonWriter) {
    out.raw("[");
    for index in 0..list.count() {
        if index > 0 {
            out.raw(",");
        }
        out.within(index, |out| list.element(index).json(out));
    }
    out.raw("]");
}

/// Hands over each element as text.
pub(super) fn each_text<C>(list: &dyn Elements<C>, each: &mut dyn FnMut(&str)) {
    for index in 0..list.count() {
        list.element(index).text(each);
    }
}

/// Whether each element is fit to be sent.
pub(super) fn all_fit<C>(list: &dyn Elements<C>) -> bool {
    (0..list.count()).all(|index| list.element(index).is_fit())
}
