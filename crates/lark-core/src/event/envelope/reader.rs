//! Reads the JSON of a push in one pass, whatever its schema.

use std::mem::take;

use super::super::outcome::Rejection;
use super::super::routes::{ErasedEvent, Routes};
use super::{Card, Envelope, PayloadDecoder, V1, V1Event, V2};
use crate::wire::{Context, Decode, Drift, Fit, Input, Slot, WireError, decode_slice};

/// What a push is.
pub(in crate::event) enum PushContent {
    /// A ciphertext, to be decrypted and read again.
    Encrypted(String),
    /// A URL check: the text to send back, and the verification token.
    Challenge {
        challenge: String,
        token: Option<String>,
    },
    Event(PushedEvent),
    /// JSON that means nothing here.
    Unknown,
}

/// An event as it was read.
pub(in crate::event) struct PushedEvent {
    pub(in crate::event) envelope: Envelope,
    /// `None` if its payload has not been decoded.
    pub(in crate::event) decoded: Option<Box<dyn ErasedEvent>>,
    /// What differs from the spec in the payload; only in strict mode.
    pub(in crate::event) drifts: Vec<Drift>,
    /// Whether the JSON was read only after repairs.
    pub(in crate::event) is_repaired: bool,
}

/// Reads a push. With `routes` the payload of an event of schema 2.0 is decoded in the same pass, if
/// the header comes first. Without proof of its origin a push must be read without `routes`: a forged
/// push must neither cost time nor leave traces.
pub(in crate::event) fn read_push(
    json: &[u8],
    routes: Option<&Routes>,
    decoder: &PayloadDecoder,
) -> Result<PushContent, Rejection> {
    let mut reader = PushReader { members: Members::default(), routes, decoder };
    let mut cx = decoder.envelope_context();
    match decode_slice(json, Slot::Plain(&mut reader), &mut cx) {
        Ok(Fit::Taken) => Ok(reader.members.into_content(cx.is_repaired())),
        Ok(_) => Err(Rejection::NotAnEvent),
        Err(_) => Err(Rejection::BadJson),
    }
}

struct PushReader<'a> {
    members: Members,
    routes: Option<&'a Routes>,
    decoder: &'a PayloadDecoder,
}

/// The members of a push, of all schemas: they may come in any order.
#[derive(Default)]
struct Members {
    encrypt: Option<String>,
    challenge: Option<String>,
    kind: String,
    /// The verification token of schema 1.0 and of URL checks.
    token: Option<String>,
    uuid: String,
    ts: String,
    tenant_key: String,
    header: Option<V2>,
    event: Option<EventValue>,
    has_action: bool,
}

/// The member `event`: decoded as a payload, or else what schema 1.0 has in it.
#[derive(Default)]
struct EventValue {
    decoded: Option<Box<dyn ErasedEvent>>,
    drifts: Vec<Drift>,
    v1: V1Event,
}

impl Members {
    fn into_content(mut self, is_repaired: bool) -> PushContent {
        if let Some(text) = self.encrypt {
            return PushContent::Encrypted(text);
        }
        let token = self.header.as_mut().and_then(|header| header.token.take()).or(self.token);
        if self.kind == "url_verification"
            && let Some(challenge) = self.challenge
        {
            return PushContent::Challenge { challenge, token };
        }
        let (envelope, event) = match (self.header, self.event) {
            (Some(header), Some(event)) => (Envelope::V2(V2 { token, ..header }), event),
            (None, Some(mut event)) => {
                let within = take(&mut event.v1);
                (Envelope::V1(V1 { token, uuid: self.uuid, ts: self.ts, event: within }), event)
            }
            (None, None) if self.has_action => {
                (Envelope::Card(Card { tenant_key: self.tenant_key }), EventValue::default())
            }
            _ => return PushContent::Unknown,
        };
        let EventValue { decoded, drifts, .. } = event;
        PushContent::Event(PushedEvent { envelope, decoded, drifts, is_repaired })
    }
}

impl Decode for PushReader<'_> {
    fn accept(&mut self, input: Input<'_>, cx: &mut Context<'_>) -> Result<Fit, WireError> {
        let Input::Map(entries) = input else { return Ok(Fit::Misfit) };
        while let Some(key) = entries.next_key()? {
            let members = &mut self.members;
            let slot: &mut dyn Decode = match key {
                "event" => {
                    entries.value(Slot::Plain(&mut EventReader(self)), cx)?;
                    continue;
                }
                "header" => members.header.get_or_insert_default(),
                "encrypt" => &mut members.encrypt,
                "challenge" => &mut members.challenge,
                "token" => &mut members.token,
                "type" => &mut members.kind,
                "uuid" => &mut members.uuid,
                "ts" => &mut members.ts,
                "tenant_key" => &mut members.tenant_key,
                other => {
                    members.has_action |= other == "action";
                    entries.skip()?;
                    continue;
                }
            };
            entries.value(Slot::Plain(slot), cx)?;
        }
        Ok(Fit::Taken)
    }
}

struct EventReader<'a, 'b>(&'a mut PushReader<'b>);

impl Decode for EventReader<'_, '_> {
    fn accept(&mut self, input: Input<'_>, cx: &mut Context<'_>) -> Result<Fit, WireError> {
        let Input::Map(entries) = input else { return Ok(Fit::Misfit) };
        let PushReader { members, routes, decoder } = &mut *self.0;
        // The text may be read more than once, and only the last time counts.
        let event = members.event.insert(EventValue::default());
        let event_type = members.header.as_ref().map_or("", |header| &header.event_type);
        let routes = routes.filter(|_| !event_type.is_empty());
        let Some(empty) = routes.and_then(|routes| routes.new_event(event_type)) else {
            return event.v1.accept(Input::Map(entries), cx);
        };
        let decoded = event.decoded.insert(empty);
        let read = |payload: Slot<'_>, cx: &mut Context<'_>| match payload {
            Slot::Plain(payload) => payload.accept(Input::Map(entries), cx),
            Slot::Text(payload) => payload.accept(Input::Map(entries), cx),
        };
        let drifts = &mut event.drifts;
        decoder.decode(&mut **decoded, event_type, cx.is_repaired(), drifts, read)
    }
}

/// Reads the members of an object that are texts and skips the others without a report: what the
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

texts! { V2;
    "event_id" event_id Plain;
    "event_type" event_type Plain;
    "create_time" create_time Text;
    "token" token Plain;
    "app_id" app_id Plain;
    "tenant_key" tenant_key Plain;
}
texts! { V1Event;
    "type" event_type Plain;
    "app_id" app_id Plain;
    "tenant_key" tenant_key Plain;
}
