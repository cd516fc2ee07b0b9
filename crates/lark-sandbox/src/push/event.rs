//! One event and its envelope.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::PushError;
use crate::platform::Platform;
use crate::spec::{self, Envelope};

/// An event for one app, before the app's keys come in.
#[derive(Clone)]
pub(crate) struct Event {
    pub(super) id: String,
    pub(super) app_id: String,
    pub(super) tenant_key: String,
    pub(super) event_type: String,
    envelope: Envelope,
    payload: Value,
    created: SystemTime,
}

impl Event {
    /// An event of this moment. Its envelope is that of the specs; 2.0 for a type they do not have.
    pub(crate) fn new(
        platform: &Platform,
        app_id: &str,
        tenant_key: &str,
        event_type: &str,
        payload: Value,
    ) -> Self {
        Self {
            id: platform.ids.next(""),
            app_id: app_id.to_owned(),
            tenant_key: tenant_key.to_owned(),
            event_type: event_type.to_owned(),
            envelope: spec::event(event_type).map_or(Envelope::V2, |event| event.envelope()),
            payload,
            created: platform.timeline.now(),
        }
    }

    /// The same with a payload from outside.
    pub(crate) fn checked(
        platform: &Platform,
        app_id: &str,
        tenant_key: &str,
        event_type: &str,
        payload: Value,
    ) -> Result<Self, PushError> {
        if event_type.is_empty() {
            return Err(PushError::new("the event type is empty"));
        }
        if !payload.is_object() {
            return Err(PushError::new(format!("the payload of {event_type} is no JSON object")));
        }
        Ok(Self::new(platform, app_id, tenant_key, event_type, payload))
    }

    /// The same in this envelope, whatever the specs say.
    pub(crate) fn in_envelope(mut self, envelope: Envelope) -> Self {
        self.envelope = envelope;
        self
    }

    /// The same under another id.
    pub(super) fn renamed(&self, platform: &Platform) -> Self {
        Self { id: platform.ids.next(""), ..self.clone() }
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
        event["app_id"] = json!(self.app_id);
        // A ticket is of the app, not of a tenant.
        if self.event_type != "app_ticket" {
            event["tenant_key"] = json!(self.tenant_key);
        }
        let elapsed = self.created.duration_since(UNIX_EPOCH).unwrap_or_default();
        let ts = format!("{}.{:06}", elapsed.as_secs(), elapsed.subsec_micros());
        json!({
            "uuid": self.id, "token": token, "ts": ts, "type": "event_callback", "event": event,
        })
    }

    fn v2(&self, token: &str) -> Value {
        let elapsed = self.created.duration_since(UNIX_EPOCH).unwrap_or_default();
        json!({
            "schema": "2.0",
            "header": {
                "event_id": self.id,
                "event_type": self.event_type,
                "create_time": elapsed.as_millis().to_string(),
                "token": token,
                "app_id": self.app_id,
                "tenant_key": self.tenant_key,
            },
            "event": self.payload,
        })
    }
}
