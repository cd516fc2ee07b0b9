//! The envelope of every response: `{code, msg, data, error}`.

use serde_json::Value;

use super::{Context, Decode, Fit, Input, Slot, WireError};

/// The envelope, with a borrowed place for `data`.
pub(crate) struct Envelope<'a> {
    pub(crate) code: Option<i64>,
    pub(crate) msg: String,
    pub(crate) error: Value,
    data: &'a mut dyn Decode,
}

impl<'a> Envelope<'a> {
    pub(crate) fn new(data: &'a mut dyn Decode) -> Self {
        Self { code: None, msg: String::new(), error: Value::Null, data }
    }
}

impl Envelope<'_> {
    /// The place of a member, and how reports name it: paths start at `data`, whose own name would
    /// say nothing.
    fn slot(&mut self, key: &str) -> Option<(Option<&'static str>, Slot<'_>)> {
        match key {
            "code" => Some((Some("code"), Slot::Plain(&mut self.code))),
            // Some old services say `message`, OAuth endpoints `error_description`.
            "msg" | "message" | "error_description" => {
                Some((Some("msg"), Slot::Plain(&mut self.msg)))
            }
            "error" => Some((Some("error"), Slot::Plain(&mut self.error))),
            "data" => Some((None, Slot::Plain(&mut *self.data))),
            _ => None,
        }
    }
}

impl Decode for Envelope<'_> {
    fn accept(&mut self, input: Input<'_>, cx: &mut Context<'_>) -> Result<Fit, WireError> {
        let Input::Map(entries) = input else { return Ok(Fit::Misfit) };
        while let Some(key) = entries.next_key()? {
            match self.slot(key) {
                Some((Some(name), slot)) => _ = cx.within(name, |cx| entries.value(slot, cx))?,
                Some((None, slot)) => _ = entries.value(slot, cx)?,
                // What else lies here (old services) is none of the spec's business.
                None => entries.skip()?,
            }
        }
        Ok(Fit::Taken)
    }
}

/// A response without data: whatever comes is skipped.
impl Decode for () {
    fn accept(&mut self, _: Input<'_>, _: &mut Context<'_>) -> Result<Fit, WireError> {
        Ok(Fit::Taken)
    }
}
