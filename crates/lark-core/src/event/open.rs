//! Lets a push in or refuses it: size, signature, decryption, token, in this order.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::HeaderMap;

use super::body::{Body, BodyReader, EventOnly, Kind, OLD_CARD, Reading, read_payload};
use super::crypto::{self, Crypto};
use super::handler::Pending;
use super::header::{EventHeader, EventSchema};
use super::rejection::Rejection;
use super::routes::Routes;
use crate::wire::{Context, DecodeMode, Drift, DriftLog, Fit, Slot, decode_slice};

/// The operation name under which drift of the envelope itself is reported.
const ENVELOPE: &str = "event";

/// The callbacks there are. Whoever handles them as raw events, or not at all, must not answer what
/// their user would see as a failure.
const CALLBACKS: [&str; 3] = ["card.action.trigger", OLD_CARD, "url.preview.get"];

/// Gives the time of day.
pub(super) type Clock = Box<dyn Fn() -> SystemTime + Send + Sync>;

/// What decides whether a push is let in, and how it is read.
pub(super) struct Door {
    pub(super) crypto: Crypto,
    pub(super) routes: Routes,
    pub(super) max_body_size: usize,
    pub(super) max_age: Option<Duration>,
    pub(super) clock: Clock,
    pub(super) mode: DecodeMode,
    pub(super) drifts: DriftLog,
}

/// A push that was let in.
pub(super) enum Opened {
    /// A URL check and the text to send back.
    Challenge(String),
    Event(Delivery),
}

/// An event that was let in.
pub(super) struct Delivery {
    pub(super) event: Found,
    pub(super) is_callback: bool,
    /// What tells a repetition if there is no event id.
    pub(super) signature: Option<String>,
}

/// An event, and whether anybody asked for it.
pub(super) enum Found {
    Pending(Box<dyn Pending>),
    /// There is no handler for the type.
    Ignored(EventHeader),
}

impl Found {
    pub(super) fn header(&self) -> &EventHeader {
        match self {
            Self::Pending(event) => event.header(),
            Self::Ignored(header) => header,
        }
    }
}

/// How much is proven of a push before its content is looked at.
#[derive(Clone, Copy, PartialEq)]
enum Proof {
    /// Signed with the encrypt key, or from a channel that needs no proof.
    Origin,
    None,
}

impl Door {
    /// Checks and reads a push from the open network.
    pub(super) fn open(&self, headers: &HeaderMap, body: &Bytes) -> Result<Opened, Rejection> {
        if body.len() > self.max_body_size {
            return Err(Rejection::TooLarge);
        }
        let is_signed = self.crypto.is_encrypting() && self.crypto.is_signed(headers, body);
        let proof = match is_signed || self.crypto.is_insecure() {
            true => Proof::Origin,
            false => Proof::None,
        };
        let mut reader = self.reader(proof);
        let raw = self.unseal(&mut reader, body, proof)?;
        let schema = match reader.body.kind() {
            Kind::Event(schema) => schema,
            Kind::Challenge => return self.challenge(reader.body, raw.is_some()),
            Kind::Sealed | Kind::Other => return Err(self.blind(proof, Rejection::NotAnEvent)),
        };
        self.check_origin(&reader.body, schema, proof, headers, body)?;
        if proof == Proof::Origin || schema == EventSchema::Card {
            self.check_age(headers)?;
        }
        let signature = match schema {
            EventSchema::Card => crypto::signature(headers).map(str::to_owned),
            EventSchema::V1 | EventSchema::V2 => None,
        };
        self.deliver(&mut reader, schema, raw.unwrap_or_else(|| body.clone()), signature)
    }

    /// Reads a push from a channel that has proven its origin, in plain text.
    pub(super) fn open_trusted(&self, body: &Bytes) -> Result<Opened, Rejection> {
        let mut reader = self.reader(Proof::Origin);
        read(&mut reader, body)?;
        match reader.body.kind() {
            Kind::Event(schema) => self.deliver(&mut reader, schema, body.clone(), None),
            Kind::Challenge => Ok(Opened::Challenge(reader.body.challenge.unwrap_or_default())),
            Kind::Sealed => Err(Rejection::NeedEncryptKey),
            Kind::Other => Err(Rejection::NotAnEvent),
        }
    }

    fn reader(&self, proof: Proof) -> BodyReader<'_> {
        let routes = (proof == Proof::Origin).then_some(&self.routes);
        BodyReader { body: Body::default(), drifts: Vec::new(), routes, reading: self.reading() }
    }

    /// Reads a push, decrypted if need be, and then gives the plain text.
    fn unseal(
        &self,
        reader: &mut BodyReader<'_>,
        body: &Bytes,
        proof: Proof,
    ) -> Result<Option<Bytes>, Rejection> {
        let blind = |rejection| self.blind(proof, rejection);
        let plain = match bare_ciphertext(body).map(|text| self.crypto.decrypt(text)) {
            Some(Ok(plain)) => plain,
            _ => {
                read(reader, body).map_err(blind)?;
                let Some(encrypt) = reader.body.encrypt.take() else { return Ok(None) };
                reader.body = Body::default();
                self.crypto.decrypt(encrypt.as_bytes()).map_err(blind)?
            }
        };
        read(reader, &plain).map_err(blind)?;
        Ok(Some(plain))
    }

    /// Who cannot sign learns nothing of how decryption ended.
    fn blind(&self, proof: Proof, rejection: Rejection) -> Rejection {
        match self.crypto.is_encrypting() && proof == Proof::None {
            true => Rejection::BadSignature,
            false => rejection,
        }
    }

    /// A URL check is never signed: the platform makes it before it knows that the keys are right.
    /// So it must be encrypted or carry the token.
    fn challenge(&self, body: Body, was_encrypted: bool) -> Result<Opened, Rejection> {
        let is_known = match body.token().and_then(|token| self.crypto.is_token(token)) {
            Some(is_own) => is_own,
            None => was_encrypted || self.crypto.is_insecure(),
        };
        match is_known {
            true => Ok(Opened::Challenge(body.challenge.unwrap_or_default())),
            false => Err(Rejection::BadToken),
        }
    }

    fn check_origin(
        &self,
        read: &Body,
        schema: EventSchema,
        proof: Proof,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<(), Rejection> {
        if self.crypto.is_insecure() {
            return Ok(());
        }
        if schema == EventSchema::Card {
            let is_signed = self.crypto.is_card_signed(headers, body);
            return is_signed.then_some(()).ok_or(Rejection::BadSignature);
        }
        if self.crypto.is_encrypting() && proof == Proof::None {
            return Err(Rejection::BadSignature);
        }
        let is_own = match read.token() {
            Some(token) => self.crypto.is_token(token).unwrap_or(true),
            // The signature has proven more than a token could.
            None => self.crypto.is_encrypting(),
        };
        is_own.then_some(()).ok_or(Rejection::BadToken)
    }

    fn check_age(&self, headers: &HeaderMap) -> Result<(), Rejection> {
        let Some(max_age) = self.max_age else { return Ok(()) };
        let sent_at = crypto::sent_at(headers).ok_or(Rejection::Stale)?;
        let now = (self.clock)().duration_since(UNIX_EPOCH).unwrap_or_default();
        let apart = now.as_secs().abs_diff(sent_at);
        (apart <= max_age.as_secs()).then_some(()).ok_or(Rejection::Stale)
    }

    /// Makes a delivery of an event, its payload read if it is not yet.
    fn deliver(
        &self,
        reader: &mut BodyReader<'_>,
        schema: EventSchema,
        raw: Bytes,
        signature: Option<String>,
    ) -> Result<Opened, Rejection> {
        let BodyReader { body, drifts, .. } = reader;
        let mut payload = body.payload.take();
        if payload.is_none()
            && let Some(route) = self.routes.find(body.event_type(schema))
        {
            let mut blank = route.blank();
            self.read_again(&mut *blank, body.event_type(schema), schema, &raw, drifts)?;
            payload = Some(blank);
        }
        if !drifts.is_empty() {
            let places: Vec<_> = drifts.iter().map(ToString::to_string).collect();
            let event_type = body.event_type(schema);
            tracing::error!(target: "lark_core::event", event_type, places = places.join("; "), "drift");
            return Err(Rejection::Drift);
        }
        let is_callback = payload.as_ref().is_some_and(|it| it.is_callback())
            || CALLBACKS.contains(&body.event_type(schema));
        let header = body.take_header(schema, raw);
        let event = match payload {
            Some(mut pending) => {
                pending.set_header(header);
                Found::Pending(pending)
            }
            None => Found::Ignored(header),
        };
        Ok(Opened::Event(Delivery { event, is_callback, signature }))
    }

    /// Reads a payload whose type was not known when it went by.
    fn read_again(
        &self,
        payload: &mut dyn Pending,
        event_type: &str,
        schema: EventSchema,
        raw: &[u8],
        drifts: &mut Vec<Drift>,
    ) -> Result<(), Rejection> {
        let reading = self.reading();
        let fit = read_payload(payload, event_type, reading, drifts, |slot, cx| match schema {
            EventSchema::Card => decode_slice(raw, slot, cx),
            EventSchema::V1 | EventSchema::V2 => {
                let mut event = EventOnly { payload: slot, fit: Fit::Absent };
                decode_slice(raw, Slot::Plain(&mut event), cx)
            }
        });
        match fit {
            Ok(Fit::Taken) => Ok(()),
            Ok(_) => Err(Rejection::NotAnEvent),
            Err(_) => Err(Rejection::BadJson),
        }
    }

    fn reading(&self) -> Reading<'_> {
        Reading { mode: self.mode, log: &self.drifts }
    }
}

/// Reads what a push is; its payload only if the reader has routes.
fn read(reader: &mut BodyReader<'_>, json: &[u8]) -> Result<(), Rejection> {
    let mut cx = Context::new(ENVELOPE, DecodeMode::Tolerant, reader.reading.log);
    match decode_slice(json, Slot::Plain(reader), &mut cx) {
        Ok(Fit::Taken) => Ok(()),
        Ok(_) => Err(Rejection::NotAnEvent),
        Err(_) => Err(Rejection::BadJson),
    }
}

/// The text of `encrypt` if the body looks as the platform writes it. It is base64 then, or the body
/// has more members, which the caller finds out.
fn bare_ciphertext(body: &[u8]) -> Option<&[u8]> {
    body.strip_prefix(br#"{"encrypt":""#)?.strip_suffix(br#""}"#)
}
