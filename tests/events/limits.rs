//! Callbacks: a user waits, so the answer comes in time whatever the handler does.

use std::time::Duration;

use lark_core::http::StatusCode;
use lark_core::{Acknowledge, Event, EventOutcome, EventReply, EventRouter, Value};
use lark_im::callback::{CardAction, CardReply, Toast};
use lark_push::{event, seal};
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::support::{FixedClaim, Log, build, builder};

async fn press(router: &EventRouter, event_id: &str) -> EventReply {
    let payload = json!({"operator": {"open_id": "ou_1"}, "action": {"tag": "button"},
                         "context": {"open_chat_id": "oc_1", "open_message_id": "om_1"}});
    let (headers, body) = seal(event("card.action.trigger", event_id, &payload));
    router.handle(&headers, body).await
}

#[tokio::test(start_paused = true)]
async fn a_slow_callback_is_answered_by_the_reply_that_changes_nothing() {
    let ends = Log::new();
    let log = ends.clone();
    let router = build(builder().on_callback(move |_: Event<CardAction>| {
        let log = log.clone();
        async move {
            sleep(Duration::from_secs(10)).await;
            log.push(());
            Ok(CardReply::none())
        }
    }));
    let start = Instant::now();
    let reply = press(&router, "e1").await;
    assert_eq!((reply.outcome, reply.status), (EventOutcome::StillRunning, StatusCode::OK));
    assert_eq!(reply.body, "{}");
    assert_eq!(start.elapsed(), Duration::from_millis(2500));
    // The handler goes on: it may still update the card.
    sleep(Duration::from_secs(8)).await;
    assert_eq!(ends.len(), 1);
}

#[tokio::test]
async fn a_callback_waits_for_no_other_and_is_never_acknowledged_first() {
    let router = build(builder().acknowledge(Acknowledge::First).on_callback(
        |event: Event<CardAction>| async move {
            Ok(CardReply::none().toast(Toast::success(event.header.event_id)))
        },
    ));
    let reply = press(&router, "e1").await;
    assert_eq!(reply.outcome, EventOutcome::Handled);
    assert!(reply.body.starts_with(b"{\"toast\""));
    // The same press again shows nothing twice.
    let again = press(&router, "e1").await;
    assert_eq!((again.outcome, &again.body[..]), (EventOutcome::Duplicate, &b"{}"[..]));
}

#[tokio::test]
async fn a_callback_is_handled_while_the_dedup_store_is_away() {
    let store = FixedClaim(Err("the store is away"));
    let router = build(
        builder().dedup(store).on_callback(|_: Event<CardAction>| async { Ok(CardReply::none()) }),
    );
    assert_eq!(press(&router, "e1").await.outcome, EventOutcome::Handled);
}

#[tokio::test]
async fn a_callback_that_fails_is_answered_as_failed() {
    let router =
        build(builder().on_callback(|_: Event<CardAction>| async { Err("out of stock".into()) }));
    let reply = press(&router, "e1").await;
    assert_eq!(
        (reply.outcome, reply.status),
        (EventOutcome::Failed, StatusCode::INTERNAL_SERVER_ERROR)
    );
}

#[tokio::test]
async fn a_callback_without_a_handler_of_its_own_is_answered_by_the_reply_that_changes_nothing() {
    let seen = Log::new();
    let log = seen.clone();
    let ignoring = build(builder());
    let raw = build(builder().fallback(move |event: Event<Value>| {
        log.push(event.header.event_type);
        async { Ok(()) }
    }));
    for (router, outcome) in [(ignoring, EventOutcome::Ignored), (raw, EventOutcome::Handled)] {
        let reply = press(&router, "e1").await;
        assert_eq!((reply.outcome, reply.status), (outcome, StatusCode::OK));
        assert_eq!(reply.body, "{}");
    }
    assert_eq!(seen.all(), ["card.action.trigger"]);
}
