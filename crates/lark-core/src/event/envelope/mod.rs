//! The envelopes of events: what surrounds a payload, one struct for each schema.

mod payload;
mod reader;

pub(super) use self::payload::PayloadDecoder;
pub(super) use self::reader::{PushContent, PushedEvent, read_push};

use bytes::Bytes;

use self::payload::EventMember;
use super::header::{EventHeader, EventSchema};
use crate::wire::{Context, Fit, Slot, WireError, decode_slice};

/// The type by which handlers ask for the old card callback, which does not name one.
pub(super) const OLD_CARD: &str = "card.action.trigger_v1";

/// The envelope of an event.
pub(super) enum Envelope {
    V1(V1),
    V2(V2),
    Card(Card),
}

/// Schema 1.0: some members beside the payload, some within it.
#[derive(Default)]
pub(super) struct V1 {
    token: Option<String>,
    uuid: String,
    /// Seconds since 1970, with a fraction.
    ts: String,
    event: V1Event,
}

/// The members of schema 1.0 within `event`.
#[derive(Default)]
struct V1Event {
    event_type: String,
    app_id: String,
    tenant_key: String,
}

/// Schema 2.0: `header`.
#[derive(Default)]
pub(super) struct V2 {
    event_id: String,
    event_type: String,
    create_time: Option<i64>,
    token: Option<String>,
    app_id: String,
    tenant_key: String,
}

/// The old card callback. Its payload is the whole push.
pub(super) struct Card {
    tenant_key: String,
}

impl Envelope {
    pub(super) fn schema(&self) -> EventSchema {
        match self {
            Self::V1(_) => EventSchema::V1,
            Self::V2(_) => EventSchema::V2,
            Self::Card(_) => EventSchema::Card,
        }
    }

    pub(super) fn event_type(&self) -> &str {
        match self {
            Self::V1(envelope) => &envelope.event.event_type,
            Self::V2(envelope) => &envelope.event_type,
            Self::Card(_) => OLD_CARD,
        }
    }

    /// The token that proves the origin. The one in an old card callback does not: it updates the card.
    pub(super) fn token(&self) -> Option<&str> {
        match self {
            Self::V1(envelope) => envelope.token.as_deref(),
            Self::V2(envelope) => envelope.token.as_deref(),
            Self::Card(_) => None,
        }
    }

    /// The header of the event; `raw` is the push it is from.
    pub(super) fn into_header(self, raw: Bytes) -> EventHeader {
        match self {
            Self::V1(envelope) => envelope.into_header(raw),
            Self::V2(envelope) => envelope.into_header(raw),
            Self::Card(envelope) => envelope.into_header(raw),
        }
    }

    /// Decodes the payload alone from a push with this envelope.
    pub(super) fn decode_payload(
        &self,
        push: &[u8],
        payload: Slot<'_>,
        cx: &mut Context<'_>,
    ) -> Result<Fit, WireError> {
        match self {
            Self::V1(_) | Self::V2(_) => {
                let mut push_reader = EventMember { payload, fit: Fit::Absent };
                decode_slice(push, Slot::Plain(&mut push_reader), cx)
            }
            Self::Card(_) => decode_slice(push, payload, cx),
        }
    }
}

impl V1 {
    fn into_header(self, raw: Bytes) -> EventHeader {
        EventHeader {
            event_id: self.uuid,
            event_type: self.event.event_type,
            schema: EventSchema::V1,
            app_id: self.event.app_id,
            tenant_key: self.event.tenant_key,
            create_time: milliseconds(&self.ts),
            raw,
        }
    }
}

impl V2 {
    fn into_header(self, raw: Bytes) -> EventHeader {
        EventHeader {
            event_id: self.event_id,
            event_type: self.event_type,
            schema: EventSchema::V2,
            app_id: self.app_id,
            tenant_key: self.tenant_key,
            create_time: self.create_time.map(in_milliseconds),
            raw,
        }
    }
}

impl Card {
    fn into_header(self, raw: Bytes) -> EventHeader {
        EventHeader {
            event_type: OLD_CARD.to_owned(),
            schema: EventSchema::Card,
            tenant_key: self.tenant_key,
            raw,
            ..EventHeader::default()
        }
    }
}

/// A time in milliseconds. The headers of callbacks have microseconds, which as milliseconds would be
/// after the year 5000.
fn in_milliseconds(time: i64) -> i64 {
    const YEAR_5138: i64 = 100_000_000_000_000;
    if time >= YEAR_5138 { time / 1000 } else { time }
}

/// `1550038209.428520` in milliseconds. Digits are cut off, not rounded as a float would.
fn milliseconds(seconds: &str) -> Option<i64> {
    let (seconds, fraction) = seconds.split_once('.').unwrap_or((seconds, ""));
    let millis: String = fraction.chars().chain("000".chars()).take(3).collect();
    seconds.parse::<i64>().ok()?.checked_mul(1000)?.checked_add(millis.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::{in_milliseconds, milliseconds};

    #[test]
    fn microseconds_become_milliseconds() {
        assert_eq!(in_milliseconds(1_608_725_989_000), 1_608_725_989_000);
        assert_eq!(in_milliseconds(1_603_977_298_000_123), 1_603_977_298_000);
        assert_eq!(in_milliseconds(0), 0);
    }

    #[test]
    fn seconds_with_a_fraction_become_milliseconds() {
        assert_eq!(milliseconds("1550038209.428520"), Some(1_550_038_209_428));
        assert_eq!(milliseconds("1550038209.4"), Some(1_550_038_209_400));
        assert_eq!(milliseconds("1550038209"), Some(1_550_038_209_000));
        assert_eq!(milliseconds("9223372036854775807"), None);
        assert_eq!(milliseconds("soon"), None);
    }
}
