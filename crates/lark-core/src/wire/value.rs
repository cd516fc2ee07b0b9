//! Free-form JSON: fields of which the spec says nothing.

use serde_json::{Map, Value};

use super::{Context, Decode, Encode, Fit, Input, JsonWriter, Slot, WireError};

impl Decode for Value {
    fn accept(&mut self, input: Input<'_>, cx: &mut Context<'_>) -> Result<Fit, WireError> {
        *self = match input {
            Input::Null => Value::Null,
            Input::Bool(bool) => bool.into(),
            Input::Int(int) => int.into(),
            Input::Uint(uint) => uint.into(),
            Input::Float(float) => float.into(),
            Input::Str(text) => text.into(),
            Input::Seq(items) => {
                let mut list = Vec::new();
                loop {
                    let mut item = Value::Null;
                    if items.next(Slot::Plain(&mut item), cx)?.is_none() {
                        break list.into();
                    }
                    list.push(item);
                }
            }
            Input::Map(entries) => {
                let mut map = Map::new();
                while let Some(key) = entries.next_key()?.map(str::to_owned) {
                    let mut value = Value::Null;
                    entries.value(Slot::Plain(&mut value), cx)?;
                    map.insert(key, value);
                }
                map.into()
            }
        };
        Ok(Fit::Taken)
    }
}

impl Encode for Value {
    fn json(&self, out: &mut JsonWriter) {
        out.raw(&self.to_string());
    }

    fn text(&self, each: &mut dyn FnMut(&str)) {
        match self {
            Value::String(text) => each(text),
            Value::Array(items) => items.iter().for_each(|item| item.text(each)),
            other => each(&other.to_string()),
        }
    }
}
