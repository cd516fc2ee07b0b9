//! Decodes the payload of an event.

use super::super::routes::ErasedEvent;
use crate::wire::{
    Context, Decode, DecodeMode, Drift, DriftHook, DriftLog, Fit, Input, Slot, WireError,
};

/// How payloads are decoded, and where their drift is reported.
pub(in crate::event) struct PayloadDecoder {
    mode: DecodeMode,
    log: DriftLog,
}

impl PayloadDecoder {
    pub(in crate::event) fn new(mode: DecodeMode, on_drift: Option<DriftHook>) -> Self {
        Self { mode, log: DriftLog::new(on_drift) }
    }

    /// The context in which everything but payloads is decoded.
    pub(super) fn envelope_context(&self) -> Context<'_> {
        Context::new("event", DecodeMode::Tolerant, &self.log)
    }

    /// Decodes into the payload of `event` with `decode`. Drift that is an error goes to `drifts`.
    pub(in crate::event) fn decode(
        &self,
        event: &mut dyn ErasedEvent,
        event_type: &str,
        is_repaired: bool,
        drifts: &mut Vec<Drift>,
        decode: impl FnOnce(Slot<'_>, &mut Context<'_>) -> Result<Fit, WireError>,
    ) -> Result<Fit, WireError> {
        let mut cx = Context::new(event_type, self.mode, &self.log);
        cx.within_repaired(is_repaired);
        let fit = decode(event.payload(), &mut cx)?;
        if let Err(found) = cx.finish() {
            drifts.extend(found);
        }
        Ok(fit)
    }
}

/// Reads only the member `event` of a push, as the payload.
pub(super) struct EventMember<'a> {
    pub(super) payload: Slot<'a>,
    pub(super) fit: Fit,
}

impl Decode for EventMember<'_> {
    fn accept(&mut self, input: Input<'_>, cx: &mut Context<'_>) -> Result<Fit, WireError> {
        let Input::Map(entries) = input else { return Ok(Fit::Misfit) };
        while let Some(key) = entries.next_key()? {
            if key == "event" {
                let slot = match &mut self.payload {
                    Slot::Plain(slot) => Slot::Plain(&mut **slot),
                    Slot::Text(slot) => Slot::Text(&mut **slot),
                };
                self.fit = entries.value(slot, cx)?;
            } else {
                entries.skip()?;
            }
        }
        Ok(self.fit)
    }
}
