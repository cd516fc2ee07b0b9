//! Strings, integers, numbers and booleans.

use super::{Context, Decode, Encode, Fit, Input, JsonWriter, Plain, Text, WireError};
use crate::util::Secret;

/// Ends an `accept` for an input that fits no arm. An empty string stands for "no value" in many
/// responses of the platform, so it counts as converted, not as dropped.
fn misfit(input: &Input<'_>, expected: &'static str, cx: &mut Context<'_>) -> Fit {
    match input {
        Input::Null => return Fit::Absent,
        Input::Str("") => cx.converted(expected, "string"),
        other => cx.dropped(expected, other.kind()),
    }
    Fit::Misfit
}

impl Decode for String {
    fn accept(&mut self, input: Input<'_>, cx: &mut Context<'_>) -> Result<Fit, WireError> {
        *self = match &input {
            Input::Str(text) => (*text).to_owned(),
            Input::Int(int) => int.to_string(),
            Input::Uint(uint) => uint.to_string(),
            Input::Float(float) => serde_json::Value::from(*float).to_string(),
            Input::Bool(bool) => bool.to_string(),
            _ => return Ok(misfit(&input, "string", cx)),
        };
        if !matches!(input, Input::Str(_)) {
            cx.converted("string", input.kind());
        }
        Ok(Fit::Taken)
    }
}

impl Decode for Secret {
    fn accept(&mut self, input: Input<'_>, cx: &mut Context<'_>) -> Result<Fit, WireError> {
        let mut text = String::new();
        let fit = Decode::<Plain>::accept(&mut text, input, cx)?;
        *self = text.into();
        Ok(fit)
    }
}

impl Decode for bool {
    fn accept(&mut self, input: Input<'_>, cx: &mut Context<'_>) -> Result<Fit, WireError> {
        *self = match input {
            Input::Bool(bool) => {
                *self = bool;
                return Ok(Fit::Taken);
            }
            Input::Int(1) | Input::Str("true" | "True" | "1") => true,
            Input::Int(0) | Input::Str("false" | "False" | "0") => false,
            _ => return Ok(misfit(&input, "boolean", cx)),
        };
        cx.converted("boolean", input.kind());
        Ok(Fit::Taken)
    }
}

impl Decode for f64 {
    #[allow(clippy::cast_precision_loss)] // a double is what the spec says
    fn accept(&mut self, input: Input<'_>, cx: &mut Context<'_>) -> Result<Fit, WireError> {
        *self = match input {
            Input::Float(float) => float,
            Input::Int(int) => int as f64,
            Input::Uint(uint) => uint as f64,
            Input::Str(text) => match text.trim().parse::<f64>() {
                Ok(float) if float.is_finite() => {
                    cx.converted("number", "string");
                    float
                }
                _ => return Ok(misfit(&input, "number", cx)),
            },
            _ => return Ok(misfit(&input, "number", cx)),
        };
        Ok(Fit::Taken)
    }
}

impl Decode for i64 {
    fn accept(&mut self, input: Input<'_>, cx: &mut Context<'_>) -> Result<Fit, WireError> {
        match integer(&input) {
            Some(int) => *self = int,
            None => return Ok(misfit(&input, "integer", cx)),
        }
        if !matches!(input, Input::Int(_)) {
            cx.converted("integer", input.kind());
        }
        Ok(Fit::Taken)
    }
}

impl Decode<Text> for i64 {
    fn accept(&mut self, input: Input<'_>, cx: &mut Context<'_>) -> Result<Fit, WireError> {
        match integer(&input) {
            Some(int) => *self = int,
            None => return Ok(misfit(&input, "integer in a string", cx)),
        }
        if !matches!(input, Input::Str(_)) {
            cx.converted("integer in a string", input.kind());
        }
        Ok(Fit::Taken)
    }
}

fn integer(input: &Input<'_>) -> Option<i64> {
    /// Doubles are exact integers up to here.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match input {
        Input::Int(int) => Some(*int),
        Input::Str(text) => text.trim().parse().ok(),
        #[allow(clippy::cast_possible_truncation)] // just checked
        Input::Float(float) if float.fract() == 0.0 && float.abs() <= EXACT => Some(*float as i64),
        _ => None,
    }
}

impl Encode for String {
    fn is_fit(&self) -> bool {
        true
    }

    fn json(&self, out: &mut JsonWriter) {
        out.string(self);
    }

    fn text(&self, each: &mut dyn FnMut(&str)) {
        each(self);
    }
}

impl Encode for Secret {
    fn is_fit(&self) -> bool {
        true
    }

    fn json(&self, out: &mut JsonWriter) {
        out.string(self.expose());
    }

    fn text(&self, each: &mut dyn FnMut(&str)) {
        each(self.expose());
    }
}

impl Encode for bool {
    fn is_fit(&self) -> bool {
        true
    }

    fn json(&self, out: &mut JsonWriter) {
        out.raw(if *self { "true" } else { "false" });
    }

    fn text(&self, each: &mut dyn FnMut(&str)) {
        each(if *self { "true" } else { "false" });
    }
}

impl Encode for f64 {
    fn json(&self, out: &mut JsonWriter) {
        if self.is_finite() {
            out.raw(&serde_json::Value::from(*self).to_string());
        } else {
            out.invalid("not a finite number");
        }
    }

    fn text(&self, each: &mut dyn FnMut(&str)) {
        each(&self.to_string());
    }
}

impl Encode<Plain> for i64 {
    fn is_fit(&self) -> bool {
        true
    }

    fn json(&self, out: &mut JsonWriter) {
        out.raw(&self.to_string());
    }

    fn text(&self, each: &mut dyn FnMut(&str)) {
        each(&self.to_string());
    }
}

impl Encode<Text> for i64 {
    fn json(&self, out: &mut JsonWriter) {
        out.string(&self.to_string());
    }

    fn text(&self, each: &mut dyn FnMut(&str)) {
        each(&self.to_string());
    }
}
