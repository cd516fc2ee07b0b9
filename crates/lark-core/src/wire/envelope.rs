//! The envelope of every response: `{code, msg, data, error}`, or `{code, msg, ..}` with the data
//! beside them.

use serde_json::Value;

use super::{Context, Decode, Entries, Fit, Input, RecordFields, Slot, WireError};

/// The envelope, with a borrowed place for its data.
pub(crate) struct Envelope<'a> {
    pub(crate) members: Members,
    data: &'a mut dyn Decode,
    is_flat: bool,
}

/// What the envelope has beside the data.
#[derive(Default)]
pub(crate) struct Members {
    pub(crate) code: Option<i64>,
    pub(crate) msg: String,
    pub(crate) error: Value,
    /// What custom bots may send in place of `code` and `msg`.
    status_code: Option<i64>,
    status_message: String,
}

impl<'a> Envelope<'a> {
    pub(crate) fn new(data: &'a mut dyn Decode, is_flat: bool) -> Self {
        Self { members: Members::default(), data, is_flat }
    }
}

impl Members {
    /// The same with a code and a message, if the response has them by another name.
    pub(crate) fn settled(mut self) -> Self {
        self.code = self.code.or(self.status_code);
        if self.msg.is_empty() {
            self.msg = std::mem::take(&mut self.status_message);
        }
        self
    }

    /// The place of a member, and its name in reports.
    fn slot(&mut self, key: &str) -> Option<(&'static str, Slot<'_>)> {
        match key {
            "code" => Some(("code", Slot::Plain(&mut self.code))),
            // Some old services say `message`, OAuth endpoints `error_description`.
            "msg" | "message" | "error_description" => Some(("msg", Slot::Plain(&mut self.msg))),
            "StatusCode" => Some(("StatusCode", Slot::Plain(&mut self.status_code))),
            "StatusMessage" => Some(("StatusMessage", Slot::Plain(&mut self.status_message))),
            "error" => Some(("error", Slot::Plain(&mut self.error))),
            _ => None,
        }
    }
}

impl Decode for Envelope<'_> {
    fn accept(&mut self, input: Input<'_>, cx: &mut Context<'_>) -> Result<Fit, WireError> {
        let Input::Map(entries) = input else { return Ok(Fit::Misfit) };
        let Self { members, data, is_flat } = self;
        if *is_flat {
            data.accept(Input::Map(&mut Beside { entries: &mut *entries, members }), cx)?;
        }
        while let Some(key) = entries.next_key()? {
            match members.slot(key) {
                Some((name, slot)) => _ = cx.within(name, |cx| entries.value(slot, cx))?,
                // Reports name no place here: paths start at `data`, whose name would say nothing.
                None if key == "data" && !*is_flat => {
                    entries.value(Slot::Plain(&mut **data), cx)?;
                }
                // What else lies here (old services) is none of the spec's business.
                None => entries.skip()?,
            }
        }
        Ok(Fit::Taken)
    }
}

/// The entries of a flat response for its model, which does not see the members of the envelope.
struct Beside<'a> {
    entries: &'a mut dyn Entries,
    members: &'a mut Members,
}

impl Entries for Beside<'_> {
    fn next_key(&mut self) -> Result<Option<&str>, WireError> {
        self.entries.next_key()
    }

    fn record(
        &mut self,
        record: &mut dyn RecordFields,
        required: &'static [&'static str],
        cx: &mut Context<'_>,
    ) -> Result<u128, WireError> {
        let mut both = WithMembers { record, members: self.members };
        self.entries.record(&mut both, required, cx)
    }

    fn value(&mut self, slot: Slot<'_>, cx: &mut Context<'_>) -> Result<Fit, WireError> {
        self.entries.value(slot, cx)
    }

    fn skip(&mut self) -> Result<(), WireError> {
        self.entries.skip()
    }
}

struct WithMembers<'a> {
    record: &'a mut dyn RecordFields,
    members: &'a mut Members,
}

impl RecordFields for WithMembers<'_> {
    fn slot(&mut self, key: &str) -> Option<(&'static str, Slot<'_>)> {
        self.members.slot(key).or_else(|| self.record.slot(key))
    }
}

/// A response without data: whatever comes is skipped.
impl Decode for () {
    fn accept(&mut self, _: Input<'_>, _: &mut Context<'_>) -> Result<Fit, WireError> {
        Ok(Fit::Taken)
    }
}
