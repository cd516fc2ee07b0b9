//! Pushes, and routers that take them.

use std::sync::Arc;

use lark_webhook::{Event, EventKeys, EventRouter, Value};
use ring::digest::{Context, SHA256};
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
    json!({
        "schema": "2.0",
        "header": {
            "event_id": event_id,
            "event_type": EVENT_TYPE,
            "create_time": "1608725989000",
            "token": token,
            "app_id": "cli_a1",
            "tenant_key": "tenant-1",
        },
        "event": {"text": "x".repeat(size)},
    })
    .to_string()
}

/// The headers with which the platform signs `body`.
pub(crate) fn signature(key: &str, body: &str) -> String {
    let mut context = Context::new(&SHA256);
    for part in ["1720000000", "nonce-1", key, body] {
        context.update(part.as_bytes());
    }
    let hex: String = context.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    format!(
        "X-Lark-Request-Timestamp: 1720000000\r\nX-Lark-Request-Nonce: nonce-1\r\n\
         X-Lark-Signature: {hex}\r\n"
    )
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
            begin.send(event.head.event_id).expect("the test listens");
            gate.acquire().await.expect("the gate stays").forget();
            Ok(())
        }
    });
    let router = router.build().expect("a router");
    Gated { router, begun, gate }
}
