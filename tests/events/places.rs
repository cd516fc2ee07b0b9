//! Places: no chat and no event takes those of others.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use lark_core::{Acknowledge, Event, EventOutcome, EventReply, EventRouter};
use lark_im::v1::event::MessageReceive;
use lark_push::message;
use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, yield_now};

use crate::support::{build, builder};

/// A router whose handlers of the chat `oc_busy` hang until the semaphore lets one through.
fn busy(acknowledge: Acknowledge) -> (EventRouter, Arc<Semaphore>) {
    let gate = Arc::new(Semaphore::new(0));
    let handler_gate = gate.clone();
    let builder = builder().capacity(64).acknowledge(acknowledge);
    let router = build(builder.on(move |event: Event<MessageReceive>| {
        let gate = handler_gate.clone();
        async move {
            if event.payload.message.chat_id == "oc_busy" {
                gate.acquire().await?.forget();
            }
            Ok(())
        }
    }));
    (router, gate)
}

fn push(router: &EventRouter, event: &str, chat: &str, text: &str) -> JoinHandle<EventReply> {
    let (router, body) = (router.clone(), message(event, &format!("om_of_{event}"), chat, text));
    tokio::spawn(async move { router.handle_trusted(body).await })
}

async fn settle() {
    for _ in 0..2000 {
        yield_now().await;
    }
}

async fn other_chats_are_served(router: &EventRouter) {
    for number in 0..50 {
        let reply = push(router, &format!("other{number}"), &format!("oc_{number}"), "hello").await;
        assert_eq!(reply.expect("no panic").outcome, EventOutcome::Handled, "{number}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_chat_whose_handler_hangs_takes_no_place_of_another_chat() {
    let (router, gate) = busy(Acknowledge::AfterHandler);
    let pushes: Vec<_> =
        (0..64).map(|number| push(&router, &format!("e{number}"), "oc_busy", "hello")).collect();
    settle().await;
    other_chats_are_served(&router).await;
    // One is handled and eight wait; the platform pushes the others again.
    assert_eq!(router.in_flight(), 9);
    gate.add_permits(9);
    let mut busy = 0;
    for push in pushes {
        match push.await.expect("no panic").outcome {
            EventOutcome::Handled => {}
            outcome => {
                assert_eq!(outcome, EventOutcome::Busy);
                busy += 1;
            }
        }
    }
    assert_eq!((busy, router.in_flight()), (55, 0));
}

#[tokio::test(start_paused = true)]
async fn chats_that_fill_all_places_are_served_in_turn() {
    let (router, gate) = busy(Acknowledge::First);
    // What was accepted is handled, however long it waits for its turn and for a place.
    for number in 0..9 {
        let reply = push(&router, &format!("e{number}"), "oc_busy", "hello").await;
        assert_eq!(reply.expect("no panic").outcome, EventOutcome::Accepted);
    }
    gate.add_permits(9);
    settle().await;
    assert_eq!((router.count(EventOutcome::Handled), router.in_flight()), (9, 0));
}

#[tokio::test(start_paused = true)]
async fn redeliveries_of_an_event_that_is_under_way_take_no_place() {
    let (router, gate) = busy(Acknowledge::AfterHandler);
    let pushes: Vec<_> = (0..64).map(|_| push(&router, "e1", "oc_busy", "hello")).collect();
    // The same message under other event ids.
    let body = |event: usize| message(&format!("x{event}"), "om_of_e1", "oc_busy", "hello");
    let others: Vec<_> = (0..64)
        .map(|event| {
            let (router, body) = (router.clone(), body(event));
            tokio::spawn(async move { router.handle_trusted(body).await })
        })
        .collect();
    settle().await;
    assert_eq!(router.in_flight(), 1);
    other_chats_are_served(&router).await;
    gate.add_permits(1);
    let mut outcomes = Vec::new();
    for push in pushes.into_iter().chain(others) {
        outcomes.push(push.await.expect("no panic").outcome);
    }
    assert_eq!(outcomes.remove(0), EventOutcome::Handled);
    assert!(outcomes.iter().all(|it| *it == EventOutcome::Duplicate), "{outcomes:?}");
}

#[tokio::test(start_paused = true)]
async fn when_an_event_fails_one_redelivery_is_handled_at_once() {
    let router = build(builder().on(|_: Event<MessageReceive>| async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        Err("the database is away".into())
    }));
    let start = tokio::time::Instant::now();
    let pushes: Vec<_> = (0..4).map(|_| push(&router, "e1", "oc_1", "a")).collect();
    let mut outcomes = Vec::new();
    for push in pushes {
        outcomes.push(push.await.expect("no panic").outcome);
    }
    let [failed, again] = [EventOutcome::Failed, EventOutcome::InProgress];
    assert_eq!(outcomes, [failed, failed, again, again]);
    assert_eq!(start.elapsed(), Duration::from_secs(2));
    // A redelivery that waited for one that failed has no more time than others.
    let first = push(&router, "e2", "oc_1", "a");
    tokio::time::sleep(Duration::from_millis(10)).await;
    let [second, third] = [push(&router, "e3", "oc_1", "a"), push(&router, "e3", "oc_1", "a")];
    assert_eq!(first.await.expect("no panic").outcome, failed);
    assert_eq!(second.await.expect("no panic").outcome, failed);
    assert_eq!(third.await.expect("no panic").outcome, EventOutcome::StillRunning);
    assert_eq!(start.elapsed(), Duration::from_millis(4510));
}

#[tokio::test(start_paused = true)]
async fn a_redelivery_of_what_was_accepted_is_accepted() {
    let (router, _gate) = busy(Acknowledge::First);
    for _ in 0..3 {
        let reply = push(&router, "e1", "oc_busy", "hello").await.expect("no panic");
        assert_eq!(reply.outcome, EventOutcome::Accepted);
    }
    assert_eq!(router.in_flight(), 1);
}

#[tokio::test(start_paused = true)]
async fn waiting_events_are_bounded_in_bytes() {
    let text = "x".repeat(500_000);
    let router = build(builder().on(|_: Event<MessageReceive>| pending()));
    for number in 0..40 {
        drop(push(&router, &format!("e{number}"), "oc_1", &text));
    }
    settle().await;
    // One is handled; 8 MB wait for it.
    assert_eq!(router.in_flight(), 17);
}

#[tokio::test(start_paused = true)]
async fn no_timeout_is_too_long() {
    let forever = builder()
        .capacity(1)
        .ack_timeout(Duration::MAX)
        .callback_timeout(Duration::MAX)
        .handler_timeout(Duration::MAX);
    let router = build(forever.on(|_: Event<MessageReceive>| async {
        tokio::time::sleep(Duration::from_secs(5)).await;
        Ok(())
    }));
    let pushes = [push(&router, "e1", "oc_1", "hello"), push(&router, "e2", "oc_2", "hello")];
    for push in pushes {
        assert_eq!(push.await.expect("no panic").outcome, EventOutcome::Handled);
    }
    assert!(router.shutdown(Duration::MAX).await.stopped.is_empty());
}
