//! Types that nobody asked for, and types without a payload type.

use lark_core::http::StatusCode;
use lark_core::{Event, EventOutcome, EventSchema, Value};
use lark_im::v1::event::MessageReceive;
use lark_push::{TOKEN, event, seal};
use serde_json::json;

use crate::support::{Log, build, builder, send};

#[tokio::test]
async fn an_event_that_nobody_asked_for_is_counted() {
    let router = build(builder().on(|_: Event<MessageReceive>| async { Ok(()) }));
    let (headers, body) = seal(event("im.chat.disbanded_v1", "e1", &json!({"chat_id": "oc_1"})));
    let reply = router.handle(&headers, body).await;
    assert_eq!((reply.outcome, reply.status), (EventOutcome::Ignored, StatusCode::OK));
    assert_eq!(router.count(EventOutcome::Ignored), 1);
}

#[tokio::test]
async fn the_fallback_gets_what_has_no_handler_in_either_schema() {
    let log = Log::new();
    let seen = log.clone();
    let router = build(builder().on(|_: Event<MessageReceive>| async { Ok(()) }).fallback(
        move |event: Event<Value>| {
            seen.push((
                event.header.event_type,
                event.header.schema,
                event.payload["chat_id"].clone(),
            ));
            async { Ok(()) }
        },
    ));
    send(&router, "e1", "oc_1").await;
    let new = event("im.chat.disbanded_v1", "e2", &json!({"chat_id": "oc_2"}));
    let old = json!({"uuid": "e3", "token": TOKEN, "ts": "1550038209.428520",
        "type": "event_callback",
        "event": {"type": "chat_disband", "app_id": "cli_a1", "chat_id": "oc_3"}});
    for plain in [new, old.to_string()] {
        let (headers, body) = seal(plain);
        assert_eq!(router.handle(&headers, body).await.outcome, EventOutcome::Handled);
    }
    let expected = [
        ("im.chat.disbanded_v1".to_owned(), EventSchema::V2, json!("oc_2")),
        ("chat_disband".to_owned(), EventSchema::V1, json!("oc_3")),
    ];
    assert_eq!(log.all(), expected);
}

#[tokio::test]
async fn members_may_come_in_any_order_and_be_more_than_known() {
    let log = Log::new();
    let seen = log.clone();
    let router = build(builder().on(move |event: Event<MessageReceive>| {
        seen.push((event.header.create_time, event.payload.message.chat_id));
        async { Ok(()) }
    }));
    let plain = json!({
        "event": lark_push::message_payload("om_1", "oc_1", "hello"),
        "header": {"event_type": "im.message.receive_v1", "event_id": "e1", "token": TOKEN,
                   "create_time": "1608725989000", "resource_id": "new", "nested": {"more": [1]}},
        "schema": "2.0",
        "zone": "eu",
    });
    let (headers, body) = seal(plain.to_string());
    assert_eq!(router.handle(&headers, body).await.outcome, EventOutcome::Handled);
    assert_eq!(log.all(), [(Some(1_608_725_989_000), "oc_1".to_owned())]);
}

#[tokio::test]
async fn what_comes_over_a_trusted_channel_needs_no_proof() {
    let log = Log::new();
    let seen = log.clone();
    let router = build(builder().on(move |event: Event<MessageReceive>| {
        seen.push(event.header.event_id);
        async { Ok(()) }
    }));
    let plain = lark_push::message("e1", "om_1", "oc_1", "hello");
    assert_eq!(router.handle_trusted(plain.clone()).await.outcome, EventOutcome::Handled);
    // The same event over HTTP is a duplicate.
    let (headers, body) = seal(plain);
    assert_eq!(router.handle(&headers, body).await.outcome, EventOutcome::Duplicate);
    assert_eq!(log.len(), 1);
}
