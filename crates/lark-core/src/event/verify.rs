//! Verifies pushes: size, signature, decryption, token, age, in this order.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::HeaderMap;

use super::crypto::{self, Crypto};
use super::envelope::{Envelope, OLD_CARD, PayloadDecoder, PushContent, PushedEvent, read_push};
use super::header::{EventHeader, EventSchema};
use super::outcome::Rejection;
use super::reply::PushKind;
use super::routes::{ErasedEvent, Routes};
use crate::util::try_run;
use crate::wire::{Drift, Fit, repair};

/// The types of all callbacks. Even a raw handler, or none, must not cause a reply that the user would
/// see as a failure.
const CALLBACKS: [&str; 3] = ["card.action.trigger", OLD_CARD, "url.preview.get"];

/// Returns the time of day.
pub(super) type Clock = Box<dyn Fn() -> SystemTime + Send + Sync>;

/// Decides whether a push is from the platform, and decodes it for its handler.
pub(super) struct Verifier {
    /// Whether the router has no keys, and takes trusted events only.
    pub(super) rejects_all: bool,
    pub(super) crypto: Crypto,
    pub(super) routes: Routes,
    pub(super) max_body_size: usize,
    pub(super) max_age: Option<Duration>,
    pub(super) clock: Clock,
    pub(super) decoder: PayloadDecoder,
}

/// A push from the platform.
pub(super) enum Verified {
    /// A URL check and the text to send back.
    Challenge(String),
    Event(Delivery),
    /// An event that has no handler.
    Unhandled {
        header: EventHeader,
        kind: PushKind,
    },
}

/// An event for its handler.
pub(super) struct Delivery {
    pub(super) event: Box<dyn ErasedEvent>,
    pub(super) kind: PushKind,
    /// Identifies a push whose event has no id.
    pub(super) signature: Option<String>,
}

impl Verified {
    pub(super) fn header(&self) -> Option<&EventHeader> {
        match self {
            Self::Challenge(_) => None,
            Self::Event(delivery) => Some(delivery.event.header()),
            Self::Unhandled { header, .. } => Some(header),
        }
    }
}

/// What is proven of a push before its content is read.
#[derive(Clone, Copy, PartialEq)]
enum Origin {
    /// Signed with the encrypt key, or from a channel that needs no proof.
    Proven,
    Unproven,
}

impl Verifier {
    /// Verifies and decodes a push from the open network.
    pub(super) fn verify(&self, headers: &HeaderMap, body: &Bytes) -> Result<Verified, Rejection> {
        if self.rejects_all {
            return Err(Rejection::NoKeys);
        }
        if body.len() > self.max_body_size {
            return Err(Rejection::TooLarge);
        }
        let is_signed = self.crypto.is_encrypting() && self.crypto.is_signed(headers, body);
        let origin = match is_signed || self.crypto.is_insecure() {
            true => Origin::Proven,
            false => Origin::Unproven,
        };
        let (content, plain) = self.read(body, origin)?;
        let event = match content {
            PushContent::Event(event) => event,
            PushContent::Challenge { challenge, token } => {
                self.check_challenge(token.as_deref(), plain.is_some())?;
                return Ok(Verified::Challenge(challenge));
            }
            PushContent::Encrypted(_) | PushContent::Unknown => {
                return Err(self.blind(origin, Rejection::NotAnEvent));
            }
        };
        self.check_origin(&event.envelope, origin, headers, body)?;
        let is_card = event.envelope.schema() == EventSchema::Card;
        if origin == Origin::Proven || is_card {
            self.check_age(headers)?;
        }
        let signature = match is_card {
            true => crypto::signature(headers).map(str::to_owned),
            false => None,
        };
        self.deliver(event, plain.unwrap_or_else(|| body.clone()), signature)
    }

    /// Decodes a push in plain text from a channel that has proven its origin.
    pub(super) fn trust(&self, body: &Bytes) -> Result<Verified, Rejection> {
        match read_push(body, Some(&self.routes), &self.decoder)? {
            PushContent::Event(event) => self.deliver(event, body.clone(), None),
            PushContent::Challenge { challenge, .. } => Ok(Verified::Challenge(challenge)),
            PushContent::Encrypted(_) => Err(Rejection::NeedEncryptKey),
            PushContent::Unknown => Err(Rejection::NotAnEvent),
        }
    }

    /// Reads a push. The second value is the plain text of one that was encrypted.
    fn read(
        &self,
        body: &Bytes,
        origin: Origin,
    ) -> Result<(PushContent, Option<Bytes>), Rejection> {
        let routes = (origin == Origin::Proven).then_some(&self.routes);
        let read = |json: &[u8]| read_push(json, routes, &self.decoder);
        let blind = |rejection| self.blind(origin, rejection);
        let plain = match bare_ciphertext(body).map(|text| self.crypto.decrypt(text)) {
            Some(Ok(plain)) => plain,
            _ => match read(body).map_err(blind)? {
                PushContent::Encrypted(text) => {
                    self.crypto.decrypt(text.as_bytes()).map_err(blind)?
                }
                content => return Ok((content, None)),
            },
        };
        Ok((read(&plain).map_err(blind)?, Some(plain)))
    }

    /// A sender who cannot sign learns nothing about how decryption ended.
    fn blind(&self, origin: Origin, rejection: Rejection) -> Rejection {
        match self.crypto.is_encrypting() && origin == Origin::Unproven {
            true => Rejection::BadSignature,
            false => rejection,
        }
    }

    /// A URL check is never signed: the platform sends it before it knows that the keys are right. So
    /// it must be encrypted or carry the token.
    fn check_challenge(&self, token: Option<&str>, was_encrypted: bool) -> Result<(), Rejection> {
        let is_known = match token.and_then(|token| self.crypto.is_token(token)) {
            Some(is_own) => is_own,
            None => was_encrypted || self.crypto.is_insecure(),
        };
        is_known.then_some(()).ok_or(Rejection::BadToken)
    }

    fn check_origin(
        &self,
        envelope: &Envelope,
        origin: Origin,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<(), Rejection> {
        if self.crypto.is_insecure() {
            return Ok(());
        }
        if envelope.schema() == EventSchema::Card {
            let is_signed = self.crypto.is_card_signed(headers, body);
            return is_signed.then_some(()).ok_or(Rejection::BadSignature);
        }
        if self.crypto.is_encrypting() && origin == Origin::Unproven {
            return Err(Rejection::BadSignature);
        }
        let is_own = match envelope.token() {
            Some(token) => self.crypto.is_token(token).unwrap_or(true),
            // The signature has proven more than a token could.
            None => self.crypto.is_encrypting(),
        };
        is_own.then_some(()).ok_or(Rejection::BadToken)
    }

    fn check_age(&self, headers: &HeaderMap) -> Result<(), Rejection> {
        let Some(max_age) = self.max_age else { return Ok(()) };
        let sent_at = crypto::sent_at(headers).ok_or(Rejection::Stale)?;
        let Ok(now) = try_run(&self.clock) else {
            tracing::error!(target: "lark_core::event", "the clock panicked");
            return Err(Rejection::Stale);
        };
        let now = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        let difference = now.as_secs().abs_diff(sent_at);
        (difference <= max_age.as_secs()).then_some(()).ok_or(Rejection::Stale)
    }

    /// Gives an event to its handler, after decoding the payload if that is still to be done.
    fn deliver(
        &self,
        event: PushedEvent,
        raw: Bytes,
        signature: Option<String>,
    ) -> Result<Verified, Rejection> {
        let PushedEvent { envelope, mut decoded, mut drifts, is_repaired } = event;
        let event_type = envelope.event_type();
        if decoded.is_none()
            && let Some(mut event) = self.routes.new_event(event_type)
        {
            self.decode(&mut *event, &envelope, &raw, &mut drifts)?;
            decoded = Some(event);
        }
        if !drifts.is_empty() {
            let places: Vec<_> = drifts.iter().map(ToString::to_string).collect();
            tracing::error!(target: "lark_core::event", event_type, places = places.join("; "), "drift");
            return Err(Rejection::Drift);
        }
        let kind = match &decoded {
            _ if CALLBACKS.contains(&event_type) => PushKind::Callback,
            Some(event) => event.kind(),
            None => PushKind::Event,
        };
        let raw = match is_repaired {
            true => repair(&raw).map_or(raw, Bytes::from),
            false => raw,
        };
        let header = envelope.into_header(raw);
        Ok(match decoded {
            Some(mut event) => {
                event.set_header(header);
                Verified::Event(Delivery { event, kind, signature })
            }
            None => Verified::Unhandled { header, kind },
        })
    }

    /// Decodes a payload whose type was not known when the push was read.
    fn decode(
        &self,
        event: &mut dyn ErasedEvent,
        envelope: &Envelope,
        raw: &[u8],
        drifts: &mut Vec<Drift>,
    ) -> Result<(), Rejection> {
        let fit =
            self.decoder.decode(event, envelope.event_type(), false, drifts, |payload, cx| {
                envelope.decode_payload(raw, payload, cx)
            });
        match fit {
            Ok(Fit::Taken) => Ok(()),
            Ok(_) => Err(Rejection::NotAnEvent),
            Err(_) => Err(Rejection::BadJson),
        }
    }
}

/// The text of `encrypt` if the body looks as the platform writes it. If the body has more members, the
/// text is not base64.
fn bare_ciphertext(body: &[u8]) -> Option<&[u8]> {
    body.strip_prefix(br#"{"encrypt":""#)?.strip_suffix(br#""}"#)
}
