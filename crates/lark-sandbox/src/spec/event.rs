//! One event of the specs: its type, what it is wrapped in, its payload.

use serde_json::Value;

use super::document::document;
use super::{Sampler, Schema};
use crate::generated::{EVENTS, Envelope};

/// An event of the specs.
#[derive(Clone, Copy, Debug)]
pub struct EventSpec {
    event_type: &'static str,
    envelope: Envelope,
    document: usize,
}

impl EventSpec {
    /// The type as the platform names it: `im.message.receive_v1`.
    pub fn event_type(self) -> &'static str {
        self.event_type
    }

    /// What the platform wraps it in when it pushes it.
    pub fn envelope(self) -> Envelope {
        self.envelope
    }

    /// The schema of the payload, which is the `event` object of the envelope.
    pub fn payload(self) -> Schema {
        let document = document(self.document);
        let body = &document["webhooks"][self.event_type]["post"]["requestBody"];
        let schema = Schema::new(document, &body["content"]["application/json"]["schema"]);
        schema.property("event").expect("codegen has checked that an event has a payload")
    }

    /// A payload with every property present, the same one each time; in envelope 1.0 with the right
    /// `type`.
    pub fn sample(self, sampler: Sampler) -> Value {
        let mut sample = sampler.sample(self.payload());
        if self.envelope == Envelope::V1 && self.payload().property("type").is_some() {
            sample["type"] = self.event_type.into();
        }
        sample
    }
}

/// Every event of the specs, in the order of their types.
pub fn events() -> impl Iterator<Item = EventSpec> {
    EVENTS.iter().map(|row| of_row(*row))
}

/// The event of a type; None for a type that is in no spec.
pub fn event(event_type: &str) -> Option<EventSpec> {
    let index = EVENTS.binary_search_by(|(known, ..)| (*known).cmp(event_type)).ok()?;
    Some(of_row(EVENTS[index]))
}

fn of_row((event_type, envelope, document): (&'static str, Envelope, usize)) -> EventSpec {
    EventSpec { event_type, envelope, document }
}
