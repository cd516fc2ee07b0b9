//! An event and what is known of each.

use std::fmt;

use bytes::Bytes;

/// An event on its way to a handler.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Event<T> {
    /// Who sent what, and when.
    pub header: EventHeader,
    /// What happened.
    pub payload: T,
}

impl<T> Event<T> {
    /// The payload alone.
    pub fn into_payload(self) -> T {
        self.payload
    }
}

/// What the platform says of every event.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct EventHeader {
    /// The id that redeliveries share: `event_id`, `uuid` in the old schema, empty in an old card
    /// callback.
    pub event_id: String,
    /// `im.message.receive_v1`; `card.action.trigger_v1` for the old card callback, which does not
    /// say it.
    pub event_type: String,
    /// The envelope it came in.
    pub schema: EventSchema,
    /// The app it is for; empty in an old card callback.
    pub app_id: String,
    /// The tenant it happened in; make calls for it with `client.tenant(..)`.
    pub tenant_key: String,
    /// When it happened, in milliseconds since 1970.
    pub create_time: Option<i64>,
    /// The whole push as JSON text, decrypted. Holds the app's verification token: keep it out of
    /// logs.
    pub raw: Bytes,
}

impl fmt::Debug for EventHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventHeader")
            .field("event_id", &self.event_id)
            .field("event_type", &self.event_type)
            .field("schema", &self.schema)
            .field("app_id", &self.app_id)
            .field("tenant_key", &self.tenant_key)
            .field("create_time", &self.create_time)
            .finish_non_exhaustive()
    }
}

/// The envelope of an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EventSchema {
    /// `uuid`, `ts`, and the type within `event`: events older than 2020.
    V1,
    /// `schema: "2.0"` with a `header`.
    #[default]
    V2,
    /// The old card callback, which has no envelope.
    Card,
}
