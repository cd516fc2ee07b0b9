//! What the platform is told.

use std::future::pending;
use std::time::Duration;

use lark_core::inbox::{DeadLetter, Inbox, InboxBuilder};
use lark_core::{EventKeys, EventOutcome, EventRouter, Value};
use lark_inbox::FileInbox;

use crate::support::{Diary, Place, router, send};

#[tokio::test]
async fn an_event_is_acknowledged_before_it_is_handled() {
    let place = Place::new();
    let (inbox, mut told) = place.builder();
    let router = router(&inbox.build(), |_| pending());
    let reply = send(&router, "e1", "oc_1").await;
    assert_eq!((reply.status.as_u16(), reply.outcome), (200, EventOutcome::Accepted));
    told.wait_for("begun e1").await;
    assert_eq!(router.count(EventOutcome::Accepted), 1);
}

#[tokio::test]
async fn copies_are_dropped_before_and_after_the_event_is_handled() {
    let place = Place::new();
    let (inbox, mut told) = place.builder();
    let (diary, gate) = (Diary::default(), std::sync::Arc::new(tokio::sync::Semaphore::new(0)));
    let (of_handler, of_test) = (diary.clone(), gate.clone());
    let router = router(&inbox.build(), move |event| {
        let (diary, gate) = (of_handler.clone(), gate.clone());
        async move {
            diary.note(&event.header.event_id);
            gate.acquire().await?.forget();
            Ok(())
        }
    });
    send(&router, "e1", "oc_1").await;
    told.wait_for("begun e1").await;
    assert_eq!(send(&router, "e1", "oc_1").await.outcome, EventOutcome::Duplicate);
    of_test.add_permits(1);
    told.wait_for("committed e1").await;
    let reply = send(&router, "e1", "oc_1").await;
    assert_eq!((reply.status.as_u16(), reply.outcome), (200, EventOutcome::Duplicate));
    // The same message under another event id.
    let again = router.handle_trusted(lark_push::message("e2", "om_e1", "oc_1", "hello")).await;
    assert_eq!(again.outcome, EventOutcome::Duplicate);
    assert_eq!(diary.entries(), ["e1"]);
}

#[tokio::test]
async fn a_full_inbox_has_the_platform_come_again() {
    let place = Place::new();
    let (inbox, mut told) = place.builder();
    let gate = std::sync::Arc::new(tokio::sync::Semaphore::new(0));
    let of_test = gate.clone();
    let router = router(&inbox.capacity(2).build(), move |_| {
        let gate = gate.clone();
        async move {
            gate.acquire().await?.forget();
            Ok(())
        }
    });
    for id in ["e1", "e2"] {
        assert_eq!(send(&router, id, "oc_1").await.status.as_u16(), 200);
    }
    let reply = send(&router, "e3", "oc_1").await;
    assert_eq!((reply.status.as_u16(), reply.outcome), (503, EventOutcome::Busy));
    of_test.add_permits(2);
    told.wait_for("committed e2").await;
    of_test.add_permits(1);
    assert_eq!(send(&router, "e3", "oc_1").await.outcome, EventOutcome::Accepted);
    told.wait_for("committed e3").await;
}

/// The thread of the file is gone, or its disk.
#[tokio::test]
async fn a_store_that_fails_has_the_platform_come_again() {
    let place = Place::new();
    let store = place.open();
    store.limit_pages(1).await.expect("a limit");
    let (builder, mut told) = crate::support::told(Inbox::builder(store));
    let router = router(&builder.build(), |_| async { Ok(()) });
    let long = "x".repeat(1_000_000);
    let push = lark_push::message("e1", "om_1", "oc_1", &long);
    let reply = router.handle_trusted(push.clone()).await;
    assert_eq!((reply.status.as_u16(), reply.outcome), (503, EventOutcome::StoreFailed));
    // Small ones still find room.
    send(&router, "e2", "oc_1").await;
    told.wait_for("committed e2").await;
}

#[tokio::test]
async fn callbacks_and_types_without_a_handler_are_not_stored() {
    let place = Place::new();
    let (inbox, _told) = place.builder();
    let inbox = inbox.build();
    let router = EventRouter::builder(EventKeys::none())
        .inbox(&inbox)
        .on_callback::<lark_im::callback::CardAction, _>(|_| async {
            Ok(lark_im::callback::CardReply::none())
        })
        .build()
        .expect("a router");
    let action = serde_json::json!({
        "operator": {"open_id": "ou_1"}, "token": "c-1", "action": {"tag": "button", "value": {}},
    });
    let push = lark_push::event("card.action.trigger", "c1", &action);
    assert_eq!(router.handle_trusted(push).await.outcome, EventOutcome::Handled);
    assert_eq!(send(&router, "e1", "oc_1").await.outcome, EventOutcome::Ignored);
    assert_eq!(inbox.gauges().await.expect("gauges").waiting, 0);
}

#[tokio::test]
async fn an_inbox_has_one_router() {
    let place = Place::new();
    let inbox = Inbox::builder(place.open()).build();
    let _first = router(&inbox, |_| async { Ok(()) });
    let second = EventRouter::builder(EventKeys::none())
        .inbox(&inbox)
        .on_raw("t", |_: lark_core::Event<Value>| async { Ok(()) })
        .build();
    let text = second.expect_err("it has one").to_string();
    assert!(text.contains("belongs to one router"), "{text}");
}

#[test]
fn an_inbox_needs_a_runtime() {
    let place = Place::new();
    let inbox = Inbox::builder(place.open()).build();
    let built = EventRouter::builder(EventKeys::none()).inbox(&inbox).build();
    let text = built.expect_err("no runtime").to_string();
    assert!(text.contains("within a tokio runtime"), "{text}");
}

/// What a dead letter, a builder and a file show when they are printed has nothing that people wrote.
#[tokio::test]
async fn nothing_that_people_wrote_is_printed() {
    let place = Place::new();
    let (inbox, mut told) = place.builder();
    let inbox: Inbox = InboxBuilder::max_attempts(inbox, 1).build();
    let router = router(&inbox, |_| async { Err("no luck".into()) });
    send(&router, "e1", "oc_1").await;
    told.wait_for("dead e1").await;
    let dead: Vec<DeadLetter> = inbox.dead_letters(None, 10).await.expect("a list");
    assert!(String::from_utf8_lossy(&dead[0].body).contains("hello"));
    let store: FileInbox = place.open();
    assert!(!format!("{dead:?} {inbox:?} {store:?}").contains("hello"));
    router.shutdown(Duration::from_secs(5)).await;
}
