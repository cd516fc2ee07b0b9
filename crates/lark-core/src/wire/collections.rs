//! `Option`, `Vec`, `BTreeMap` and `Box`, for both codecs.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use super::list::{Elements, Growing, all_fit, each_text, read_list, write_list};
use super::{
    Context, Decode, Encode, Fit, Input, JsonWriter, Plain, Record, Slot, Text, WireError,
};

/// Gives the slot of a value in a codec; only the two codecs have it.
pub trait AsSlot<C> {
    /// The value as a place to read into.
    fn as_slot(&mut self) -> Slot<'_>;
}

impl<T: Decode<Plain>> AsSlot<Plain> for T {
    fn as_slot(&mut self) -> Slot<'_> {
        Slot::Plain(self)
    }
}

impl<T: Decode<Text>> AsSlot<Text> for T {
    fn as_slot(&mut self) -> Slot<'_> {
        Slot::Text(self)
    }
}

impl<C, T: Decode<C> + Default> Decode<C> for Option<T> {
    fn accept(&mut self, input: Input<'_>, cx: &mut Context<'_>) -> Result<Fit, WireError> {
        let fit = match input {
            Input::Null => Ok(Fit::Absent),
            // In place: models are large, and moving them shows.
            input => self.insert(T::default()).accept(input, cx),
        };
        if !matches!(fit, Ok(Fit::Taken)) {
            *self = None;
        }
        fit
    }
}

/// A `Vec` that is read, with the codec of its elements.
struct Reading<'a, C, T> {
    list: &'a mut Vec<T>,
    codec: PhantomData<fn(C)>,
}

impl<C, T: AsSlot<C> + Default> Growing for Reading<'_, C, T> {
    fn push(&mut self) -> Slot<'_> {
        self.list.push_mut(T::default()).as_slot()
    }

    fn truncate(&mut self, len: usize) {
        self.list.truncate(len);
    }
}

impl<C, T: Decode<C> + AsSlot<C> + Default> Decode<C> for Vec<T> {
    fn accept(&mut self, input: Input<'_>, cx: &mut Context<'_>) -> Result<Fit, WireError> {
        let mut reading = Reading { list: self, codec: PhantomData };
        read_list(&mut reading, size_of::<T>(), input, cx)
    }
}

impl<C, T: Decode<C> + AsSlot<C> + Default> Decode<C> for BTreeMap<String, T> {
    fn accept(&mut self, input: Input<'_>, cx: &mut Context<'_>) -> Result<Fit, WireError> {
        self.clear();
        match input {
            Input::Map(entries) => cx.within("{}", |cx| {
                while let Some(key) = entries.next_key()?.map(str::to_owned) {
                    let mut value = T::default();
                    match entries.value(value.as_slot(), cx)? {
                        Fit::Taken => _ = self.insert(key, value),
                        Fit::Absent => cx.dropped("a value", "null"),
                        Fit::Misfit => {}
                    }
                }
                Ok(Fit::Taken)
            }),
            Input::Null => Ok(Fit::Absent),
            other => empty_or_dropped(other, "object", cx),
        }
    }
}

/// Objects and lists that came as another kind. Some services write an empty one as `""`, `[]`
/// or `{}`, whichever it should have been.
pub(crate) fn empty_or_dropped(
    input: Input<'_>,
    expected: &'static str,
    cx: &mut Context<'_>,
) -> Result<Fit, WireError> {
    let found = input.kind();
    let is_empty = match input {
        Input::Str(text) => text.is_empty(),
        Input::Seq(items) => items.is_empty()?,
        Input::Map(entries) => entries.next_key()?.is_none(),
        _ => false,
    };
    if is_empty {
        cx.converted(expected, found);
        return Ok(Fit::Taken);
    }
    cx.dropped(expected, found);
    Ok(Fit::Misfit)
}

impl<T: Record> Decode for Box<T> {
    fn accept(&mut self, input: Input<'_>, cx: &mut Context<'_>) -> Result<Fit, WireError> {
        (**self).accept(input, cx)
    }
}

impl<C, T: Encode<C>> Encode<C> for Option<T> {
    fn is_absent(&self) -> bool {
        self.is_none()
    }

    fn is_fit(&self) -> bool {
        match self {
            Some(value) => value.is_fit(),
            None => true,
        }
    }

    fn json(&self, out: &mut JsonWriter) {
        match self {
            Some(value) => value.json(out),
            None => out.raw("null"),
        }
    }

    fn text(&self, each: &mut dyn FnMut(&str)) {
        if let Some(value) = self {
            value.text(each);
        }
    }
}

impl<C, T: Encode<C>> Elements<C> for Vec<T> {
    fn count(&self) -> usize {
        self.len()
    }

    fn element(&self, index: usize) -> &dyn Encode<C> {
        &self[index]
    }
}

impl<C, T: Encode<C>> Encode<C> for Vec<T> {
    fn is_fit(&self) -> bool {
        all_fit::<C>(self)
    }

    fn json(&self, out: &mut JsonWriter) {
        write_list::<C>(self, out);
    }

    fn text(&self, each: &mut dyn FnMut(&str)) {
        each_text::<C>(self, each);
    }
}

impl<C, T: Encode<C>> Encode<C> for BTreeMap<String, T> {
    fn json(&self, out: &mut JsonWriter) {
        out.raw("{");
        for (index, (key, value)) in self.iter().enumerate() {
            if index > 0 {
                out.raw(",");
            }
            out.string(key);
            out.raw(":");
            out.within(key, |out| value.json(out));
        }
        out.raw("}");
    }

    fn text(&self, each: &mut dyn FnMut(&str)) {
        each(&JsonWriter::text_of(self));
    }
}

impl<C, T: Encode<C>> Encode<C> for Box<T> {
    fn is_absent(&self) -> bool {
        (**self).is_absent()
    }

    fn json(&self, out: &mut JsonWriter) {
        (**self).json(out);
    }

    fn text(&self, each: &mut dyn FnMut(&str)) {
        (**self).text(each);
    }
}
