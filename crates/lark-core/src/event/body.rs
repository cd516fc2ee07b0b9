//! The JSON of a push, whichever of its shapes it has, read in one go.

use std::mem::take;

use super::handler::Pending;
use super::header::{EventHeader, EventSchema};
use super::routes::Routes;
use crate::wire::{Context, Decode, DecodeMode, Drift, DriftLog, Fit, Input, Slot, WireError};

/// How payloads are read.
#[derive(Clone, Copy)]
pub(super) struct Reading<'a> {
    pub(super) mode: DecodeMode,
    pub(super) log: &'a DriftLog,
}

/// What kind of push a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A ciphertext, to be opened and read again.
    Sealed,
    Challenge,
    Event(EventSchema),
    /// JSON that means nothing here.
    Other,
}

/// A push, as far as it was read.
#[derive(Default)]
pub(super) struct Body {
    pub(super) encrypt: Option<String>,
    pub(super) challenge: Option<String>,
    pub(super) payload: Option<Box<dyn Pending>>,
    /// The verification token of both schemas and of URL checks; in an old card callback the token
    /// that updates the card.
    token: Option<String>,
    header: Header,
    kind: String,
    uuid: String,
    ts: String,
    tenant_key: String,
    inner: Inner,
    has_header: bool,
    has_event: bool,
    has_action: bool,
}

/// `header` of schema 2.0.
#[derive(Default)]
struct Header {
    event_id: String,
    event_type: String,
    create_time: Option<i64>,
    token: Option<String>,
    app_id: String,
    tenant_key: String,
}

/// What schema 1.0 has within `event`.
#[derive(Default)]
struct Inner {
    event_type: String,
    app_id: String,
    tenant_key: String,
}

impl Body {
    pub(super) fn kind(&self) -> Kind {
        if self.encrypt.is_some() {
            Kind::Sealed
        } else if self.kind == "url_verification" && self.challenge.is_some() {
            Kind::Challenge
        } else if self.has_header && self.has_event {
            Kind::Event(EventSchema::V2)
        } else if self.has_event {
            Kind::Event(EventSchema::V1)
        } else if self.has_action && !self.has_header {
            Kind::Event(EventSchema::Card)
        } else {
            Kind::Other
        }
    }

    /// The token that proves the origin.
    pub(super) fn token(&self) -> Option<&str> {
        self.header.token.as_deref().or(self.token.as_deref())
    }

    pub(super) fn take_header(&mut self, schema: EventSchema, raw: bytes::Bytes) -> EventHeader {
        let Self { header, inner, .. } = self;
        let (event_id, event_type, app_id, tenant_key, create_time) = match schema {
            EventSchema::V2 => (
                take(&mut header.event_id),
                take(&mut header.event_type),
                take(&mut header.app_id),
                take(&mut header.tenant_key),
                header.create_time,
            ),
            EventSchema::V1 => (
                take(&mut self.uuid),
                take(&mut inner.event_type),
                take(&mut inner.app_id),
                take(&mut inner.tenant_key),
                seconds(&self.ts),
            ),
            EventSchema::Card => (
                String::new(),
                OLD_CARD.to_owned(),
                String::new(),
                take(&mut self.tenant_key),
                None,
            ),
        };
        EventHeader { event_id, event_type, schema, app_id, tenant_key, create_time, raw }
    }

    pub(super) fn event_type(&self, schema: EventSchema) -> &str {
        match schema {
            EventSchema::V2 => &self.header.event_type,
            EventSchema::V1 => &self.inner.event_type,
            EventSchema::Card => OLD_CARD,
        }
    }
}

/// The name by which handlers ask for the old card callback.
pub(super) const OLD_CARD: &str = "card.action.trigger_v1";

/// `1550038209.428520` in milliseconds. Digits are cut, not rounded, as a float would.
fn seconds(text: &str) -> Option<i64> {
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
    let millis: String = fraction.chars().chain("000".chars()).take(3).collect();
    seconds.parse::<i64>().ok()?.checked_mul(1000)?.checked_add(millis.parse().ok()?)
}

/// Reads a push. With `routes`, the payload of a schema 2.0 event is read in the same pass.
pub(super) struct BodyReader<'a> {
    pub(super) body: Body,
    pub(super) drifts: Vec<Drift>,
    /// `None` while nothing proves the origin: forged pushes must neither cost nor leave anything.
    pub(super) routes: Option<&'a Routes>,
    pub(super) reading: Reading<'a>,
}

impl BodyReader<'_> {
    fn event(&mut self, input: Input<'_>, cx: &mut Context<'_>) -> Result<Fit, WireError> {
        let Input::Map(entries) = input else { return Ok(Fit::Misfit) };
        self.body.has_event = true;
        let route = self.routes.and_then(|routes| routes.find(&self.body.header.event_type));
        let Some(route) = route.filter(|_| !self.body.header.event_type.is_empty()) else {
            return self.body.inner.accept(Input::Map(entries), cx);
        };
        let payload = self.body.payload.insert(route.blank());
        let event_type = &self.body.header.event_type;
        read_payload(&mut **payload, event_type, self.reading, &mut self.drifts, |slot, cx| {
            match slot {
                Slot::Plain(slot) => slot.accept(Input::Map(entries), cx),
                Slot::Text(slot) => slot.accept(Input::Map(entries), cx),
            }
        })
    }
}

/// Lends the place of a payload to `read`, with the context in which its drift is told.
pub(super) fn read_payload(
    payload: &mut dyn Pending,
    event_type: &str,
    reading: Reading<'_>,
    drifts: &mut Vec<Drift>,
    read: impl FnOnce(Slot<'_>, &mut Context<'_>) -> Result<Fit, WireError>,
) -> Result<Fit, WireError> {
    let mut cx = Context::new(event_type, reading.mode, reading.log);
    let fit = read(payload.slot(), &mut cx)?;
    if let Err(found) = cx.finish() {
        drifts.extend(found);
    }
    Ok(fit)
}

impl Decode for BodyReader<'_> {
    fn accept(&mut self, input: Input<'_>, cx: &mut Context<'_>) -> Result<Fit, WireError> {
        let Input::Map(entries) = input else { return Ok(Fit::Misfit) };
        while let Some(key) = entries.next_key()? {
            let body = &mut self.body;
            let slot: &mut dyn Decode = match key {
                "event" => {
                    entries.value(Slot::Plain(&mut EventSlot(self)), cx)?;
                    continue;
                }
                "header" => {
                    body.has_header = true;
                    &mut body.header
                }
                "encrypt" => &mut body.encrypt,
                "challenge" => &mut body.challenge,
                "token" => &mut body.token,
                "type" => &mut body.kind,
                "uuid" => &mut body.uuid,
                "ts" => &mut body.ts,
                "tenant_key" => &mut body.tenant_key,
                "action" => {
                    body.has_action = true;
                    entries.skip()?;
                    continue;
                }
                _ => {
                    entries.skip()?;
                    continue;
                }
            };
            entries.value(Slot::Plain(slot), cx)?;
        }
        Ok(Fit::Taken)
    }
}

struct EventSlot<'a, 'b>(&'a mut BodyReader<'b>);

impl Decode for EventSlot<'_, '_> {
    fn accept(&mut self, input: Input<'_>, cx: &mut Context<'_>) -> Result<Fit, WireError> {
        self.0.event(input, cx)
    }
}

/// Reads only `event`, into the place of a payload.
pub(super) struct EventOnly<'a> {
    pub(super) payload: Slot<'a>,
    pub(super) fit: Fit,
}

impl Decode for EventOnly<'_> {
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

/// Reads the members of an object that are texts, and skips the others without a report: what the
/// platform adds to an envelope is no drift.
macro_rules! texts {
    ($model:ident; $($wire:literal $field:ident $codec:ident;)*) => {
        impl Decode for $model {
            fn accept(
                &mut self,
                input: Input<'_>,
                cx: &mut Context<'_>,
            ) -> Result<Fit, WireError> {
                let Input::Map(entries) = input else { return Ok(Fit::Misfit) };
                while let Some(key) = entries.next_key()? {
                    let slot = match key {
                        $($wire => Slot::$codec(&mut self.$field),)*
                        _ => {
                            entries.skip()?;
                            continue;
                        }
                    };
                    entries.value(slot, cx)?;
                }
                Ok(Fit::Taken)
            }
        }
    };
}

texts! { Header;
    "event_id" event_id Plain;
    "event_type" event_type Plain;
    "create_time" create_time Text;
    "token" token Plain;
    "app_id" app_id Plain;
    "tenant_key" tenant_key Plain;
}
texts! { Inner;
    "type" event_type Plain;
    "app_id" app_id Plain;
    "tenant_key" tenant_key Plain;
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn seconds_with_a_fraction_become_milliseconds() {
        assert_eq!(seconds("1550038209.428520"), Some(1_550_038_209_428));
        assert_eq!(seconds("1550038209.4"), Some(1_550_038_209_400));
        assert_eq!(seconds("1550038209"), Some(1_550_038_209_000));
        assert_eq!(seconds("9223372036854775807"), None);
        assert_eq!(seconds("soon"), None);
    }
}
