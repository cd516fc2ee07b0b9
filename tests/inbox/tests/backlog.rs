//! One chat has more events than there is room for.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use lark_core::inbox::{Inbox, Limits, NewEvent, Store as _};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::odd_stores::Odd;
use crate::support::{Place, router, told};

/// Stores events of a chat, whose ids begin with its name.
async fn fill(odd: &Odd, chat: &str, count: usize) {
    let hour = Duration::from_secs(3600);
    let limits = Limits { capacity: 1 << 20, remember: hour, keep: hour, keep_bytes: 1 << 30 };
    let event = |number: usize| {
        let id = format!("{chat}.{number}");
        NewEvent {
            partition: 0,
            ordering_key: chat.to_owned(),
            keys: vec![id.clone()],
            event_type: "im.message.receive_v1".to_owned(),
            body: lark_push::message(&id, &format!("om_{id}"), chat, "hello").into(),
            event_id: id,
            delay: None,
            reception: None,
        }
    };
    let events: Vec<NewEvent> = (0..count).map(event).collect();
    for events in events.chunks(1000) {
        odd.append(events, &limits).await.expect("room");
    }
}

#[tokio::test]
async fn what_was_read_begins_before_the_rest_is_read_which_has_a_bound() {
    let place = Place::new();
    let odd = Odd::new(&place);
    for (chat, count) in [("long", 9_000), ("other", 1), ("far", 4_000)] {
        fill(&odd, chat, count).await;
    }
    let (read, at_first) = (Arc::clone(&odd.read), Arc::clone(&odd.read_at_first));
    let gate = Arc::new(Semaphore::new(0));
    let (inbox, mut told) = told(Inbox::builder(odd));
    let of_handler = Arc::clone(&gate);
    let inbox = inbox.lease(Duration::from_secs(30)).build();
    let router = router(&inbox, move |event| {
        let gate = Arc::clone(&of_handler);
        async move {
            if event.header.event_id != "other.0" {
                gate.acquire().await?.forget();
            }
            Ok(())
        }
    });
    told.wait_for("begun long.0").await;
    let at_first = *at_first.get().expect("it began");
    assert!((1..=256).contains(&at_first), "{at_first} were read before the first one began");
    // Its chat waits, others behind it do not.
    told.wait_for("committed other.0").await;
    let reads = async |least: usize| {
        let reads = async {
            while read.load(Ordering::SeqCst) < least {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(Duration::from_secs(30), reads).await.expect("it reads on");
    };
    reads(10_000).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    let bound = read.load(Ordering::SeqCst);
    assert!(bound < 10_000 + 256, "{bound} were read");
    // As soon as there is room, it reads on.
    gate.add_permits(1_000);
    reads(bound + 1).await;
    router.shutdown(Duration::ZERO).await;
}
