//! One event and its envelope.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::PushError;
use crate::services::Services;
use crate::services::ids::Ids;
use crate::spec::{self, Envelope};

/// Whom an event is for: an app, in one of the tenants it works for.
#[derive(Clone, Debug)]
pub(crate) struct Recipient {
    pub(crate) app_id: String,
    pub(crate) tenant_key: String,
}

impl Recipient {
    pub(crate) fn new(app_id: &str, tenant_key: &str) -> Self {
        Self { app_id: app_id.to_owned(), tenant_key: tenant_key.to_owned() }
    }
}

/// An event for one app, before the app's keys come in.
#[derive(Clone)]
pub(crate) struct Event {
    pub(super) id: String,
    pub(super) to: Recipient,
    pub(super) event_type: String,
    envelope: Envelope,
    payload: Value,
    created: SystemTime,
}

impl Event {
    /// An event of this moment. Its envelope is that of the specs; 2.0 for a type they do not have.
    pub(crate) fn new(
        services: &Services,
        to: Recipient,
        event_type: &str,
        payload: Value,
    ) -> Self {
        Self {
            id: services.ids.next(""),
            to,
            event_type: event_type.to_owned(),
            envelope: spec::event(event_type).map_or(Envelope::V2, |event| event.envelope()),
            payload,
            created: services.now(),
        }
    }

    /// The same with a payload from outside.
    pub(crate) fn checked(
        services: &Services,
        to: Recipient,
        event_type: &str,
        payload: Value,
    ) -> Result<Self, PushError> {
        if event_type.is_empty() {
            return Err(PushError::new("the event type is empty"));
        }
        if !payload.is_object() {
            return Err(PushError::new(format!("the payload of {event_type} is no JSON object")));
        }
        Ok(Self::new(services, to, event_type, payload))
    }

    /// The same in this envelope, whatever the specs say.
    pub(crate) fn in_envelope(mut self, envelope: Envelope) -> Self {
        self.envelope = envelope;
        self
    }

    /// The same under another id.
    pub(super) fn renamed(&self, ids: &Ids) -> Self {
        Self { id: ids.next(""), ..self.clone() }
    }

    /// The JSON that is sent or encrypted: compact, and nothing but what must be is escaped, since
    /// Node's SDK hashes its own rendering of it.
    pub(super) fn body(&self, token: &str) -> String {
        match self.envelope {
            Envelope::V1 => self.v1(token),
            Envelope::V2 => self.v2(token),
        }
        .to_string()
    }

    fn v1(&self, token: &str) -> Value {
        let mut event = self.payload.clone();
        event["type"] = json!(self.event_type);
        event["app_id"] = json!(self.to.app_id);
        // A ticket is of the app, not of a tenant.
        if self.event_type != "app_ticket" {
            event["tenant_key"] = json!(self.to.tenant_key);
        }
        let elapsed = self.created.duration_since(UNIX_EPOCH).unwrap_or_default();
        let ts = format!("{}.{:06}", elapsed.as_secs(), elapsed.subsec_micros());
        json!({
            "uuid": self.id, "token": token, "ts": ts, "type": "event_callback", "event": event,
        })
    }

    fn v2(&self, token: &str) -> Value {
        let elapsed = self.created.duration_since(UNIX_EPOCH).unwrap_or_default();
        // The times of card callbacks are in microseconds, those of events in milliseconds.
        let created = match self.event_type.as_str() {
            "card.action.trigger" => elapsed.as_micros(),
            _ => elapsed.as_millis(),
        };
        json!({
            "schema": "2.0",
            "header": {
                "event_id": self.id,
                "event_type": self.event_type,
                "create_time": created.to_string(),
                "token": token,
                "app_id": self.to.app_id,
                "tenant_key": self.to.tenant_key,
            },
            "event": self.payload,
        })
    }
}
