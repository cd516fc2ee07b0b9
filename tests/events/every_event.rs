//! Every event of the specs, pushed as the platform would, arrives as its type.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use lark_core::DecodeMode;
use lark_core::{
    Event, EventOutcome, EventPayload, EventRouter, EventRouterBuilder, EventSchema, Value,
};
use lark_push::{KEY, TOKEN};
use lark_sandbox::Sandbox;
use lark_sandbox::spec::{self, Envelope, EventSpec, Sampler};
use lark_tests::generated;
use lark_tests::sweep::EventVisitor;
use lark_webhook::Server;
use tokio::sync::oneshot;

use crate::support::{builder, wrap};

/// The events whose payload identifies a redelivery.
const WITH_IDENTITY: [&str; 2] = ["im.message.receive_v1", "message"];

/// Payloads without an order to keep, and why.
const WITHOUT_ORDERING_KEY: [(&str, &str); 8] = [
    ("calendar.calendar.changed_v4", "names several people"),
    ("contact.custom_attr_event.updated_v3", "names nothing: it is about settings of the tenant"),
    ("contact.scope.updated_v3", "names several people and departments"),
    ("corehr.onboarding_qr_code.inactive_v2", "names several codes"),
    ("hire.application.deleted_v1", "names several applications"),
    ("performance.review_data.changed_v2", "names several people"),
    ("performance.stage_task.open_result_v2", "names several people"),
    ("vc.bot.meeting_activity_v1", "names its meeting in each of several items"),
];

/// What a payload says of itself.
struct Seen {
    schema: EventSchema,
    ordering_key: Option<String>,
    identity: Option<String>,
}

type Arrived = Arc<Mutex<BTreeMap<&'static str, Vec<Seen>>>>;

/// Registers a handler for every event.
struct Routes {
    builder: Option<EventRouterBuilder>,
    arrived: Arrived,
}

impl EventVisitor for Routes {
    fn visit<E: EventPayload>(&mut self) {
        let arrived = Arc::clone(&self.arrived);
        let handler = move |event: Event<E>| {
            assert_eq!(event.header.event_type, E::EVENT_TYPE);
            let text = |it: Option<&str>| it.map(str::to_owned);
            let Event { header, payload, .. } = event;
            let (ordering_key, identity) = (text(payload.ordering_key()), text(payload.identity()));
            let seen = Seen { schema: header.schema, ordering_key, identity };
            arrived.lock().expect("no panic").entry(E::EVENT_TYPE).or_default().push(seen);
            async { Ok(()) }
        };
        self.builder = self.builder.take().map(|builder| builder.on::<E, _>(handler));
    }
}

/// A router for all events that rejects any difference from the spec.
fn all() -> (EventRouter, Arrived) {
    let builder = builder().decode_mode(DecodeMode::Strict);
    let mut routes = Routes { builder: Some(builder), arrived: Arrived::default() };
    generated::visit_events(&mut routes);
    let router = routes.builder.expect("it is put back").build().expect("no type comes twice");
    (router, routes.arrived)
}

#[tokio::test]
async fn arrives_typed_and_fits_its_spec() {
    let (router, arrived) = all();
    let mut wrong = Vec::new();
    for event in spec::events() {
        let body = wrap(event, event.sample(Sampler::default()));
        let reply = router.handle_trusted(body.to_string()).await;
        if reply.outcome != EventOutcome::Handled {
            wrong.push(format!("{}: {:?}", event.event_type(), reply.outcome));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let arrived = arrived.lock().expect("no panic");
    let once: Vec<_> = arrived.iter().filter(|(_, it)| it.len() == 1).map(|(it, _)| *it).collect();
    let types: Vec<_> = spec::events().map(EventSpec::event_type).collect();
    assert_eq!(once, types);
}

#[tokio::test]
async fn arrives_typed_from_the_sandbox_over_http() {
    let (router, arrived) = all();
    let server = Server::builder().any_path(router.clone());
    let server = server.bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}/events", server.local_addr());
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(server.run_until(async { _ = stopped.await }));
    let sandbox = Sandbox::builder().strict().start().await.expect("a free port");
    let pushes = sandbox.pushes().encrypt_key(KEY).verification_token(TOKEN);
    pushes.subscribe(&url).await.expect("the router answers the check of the URL");
    for event in spec::events() {
        pushes.push_sample(event.event_type(), 1).await.expect("a push");
    }
    drop(stop);
    running.await.expect("no panic");

    let arrived = arrived.lock().expect("no panic");
    assert_eq!(arrived.len(), 257);
    for event in spec::events() {
        let [seen] = &arrived[event.event_type()][..] else { panic!("once") };
        let schema = match event.envelope() {
            Envelope::V1 => EventSchema::V1,
            Envelope::V2 => EventSchema::V2,
        };
        assert_eq!(seen.schema, schema, "{}", event.event_type());
    }
    assert!(sandbox.deliveries().iter().all(|attempt| attempt.status == Some(200)));
}

#[tokio::test]
async fn has_its_ordering_key_and_its_identity() {
    let (router, arrived) = all();
    for event in spec::events() {
        let body = wrap(event, event.sample(Sampler::numbered(7)));
        router.handle_trusted(body.to_string()).await;
    }
    let arrived = arrived.lock().expect("no panic");
    let types_of = |is_in: fn(&Seen) -> bool| -> BTreeSet<&str> {
        arrived.iter().filter(|(_, it)| it.iter().any(is_in)).map(|(it, _)| *it).collect()
    };
    let without = types_of(|it| it.ordering_key.is_none());
    assert_eq!(without, BTreeSet::from(WITHOUT_ORDERING_KEY.map(|(event_type, _)| event_type)));
    assert_eq!(types_of(|it| it.identity.is_some()), BTreeSet::from(WITH_IDENTITY));
    let receive = &arrived["im.message.receive_v1"][0];
    let sample = spec::event("im.message.receive_v1").expect("in the specs");
    let message = &sample.sample(Sampler::numbered(7))["message"];
    assert_eq!(receive.ordering_key.as_deref(), message["chat_id"].as_str());
    assert_eq!(receive.identity.as_deref(), message["message_id"].as_str());
    assert_eq!(arrived["app_open"][0].ordering_key.as_deref(), Some("tenant_key-7"));
}

/// A text that is empty names nothing, and a way that breaks off leads nowhere.
#[tokio::test]
async fn without_its_ids_has_no_ordering_key() {
    let (_, arrived) = all();
    let builder = builder();
    let mut routes = Routes { builder: Some(builder), arrived };
    generated::visit_events(&mut routes);
    let router = routes.builder.expect("it is put back").build().expect("no type comes twice");
    let receive = spec::event("im.message.receive_v1").expect("in the specs");
    let updated = spec::event("contact.user.updated_v3").expect("in the specs");
    let mut message = receive.sample(Sampler::default());
    message["message"]["chat_id"] = "".into();
    message["message"]["message_id"] = "om_1".into();
    for body in [wrap(receive, message), wrap(updated, Value::Object(Default::default()))] {
        let reply = router.handle_trusted(body.to_string()).await;
        assert_eq!(reply.outcome, EventOutcome::Handled);
    }
    let arrived = routes.arrived.lock().expect("no panic");
    assert_eq!(arrived["im.message.receive_v1"][0].ordering_key, None);
    assert_eq!(arrived["im.message.receive_v1"][0].identity.as_deref(), Some("om_1"));
    assert_eq!(arrived["contact.user.updated_v3"][0].ordering_key, None);
}
