//! An event and its header.

use std::fmt::{self, Write as _};

use bytes::Bytes;

/// An event, as a handler receives it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Event<T> {
    /// Its id, type, app, tenant and time.
    pub header: EventHeader,
    /// What happened.
    pub payload: T,
}

impl<T> Event<T> {
    /// Returns the payload alone.
    pub fn into_payload(self) -> T {
        self.payload
    }
}

/// What every event has in common.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct EventHeader {
    /// The id that redeliveries share: `event_id` of schema 2.0, `uuid` of schema 1.0, empty in an
    /// old card callback.
    pub event_id: String,
    /// The type, such as `im.message.receive_v1`. The old card callback does not name one; here it is
    /// `card.action.trigger_v1`.
    pub event_type: String,
    /// The schema of its envelope.
    pub schema: EventSchema,
    /// The app it is for; empty in an old card callback.
    pub app_id: String,
    /// The tenant it happened in. [`Client::for_tenant`](crate::Client::for_tenant) makes calls for
    /// it.
    pub tenant_key: String,
    /// When it happened, in milliseconds since 1970, also for callbacks, whose pushes have
    /// microseconds.
    pub create_time: Option<i64>,
    /// The whole push as JSON text, decrypted; what no parser takes of it is repaired. It contains the
    /// app's verification token: do not log it.
    pub raw: Bytes,
}

impl EventHeader {
    /// A text that is the same whenever this event is handled, and another one for each `step` of the
    /// handler, for [`Client::with_idempotency_seed`](crate::Client::with_idempotency_seed): what a
    /// handler sends with it is sent once, however often it runs.
    #[must_use]
    pub fn idempotency_seed(&self, step: &str) -> String {
        if !self.event_id.is_empty() {
            return [&self.app_id, "/", &self.event_id, "/", step].concat();
        }
        // Old card callbacks have no id.
        let digest = ring::digest::digest(&ring::digest::SHA256, &self.raw);
        let mut seed = format!("{}/", self.app_id);
        for byte in digest.as_ref() {
            _ = write!(seed, "{byte:02x}");
        }
        seed + "/" + step
    }
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

/// The schema of an event's envelope.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EventSchema {
    /// Schema 1.0, of events older than 2020: `uuid`, `ts`, and the type within `event`.
    V1,
    /// Schema 2.0: `schema: "2.0"` and a `header`.
    #[default]
    V2,
    /// The old card callback, which has no envelope.
    Card,
}
