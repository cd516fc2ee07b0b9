//! What the tests of the router share.

use std::sync::{Arc, Mutex, MutexGuard};

use lark_core::{
    Claim, Dedup, EventKeys, EventOutcome, EventReply, EventReport, EventRouter,
    EventRouterBuilder, StoreError, StoreFuture, Value,
};
use lark_push::{KEY, TOKEN, message, seal};
use lark_sandbox::spec::{Envelope, EventSpec};
use serde_json::json;

/// Events, outcomes and whatever else a test records, in order.
pub(crate) struct Log<T>(Arc<Mutex<Vec<T>>>);

impl<T> Clone for Log<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Log<T> {
    pub(crate) fn new() -> Self {
        Self(Arc::default())
    }

    fn entries(&self) -> MutexGuard<'_, Vec<T>> {
        self.0.lock().expect("no panic")
    }

    pub(crate) fn push(&self, entry: T) {
        self.entries().push(entry);
    }

    pub(crate) fn len(&self) -> usize {
        self.entries().len()
    }
}

impl<T: Clone> Log<T> {
    pub(crate) fn all(&self) -> Vec<T> {
        self.entries().clone()
    }
}

impl Log<(EventOutcome, bool)> {
    /// A hook that notes each outcome, and whether the push was answered before.
    pub(crate) fn hook(&self) -> impl Fn(&EventReport<'_>) + Send + Sync + 'static {
        let log = self.clone();
        move |report| log.push((report.outcome, report.is_after_response))
    }
}

pub(crate) fn keys() -> EventKeys {
    EventKeys::new().encrypt_key(KEY).verification_token(TOKEN)
}

/// A router with the keys of the tests, to be finished.
pub(crate) fn builder() -> EventRouterBuilder {
    EventRouter::builder(keys())
}

pub(crate) fn build(builder: EventRouterBuilder) -> EventRouter {
    builder.build().expect("the settings are right")
}

/// Pushes a message, encrypted and signed.
pub(crate) async fn send(router: &EventRouter, event: &str, chat: &str) -> EventReply {
    // Each event is about a message of its own.
    let (headers, body) = seal(message(event, &format!("om_of_{event}"), chat, "hello"));
    router.handle(&headers, body).await
}

/// The event with this payload as the platform wraps it.
pub(crate) fn wrap(event: EventSpec, payload: Value) -> Value {
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

/// A dedup store that gives every claim the same result.
pub(crate) struct FixedClaim(pub(crate) Result<Claim, &'static str>);

impl Dedup for FixedClaim {
    fn claim<'a>(&'a self, _: &'a [String]) -> StoreFuture<'a, Claim> {
        Box::pin(async { self.0.map_err(StoreError::new) })
    }

    fn finish<'a>(&'a self, _: &'a [String]) -> StoreFuture<'a, ()> {
        Box::pin(async { Ok(()) })
    }

    fn release<'a>(&'a self, _: &'a [String]) -> StoreFuture<'a, ()> {
        Box::pin(async { Ok(()) })
    }
}
