//! Every event of the specs: pushed by the sandbox over HTTP, encrypted and signed, it arrives typed.

use std::collections::HashSet;

use lark_core::{
    DecodeMode, Event, EventKeys, EventOutcome, EventPayload, EventRouter, EventRouterBuilder,
    EventSchema,
};
use lark_sandbox::{Sandbox, spec};
use lark_tests::generated;
use lark_tests::sweep::EventVisitor;
use lark_webhook::Server;
use tokio::sync::oneshot;

use crate::support::{Log, build};

const KEY: &str = "the key of every event";
const TOKEN: &str = "the token of every event";

/// Gives a router a handler for every type there is.
struct Register {
    builder: Option<EventRouterBuilder>,
    seen: Log<(&'static str, EventSchema)>,
    types: Vec<&'static str>,
}

impl EventVisitor for Register {
    fn visit<E: EventPayload>(&mut self) {
        let seen = self.seen.clone();
        self.types.push(E::EVENT_TYPE);
        self.builder = self.builder.take().map(|builder| {
            builder.on(move |event: Event<E>| {
                seen.push((E::EVENT_TYPE, event.head.schema));
                async { Ok(()) }
            })
        });
    }
}

#[tokio::test]
async fn every_event_that_is_pushed_arrives_typed() {
    let keys = EventKeys::new().encrypt_key(KEY).verification_token(TOKEN);
    // Whatever is not as the payload says, fails.
    let builder = EventRouter::builder(keys).decode_mode(DecodeMode::Strict);
    let mut register = Register { builder: Some(builder), seen: Log::new(), types: Vec::new() };
    generated::visit_events(&mut register);
    let Register { builder, seen, types } = register;
    let router = build(builder.expect("a builder"));

    let server = Server::builder().any_path(router.clone());
    let server = server.bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}/events", server.local_addr());
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(server.run_until(async { _ = stopped.await }));
    let sandbox = Sandbox::start().await.expect("a free port");
    let pushes = sandbox.pushes().encrypt_key(KEY).verification_token(TOKEN);
    pushes.subscribe(&url).await.expect("the router answers the check of the URL");
    for event in spec::events() {
        pushes.push_sample(event.event_type(), 1).await.expect("a push");
    }
    drop(stop);
    running.await.expect("no panic");

    assert_eq!(router.count(EventOutcome::Challenge), 1);
    assert_eq!(router.count(EventOutcome::Refused(lark_core::Refusal::Drift)), 0);
    let expected: HashSet<_> = spec::events()
        .map(|event| match event.envelope() {
            spec::Envelope::V1 => (event.event_type(), EventSchema::V1),
            spec::Envelope::V2 => (event.event_type(), EventSchema::V2),
        })
        .collect();
    let seen = seen.all();
    assert_eq!((seen.len(), types.len()), (227, 227));
    assert_eq!(seen.into_iter().collect::<HashSet<_>>(), expected);
    assert!(sandbox.deliveries().iter().all(|attempt| attempt.status == Some(200)));
}
