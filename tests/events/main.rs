//! Events and callbacks through the router.

mod bad_input;
mod callbacks;
mod delivery;
mod drift;
mod every_event;
mod every_push;
mod fallback;
mod limits;
mod orders;
mod properties;
mod setup;
mod shutdown;
mod soak;
mod support;
mod tickets;
mod vectors;

use lark_core::{EventKeys, Value};
use lark_sandbox::spec::{Envelope, EventSpec};
use serde_json::json;

/// The verification token of every push here.
const TOKEN: &str = "v-token-1";

fn keys() -> EventKeys {
    EventKeys::new().verification_token(TOKEN)
}

/// The event with this payload as the platform wraps it.
fn push(event: EventSpec, payload: Value) -> Value {
    let event_type = event.event_type();
    match event.envelope() {
        Envelope::V1 => json!({
            "uuid": format!("uuid of {event_type}"),
            "token": TOKEN,
            "ts": "1550038110.478493",
            "type": "event_callback",
            "event": payload,
        }),
        Envelope::V2 => json!({
            "schema": "2.0",
            "header": {
                "event_id": format!("id of {event_type}"),
                "event_type": event_type,
                "create_time": "1608725989000",
                "token": TOKEN,
                "app_id": "cli_a1",
                "tenant_key": "tenant-1",
            },
            "event": payload,
        }),
    }
}
