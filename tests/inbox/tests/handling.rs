//! Order, retries, dead letters, delays, replays.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use lark_core::inbox::{Inbox, InboxChange, InboxReport};
use lark_core::{EventKeys, EventRouter, Value};
use serde_json::json;
use tokio::sync::{Notify, Semaphore};

use crate::support::{Diary, Place, router, send};

#[tokio::test]
async fn events_of_a_chat_are_in_order_and_others_do_not_wait() {
    let place = Place::new();
    let (inbox, mut told) = place.builder();
    let (diary, gate) = (Diary::default(), Arc::new(Semaphore::new(0)));
    let (of_handler, of_test) = (diary.clone(), gate.clone());
    let router = router(&inbox.build(), move |event| {
        let (diary, gate) = (of_handler.clone(), gate.clone());
        async move {
            let id = &event.header.event_id;
            if id.starts_with('s') {
                gate.acquire().await?.forget();
            }
            diary.note(id);
            Ok(())
        }
    });
    for number in 0..100 {
        send(&router, &format!("s{number}"), "oc_slow").await;
    }
    for number in 0..5 {
        send(&router, &format!("f{number}"), "oc_fast").await;
    }
    told.wait_for("committed f4").await;
    assert_eq!(diary.entries(), ["f0", "f1", "f2", "f3", "f4"]);
    of_test.add_permits(100);
    told.wait_for("committed s99").await;
    let expected: Vec<String> = (0..100).map(|number| format!("s{number}")).collect();
    assert_eq!(diary.entries()[5..], expected);
}

#[tokio::test]
async fn an_event_that_fails_is_handled_again_and_holds_up_its_chat_only() {
    let place = Place::new();
    let (inbox, mut told) = place.builder();
    let (diary, attempts) = (Diary::default(), Arc::new(std::sync::atomic::AtomicU32::new(0)));
    let of_handler = diary.clone();
    let router = router(&inbox.build(), move |event| {
        let (diary, attempts) = (of_handler.clone(), attempts.clone());
        async move {
            let id = event.header.event_id;
            diary.note(&id);
            let number = match &*id {
                "e1" => attempts.fetch_add(1, std::sync::atomic::Ordering::Relaxed),
                _ => 9,
            };
            match number {
                0 => Err("no luck".into()),
                1 => panic!("on purpose"),
                _ => Ok(()),
            }
        }
    });
    send(&router, "e1", "oc_1").await;
    send(&router, "e2", "oc_1").await;
    send(&router, "e3", "oc_2").await;
    told.wait_for("committed e2").await;
    let entries = diary.entries();
    let of_chat: Vec<&String> = entries.iter().filter(|id| *id != "e3").collect();
    assert_eq!(of_chat, ["e1", "e1", "e1", "e2"]);
    assert!(entries.contains(&"e3".to_owned()));
}

#[tokio::test]
async fn a_poison_event_is_set_aside_and_can_be_taken_back() {
    let place = Place::new();
    let (inbox, mut told) = place.builder();
    let inbox = inbox.max_attempts(3).build();
    let (diary, is_mended) = (Diary::default(), Arc::new(Semaphore::new(0)));
    let (of_handler, of_test) = (diary.clone(), is_mended.clone());
    let router = router(&inbox, move |event| {
        let (diary, is_mended) = (of_handler.clone(), is_mended.clone());
        async move {
            diary.note(&event.header.event_id);
            if event.header.event_id == "e1" && is_mended.available_permits() == 0 {
                return Err("it is poison".into());
            }
            Ok(())
        }
    });
    send(&router, "e1", "oc_1").await;
    send(&router, "e2", "oc_1").await;
    told.wait_for("dead e1").await;
    told.wait_for("committed e2").await;
    assert_eq!(diary.entries(), ["e1", "e1", "e1", "e2"]);
    let dead = inbox.dead_letters(None, 10).await.expect("a list");
    assert_eq!(dead.len(), 1);
    assert_eq!((&*dead[0].event_id, &*dead[0].reason, dead[0].attempts), ("e1", "it is poison", 3));
    assert_eq!(inbox.gauges().await.expect("gauges").dead, 1);

    of_test.add_permits(1);
    assert!(inbox.retry(&dead[0].id).await.expect("a store"));
    told.wait_for("committed e1").await;
    assert_eq!(inbox.gauges().await.expect("gauges").dead, 0);
    assert!(!inbox.discard(&dead[0].id).await.expect("a store"));
}

#[tokio::test]
async fn an_event_of_the_program_comes_when_its_delay_is_over() {
    let place = Place::new();
    let (inbox, mut told) = place.builder();
    let inbox = inbox.poll(Duration::from_millis(5)).build();
    let diary = Diary::default();
    let of_handler = diary.clone();
    let router = EventRouter::builder(EventKeys::none())
        .inbox(&inbox)
        .on_raw("app.reminder", move |event: lark_core::Event<Value>| {
            of_handler.note(&event.payload["what"].to_string());
            async { Ok(()) }
        })
        .build()
        .expect("a router");
    let schedule = |what: &str, delay| {
        let (inbox, payload) = (inbox.clone(), json!({ "what": what }));
        async move { inbox.schedule("app.reminder", Some("k"), payload, delay).await.expect("room") }
    };
    let late = schedule("late", Duration::from_millis(300)).await;
    schedule("never", Duration::from_secs(3600)).await;
    let soon = schedule("soon", Duration::ZERO).await;
    told.wait_for(&format!("committed {soon}")).await;
    assert_eq!(diary.entries(), [r#""soon""#]);
    told.wait_for(&format!("committed {late}")).await;
    assert_eq!(diary.entries(), [r#""soon""#, r#""late""#]);
    assert_eq!(inbox.gauges().await.expect("gauges").delayed, 1);
    drop(router);
}

#[tokio::test]
async fn handled_events_can_be_replayed() {
    let place = Place::new();
    let (inbox, mut told) = place.builder();
    let inbox = inbox.build();
    let diary = Diary::default();
    let of_handler = diary.clone();
    let router = router(&inbox, move |event| {
        of_handler.note(&event.header.event_id);
        async { Ok(()) }
    });
    for id in ["e1", "e2"] {
        send(&router, id, "oc_1").await;
    }
    told.wait_for("committed e2").await;
    let before = SystemTime::now() - Duration::from_secs(60);
    assert_eq!(inbox.replay(before).await.expect("a store"), 2);
    told.wait_for("committed e2").await;
    assert_eq!(diary.entries(), ["e1", "e2", "e1", "e2"]);
}

/// A process dies in each attempt; it must not go on for ever. A runtime that is dropped does nothing more,
/// as a process that was killed.
#[test]
fn an_event_that_ends_the_process_is_set_aside() {
    let place = Place::new();
    let run = async |what: &str| {
        let (inbox, mut told) = place.builder();
        let inbox = inbox.max_attempts(2).build();
        let router = router(&inbox, |_| std::future::pending());
        send(&router, "e1", "oc_1").await;
        told.wait_for(what).await;
        inbox.dead_letters(None, 10).await.expect("a list")
    };
    for what in ["begun e1", "begun e1", "dead e1"] {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let dead = runtime.block_on(run(what));
        runtime.shutdown_background();
        assert_eq!(dead.len(), usize::from(what == "dead e1"));
        for letter in dead {
            assert_eq!(
                letter.reason,
                "attempt 2 did not end: its process was killed, or held up for longer than its lease"
            );
        }
    }
}

/// Those that were being handled when it killed the process, each time, are not set aside with it.
#[test]
fn an_event_that_ends_the_process_costs_the_others_nothing() {
    let place = Place::new();
    let others = (0..20).map(|number| format!("e{number}"));
    let ids: Vec<String> = others.chain(["poison".to_owned()]).collect();
    let run = async || {
        let killed = Arc::new(Notify::new());
        let (inbox, mut told) = place.builder();
        let (inbox, kill) = (inbox.max_attempts(4).build(), Arc::clone(&killed));
        let router = router(&inbox, move |event| {
            let kill = Arc::clone(&kill);
            async move {
                match &*event.header.event_id {
                    "poison" => {
                        kill.notify_one();
                        std::future::pending().await
                    }
                    _ => tokio::time::sleep(Duration::from_millis(50)).await,
                }
                Ok(())
            }
        });
        for id in &ids {
            send(&router, id, &format!("oc_{id}")).await;
        }
        tokio::select! {
            () = killed.notified() => None,
            () = told.wait_for("dead poison") => Some(inbox.dead_letters(None, 100).await),
        }
    };
    let dead = (0..10).find_map(|_| {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let dead = runtime.block_on(run());
        runtime.shutdown_background();
        dead
    });
    let dead = dead.expect("it is set aside").expect("a list");
    let dead: Vec<&str> = dead.iter().map(|it| &*it.event_id).collect();
    assert_eq!(dead, ["poison"]);
}

/// Handlers that deploys stop have had no attempt.
#[tokio::test]
async fn an_event_that_deploys_interrupt_is_not_poison() {
    let place = Place::new();
    for _ in 0..3 {
        let (inbox, mut told) = place.builder();
        let router = router(&inbox.max_attempts(2).build(), |_| std::future::pending());
        send(&router, "e1", "oc_1").await;
        told.wait_for("begun e1").await;
        router.shutdown(Duration::ZERO).await;
    }
    let (inbox, mut told) = place.builder();
    let _router = router(&inbox.max_attempts(1).build(), |_| async { Ok(()) });
    told.wait_for("committed e1").await;
}

/// It is the age at that moment, not that of when the event was read.
#[tokio::test]
async fn an_attempt_is_told_how_old_the_event_is_then() {
    let place = Place::new();
    let (sender, mut ages) = tokio::sync::mpsc::unbounded_channel();
    let pause = Duration::from_millis(300);
    let inbox = Inbox::builder(place.open()).backoff(pause, pause).on_report(move |report| {
        if let InboxReport::Event { change: InboxChange::Begun { age, .. }, .. } = report {
            _ = sender.send(*age);
        }
    });
    let router = router(&inbox.build(), |_| async { Err("no luck".into()) });
    send(&router, "e1", "oc_1").await;
    let first = ages.recv().await.expect("an attempt");
    let second = ages.recv().await.expect("an attempt");
    let third = ages.recv().await.expect("an attempt");
    assert!(first + pause <= second, "{first:?} {second:?}");
    assert!(second + pause <= third, "{second:?} {third:?}");
}
