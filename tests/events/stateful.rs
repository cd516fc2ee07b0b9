//! Handlers with a shared state.

use std::sync::Arc;

use lark_core::{Event, EventOutcome, HandlerError, Value};
use lark_im::callback::{CardAction, CardReply};
use lark_im::v1::event::MessageReceive;
use lark_push::{event, seal};
use serde_json::json;

use crate::support::{Log, build, builder, send};

/// What the handlers of a bot share.
struct App {
    seen: Log<String>,
}

async fn note(app: Arc<App>, event: Event<MessageReceive>) -> Result<(), HandlerError> {
    app.seen.push(event.payload.message.chat_id);
    Ok(())
}

async fn note_any(app: Arc<App>, event: Event<Value>) -> Result<(), HandlerError> {
    app.seen.push(event.header.event_type);
    Ok(())
}

#[tokio::test]
async fn every_kind_of_handler_gets_the_state() {
    let seen = Log::new();
    let alone = seen.clone();
    let router = builder()
        .on_raw("demo.without_state_v1", move |_| {
            alone.push("alone".to_owned());
            async { Ok(()) }
        })
        .state(App { seen: seen.clone() })
        .on(note)
        .on_raw("demo.raw_v1", note_any)
        .on_callback(|app: Arc<App>, event: Event<CardAction>| async move {
            app.seen.push(event.payload.token);
            Ok(CardReply::none())
        })
        .fallback(note_any)
        .capacity(8)
        .build()
        .expect("the settings are right");
    assert_eq!(send(&router, "e1", "oc_1").await.outcome, EventOutcome::Handled);
    let action = json!({
        "operator": { "open_id": "ou_1" }, "token": "c-1", "action": { "tag": "button" },
        "context": {},
    });
    let empty = json!({});
    for (id, event_type, payload) in [
        ("e2", "demo.without_state_v1", &empty),
        ("e3", "demo.raw_v1", &empty),
        ("e4", "card.action.trigger", &action),
        ("e5", "demo.other_v1", &empty),
    ] {
        let (headers, body) = seal(event(event_type, id, payload));
        assert_eq!(router.handle(&headers, body).await.outcome, EventOutcome::Handled);
    }
    assert_eq!(seen.all(), ["oc_1", "alone", "demo.raw_v1", "c-1", "demo.other_v1"]);
}

#[tokio::test]
async fn an_order_of_its_own_and_duplicates_are_as_without_a_state() {
    let seen = Log::new();
    let state = App { seen: seen.clone() };
    let key = |payload: &MessageReceive| Some(payload.message.chat_id.clone());
    let router = builder().state(state).on_ordered_by(key, note).build().expect("it is right");
    assert_eq!(send(&router, "e1", "oc_1").await.outcome, EventOutcome::Handled);
    assert_eq!(seen.all(), ["oc_1"]);
    let twice = builder()
        .on(|_: Event<MessageReceive>| async { Ok(()) })
        .state(App { seen })
        .on(note)
        .build();
    let error = twice.expect_err("two handlers").to_string();
    assert_eq!(error, "event router: configure: two handlers for im.message.receive_v1");
}

/// The header of a callback has microseconds.
#[tokio::test]
async fn the_time_of_a_callback_is_in_milliseconds() {
    let seen = Log::new();
    let times = seen.clone();
    let router = build(builder().fallback(move |event: Event<Value>| {
        times.push(event.header.create_time);
        async { Ok(()) }
    }));
    for (id, time) in [("e1", "1608725989000"), ("e2", "1608725989000123")] {
        let push = event("demo.time_v1", id, &json!({}));
        let mut push: Value = serde_json::from_str(&push).expect("JSON");
        push["header"]["create_time"] = time.into();
        let (headers, body) = seal(push.to_string());
        router.handle(&headers, body).await;
    }
    assert_eq!(seen.all(), [Some(1_608_725_989_000); 2]);
}
