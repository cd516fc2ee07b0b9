//! What becomes of an event: handled once, and again only if its handler failed.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use lark_core::http::StatusCode;
use lark_core::{Acknowledge, Claim, Event, EventOutcome, EventRouterBuilder, MemoryDedup};
use lark_im::v1::event::MessageReceive;
use lark_push::{message, seal};
use tokio::sync::Notify;
use tokio::time::{Instant, advance, sleep};

use crate::support::{FixedClaim, Log, build, builder, send};

/// A handler that fails `times` times, then succeeds.
fn failing(times: usize) -> (EventRouterBuilder, Log<String>) {
    let (log, left) = (Log::new(), Arc::new(AtomicUsize::new(times)));
    let seen = log.clone();
    let builder = builder().on(move |event: Event<MessageReceive>| {
        seen.push(event.header.event_id);
        let fails = left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |it| it.checked_sub(1));
        async move {
            match fails {
                Ok(_) => Err("the database is away".into()),
                Err(_) => Ok(()),
            }
        }
    });
    (builder, log)
}

#[tokio::test]
async fn an_event_is_handled_once() {
    let (builder, log) = failing(0);
    let router = build(builder);
    let reply = send(&router, "e1", "oc_1").await;
    assert_eq!((reply.outcome, reply.status), (EventOutcome::Handled, StatusCode::OK));
    assert_eq!(reply.body, r#"{"msg":"success"}"#);
    for _ in 0..2 {
        let reply = send(&router, "e1", "oc_1").await;
        assert_eq!((reply.outcome, reply.status), (EventOutcome::Duplicate, StatusCode::OK));
    }
    assert_eq!(log.all(), ["e1"]);
    assert_eq!(router.count(EventOutcome::Duplicate), 2);
}

#[tokio::test]
async fn a_message_under_another_event_id_is_not_handled_again() {
    let (builder, log) = failing(0);
    let router = build(builder);
    for event_id in ["e1", "e2"] {
        let (headers, body) = seal(message(event_id, "om_1", "oc_1", "hello"));
        router.handle(&headers, body).await;
    }
    assert_eq!(log.all(), ["e1"]);
}

#[tokio::test]
async fn an_event_whose_handler_failed_is_handled_again() {
    let (builder, log) = failing(2);
    let router = build(builder);
    for _ in 0..2 {
        let reply = send(&router, "e1", "oc_1").await;
        assert_eq!(reply.outcome, EventOutcome::Failed);
        assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR);
        // What went wrong is nobody's business outside.
        assert_eq!(reply.body, r#"{"msg":"failed"}"#);
    }
    assert_eq!(send(&router, "e1", "oc_1").await.outcome, EventOutcome::Handled);
    assert_eq!(log.len(), 3);
}

#[tokio::test]
async fn a_handler_that_panics_harms_nobody_else() {
    let router = build(builder().on(|event: Event<MessageReceive>| {
        assert_ne!(event.header.event_id, "at once", "panics at once");
        async move {
            tokio::task::yield_now().await;
            assert_ne!(event.header.event_id, "later", "panics later");
            Ok(())
        }
    }));
    for event in ["at once", "later"] {
        let reply = send(&router, event, "oc_1").await;
        assert_eq!(reply.outcome, EventOutcome::Panicked);
        assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR);
        // Its place in the chat is free again, and so is its claim.
        assert_eq!(send(&router, event, "oc_1").await.outcome, EventOutcome::Panicked);
        assert_eq!(
            send(&router, &format!("after {event}"), "oc_1").await.outcome,
            EventOutcome::Handled
        );
    }
    assert_eq!(router.in_flight(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_slow_handler_goes_on_and_its_end_answers_the_next_push() {
    let (outcomes, runs) = (Log::new(), Log::new());
    let seen = runs.clone();
    let router =
        build(builder().on_outcome(outcomes.hook()).on(move |event: Event<MessageReceive>| {
            seen.push(event.header.event_id);
            async {
                sleep(Duration::from_secs(10)).await;
                Ok(())
            }
        }));
    let start = Instant::now();
    let reply = send(&router, "e1", "oc_1").await;
    assert_eq!(
        (reply.outcome, reply.status),
        (EventOutcome::StillRunning, StatusCode::SERVICE_UNAVAILABLE)
    );
    assert_eq!(start.elapsed(), Duration::from_millis(2500));
    // The platform's next attempt.
    advance(Duration::from_secs(15)).await;
    assert_eq!(send(&router, "e1", "oc_1").await.outcome, EventOutcome::Duplicate);
    assert_eq!(runs.len(), 1);
    let expected = [
        (EventOutcome::StillRunning, false),
        (EventOutcome::Handled, true),
        (EventOutcome::Duplicate, false),
    ];
    assert_eq!(outcomes.all(), expected);
}

#[tokio::test(start_paused = true)]
async fn a_push_that_comes_while_the_event_is_handled_waits_for_its_end() {
    let router = build(builder().on(|_: Event<MessageReceive>| async {
        sleep(Duration::from_secs(2)).await;
        Ok(())
    }));
    let (first, second) = tokio::join!(send(&router, "e1", "oc_1"), send(&router, "e1", "oc_1"));
    assert_eq!((first.outcome, second.outcome), (EventOutcome::Handled, EventOutcome::Duplicate));
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_hangs_is_stopped_and_its_event_comes_again() {
    let hangs = Arc::new(AtomicUsize::new(1));
    let router = build(builder().handler_timeout(Duration::from_secs(60)).on(
        move |_: Event<MessageReceive>| {
            let hangs = hangs.swap(0, Ordering::SeqCst) == 1;
            async move {
                if hangs {
                    pending::<()>().await;
                }
                Ok(())
            }
        },
    ));
    assert_eq!(send(&router, "e1", "oc_1").await.outcome, EventOutcome::StillRunning);
    advance(Duration::from_secs(60)).await;
    assert_eq!(send(&router, "e1", "oc_1").await.outcome, EventOutcome::Handled);
    assert_eq!(router.count(EventOutcome::TimedOut), 1);
}

#[tokio::test]
async fn a_broken_connection_does_not_stop_a_handler() {
    let (release, log) = (Arc::new(Notify::new()), Log::new());
    let (gate, seen) = (release.clone(), log.clone());
    let router = build(builder().on(move |event: Event<MessageReceive>| {
        let (gate, seen) = (gate.clone(), seen.clone());
        async move {
            gate.notified().await;
            seen.push(event.header.event_id);
            Ok(())
        }
    }));
    {
        let mut push = std::pin::pin!(send(&router, "e1", "oc_1"));
        let poll = std::future::poll_fn(|cx| std::task::Poll::Ready(push.as_mut().poll(cx))).await;
        assert!(poll.is_pending());
    }
    assert_eq!(router.in_flight(), 1);
    release.notify_one();
    assert_eq!(send(&router, "e1", "oc_1").await.outcome, EventOutcome::Duplicate);
    assert_eq!(log.all(), ["e1"]);
}

#[tokio::test(start_paused = true)]
async fn an_event_can_be_acknowledged_first() {
    let (builder, log) = failing(1);
    let outcomes = Log::new();
    let router = build(builder.acknowledge(Acknowledge::First).on_outcome(outcomes.hook()));
    let reply = send(&router, "e1", "oc_1").await;
    assert_eq!((reply.outcome, reply.status), (EventOutcome::Accepted, StatusCode::OK));
    // The failure is known, and the event would be handled if it came again.
    assert_eq!(send(&router, "e1", "oc_1").await.outcome, EventOutcome::Accepted);
    assert_eq!(send(&router, "e1", "oc_1").await.outcome, EventOutcome::Accepted);
    assert_eq!(log.len(), 2);
    let ends: Vec<_> = outcomes.all().into_iter().filter(|(_, is_late)| *is_late).collect();
    let expected = [EventOutcome::Failed, EventOutcome::Handled, EventOutcome::Duplicate];
    assert_eq!(ends, expected.map(|outcome| (outcome, true)));
}

#[tokio::test]
async fn an_event_that_another_instance_is_at_comes_again() {
    let (builder, log) = failing(0);
    let router = build(builder.dedup(FixedClaim(Ok(Claim::InProgress))));
    let reply = send(&router, "e1", "oc_1").await;
    assert_eq!(
        (reply.outcome, reply.status),
        (EventOutcome::InProgress, StatusCode::SERVICE_UNAVAILABLE)
    );
    assert_eq!(log.len(), 0);
}

#[tokio::test]
async fn nothing_is_lost_while_the_dedup_store_is_away() {
    let away = || FixedClaim(Err("the store is away"));
    let (after, log) = failing(0);
    let reply = send(&build(after.dedup(away())), "e1", "oc_1").await;
    assert_eq!(
        (reply.outcome, reply.status),
        (EventOutcome::StoreFailed, StatusCode::SERVICE_UNAVAILABLE)
    );
    assert_eq!(log.len(), 0);
    // What is acknowledged first does not come again, so it is handled at once.
    let (first, log) = failing(0);
    let router = build(first.dedup(away()).acknowledge(Acknowledge::First));
    assert_eq!(send(&router, "e1", "oc_1").await.outcome, EventOutcome::Accepted);
    assert_eq!(log.len(), 1);
}

#[tokio::test]
async fn routers_that_share_a_store_share_what_was_handled() {
    let store = Arc::new(MemoryDedup::default());
    let [(one, log), (other, _)] = [failing(0), failing(0)];
    let [one, other] = [build(one.dedup(store.clone())), build(other.dedup(store))];
    assert_eq!(send(&one, "e1", "oc_1").await.outcome, EventOutcome::Handled);
    assert_eq!(send(&other, "e1", "oc_1").await.outcome, EventOutcome::Duplicate);
    assert_eq!(log.len(), 1);
}
