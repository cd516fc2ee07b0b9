//! Routers that cannot work are not built.

use lark_core::http::HeaderMap;
use lark_core::{
    Event, EventKeys, EventOutcome, EventRouter, EventRouterBuilder, Rejection, Value,
};
use lark_im::v1::event::MessageReceive;
use lark_push::{KEY, message};

use crate::support::{build, builder};

fn build_error(builder: EventRouterBuilder) -> String {
    builder.build().expect_err("it cannot work").to_string()
}

#[test]
fn a_router_needs_a_key() {
    for keys in [EventKeys::new(), EventKeys::new().encrypt_key("").verification_token("")] {
        let why = build_error(EventRouter::builder(keys));
        assert!(why.contains("encrypt key or verification token"), "{why}");
        assert!(why.contains("insecure_accept_anything"), "{why}");
    }
}

#[test]
fn a_type_has_one_handler() {
    let twice = builder()
        .on(|_: Event<MessageReceive>| async { Ok(()) })
        .on_raw("im.message.receive_v1", |_: Event<Value>| async { Ok(()) });
    assert!(build_error(twice).contains("two handlers for im.message.receive_v1"));
    let twice = builder().fallback(|_| async { Ok(()) }).fallback(|_| async { Ok(()) });
    assert!(build_error(twice).contains("two handlers for the fallback"));
    assert!(build_error(builder().capacity(0)).contains("a capacity of 0"));
}

#[test]
fn keys_do_not_show() {
    let keys = EventKeys::new().encrypt_key("hush-key").verification_token("hush-token");
    let shown = format!("{keys:?} {:?}", EventRouter::builder(keys.clone()));
    assert!(!shown.contains("hush-"), "{shown}");
}

#[tokio::test]
async fn without_keys_only_if_it_is_said_aloud() {
    let router = build(
        EventRouter::builder(EventKeys::insecure_accept_anything())
            .on(|_: Event<MessageReceive>| async { Ok(()) }),
    );
    let plain = message("e1", "om_1", "oc_1", "hello");
    let reply = router.handle(&HeaderMap::new(), plain).await;
    assert_eq!(reply.outcome, EventOutcome::Handled);
}

#[tokio::test]
async fn a_key_is_asked_for_whatever_was_said_aloud() {
    let keys = EventKeys::insecure_accept_anything().encrypt_key(KEY);
    let router = build(EventRouter::builder(keys).fallback(|_| async { Ok(()) }));
    let reply = router.handle(&HeaderMap::new(), message("e1", "om_1", "oc_1", "hello")).await;
    assert_eq!(reply.outcome, EventOutcome::Rejected(Rejection::BadSignature));
}
