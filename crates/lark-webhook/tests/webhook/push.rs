//! Pushes, and routers that take them.

use std::sync::Arc;

use http::{HeaderName, HeaderValue};
use lark_core::{Event, EventKeys, EventRouter, Value};
use serde_json::json;
use tokio::sync::{Semaphore, mpsc};

pub(crate) const TOKEN: &str = "v-token-1";
pub(crate) const EVENT_TYPE: &str = "im.message.receive_v1";

/// The body of an event.
pub(crate) fn event(token: &str, event_id: &str) -> String {
    padded(token, event_id, 0)
}

/// The body of an event with a text of `size` bytes.
pub(crate) fn padded(token: &str, event_id: &str, size: usize) -> String {
    let event = lark_push::event(EVENT_TYPE, event_id, &json!({"text": "x".repeat(size)}));
    event.replace(lark_push::TOKEN, token)
}

/// The headers with which the platform signs `body`, as lines.
pub(crate) fn signature(key: &str, body: &str) -> String {
    let headers = lark_push::signed_with(key, body.as_bytes(), "nonce-1");
    let line = |(name, value): (&HeaderName, &HeaderValue)| {
        format!("{name}: {}\r\n", value.to_str().expect("visible characters"))
    };
    headers.iter().map(line).collect()
}

/// A router whose handler is done at once.
pub(crate) fn quick(token: &str) -> EventRouter {
    let keys = EventKeys::new().verification_token(token);
    let router = EventRouter::builder(keys).on_raw(EVENT_TYPE, |_: Event<Value>| async { Ok(()) });
    router.build().expect("a router")
}

/// A router whose handler waits, and what it waits for.
pub(crate) struct Gated {
    pub(crate) router: EventRouter,
    /// The ids of the events whose handlers have begun.
    pub(crate) begun: mpsc::UnboundedReceiver<String>,
    /// A permit for each handler that may end.
    pub(crate) gate: Arc<Semaphore>,
}

pub(crate) fn gated(token: &str) -> Gated {
    let (begin, begun) = mpsc::unbounded_channel();
    let gate = Arc::new(Semaphore::new(0));
    let of_handler = Arc::clone(&gate);
    let keys = EventKeys::new().verification_token(token);
    let router = EventRouter::builder(keys).on_raw(EVENT_TYPE, move |event: Event<Value>| {
        let (begin, gate) = (begin.clone(), Arc::clone(&of_handler));
        async move {
            begin.send(event.header.event_id).expect("the test listens");
            gate.acquire().await.expect("the gate stays").forget();
            Ok(())
        }
    });
    let router = router.build().expect("a router");
    Gated { router, begun, gate }
}
