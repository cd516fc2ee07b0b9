//! Texts that travel as JSON numbers: ids that are no quantities.

use super::{Context, Decode, Encode, Fit, Input, JsonWriter, Plain, Text, WireError};

impl Decode<Text> for String {
    fn accept(&mut self, input: Input<'_>, cx: &mut Context<'_>) -> Result<Fit, WireError> {
        *self = match input {
            Input::Int(int) => int.to_string(),
            Input::Uint(uint) => uint.to_string(),
            Input::Str(text) => {
                cx.converted("integer", "string");
                text.to_owned()
            }
            other => return Decode::<Plain>::accept(self, other, cx),
        };
        Ok(Fit::Taken)
    }
}

impl Encode<Text> for String {
    fn json(&self, out: &mut JsonWriter) {
        let digits = self.strip_prefix('-').unwrap_or(self);
        let is_integer = match digits.as_bytes() {
            [] | [b'0', _, ..] => false,
            digits => digits.iter().all(u8::is_ascii_digit),
        };
        if is_integer {
            out.raw(self);
        } else {
            out.invalid_text(self, "not the digits of an integer");
        }
    }

    fn text(&self, each: &mut dyn FnMut(&str)) {
        each(self);
    }
}
