//! Several inboxes on one store, as the processes of a fleet have them.

use std::sync::Arc;
use std::time::Duration;

use lark_core::inbox::Inbox;
use tokio::sync::Semaphore;

use crate::support::{Diary, Place, router, send};

async fn held(inbox: &Inbox) -> u32 {
    inbox.gauges().await.expect("gauges").partitions_held
}

#[tokio::test]
async fn partitions_are_shared_and_go_over_when_a_process_is_drained() {
    let place = Place::new();
    let (one, mut told_one) = place.builder();
    let (two, mut told_two) = place.builder();
    let (one, two) = (one.build(), two.build());
    let router_one = router(&one, |_| async { Ok(()) });
    send(&router_one, "e0", "oc_1").await;
    told_one.wait_for("committed e0").await;
    let router_two = router(&two, |_| async { Ok(()) });
    while (held(&one).await, held(&two).await) != (8, 8) {
        tokio::task::yield_now().await;
    }
    // Stored by one process, handled by either.
    for number in 0..40 {
        send(&router_one, &format!("c{number}"), &format!("oc_{number}")).await;
    }
    let by_two = told_two.next_of(&["committed c"]).await;
    assert!(by_two.starts_with("committed c"));
    one.drain(Duration::from_secs(10)).await;
    while held(&two).await != 16 {
        tokio::task::yield_now().await;
    }
    // It still accepts.
    send(&router_one, "e1", "oc_1").await;
    told_two.wait_for("committed e1").await;
    while two.gauges().await.expect("gauges").waiting > 0 {
        tokio::task::yield_now().await;
    }
    router_two.shutdown(Duration::from_secs(10)).await;
}

#[tokio::test]
async fn a_drain_waits_for_handlers_and_then_stops_them() {
    let place = Place::new();
    let (inbox, mut told) = place.builder();
    let (diary, gate) = (Diary::default(), Arc::new(Semaphore::new(0)));
    let (of_handler, of_test) = (diary.clone(), gate.clone());
    let inbox = inbox.build();
    let router = router(&inbox, move |event| {
        let (diary, gate) = (of_handler.clone(), gate.clone());
        async move {
            diary.note(&event.header.event_id);
            if event.header.event_id == "hangs" {
                std::future::pending::<()>().await;
            }
            gate.acquire().await?.forget();
            Ok(())
        }
    });
    for (id, chat) in [("e1", "oc_1"), ("hangs", "oc_2")] {
        send(&router, id, chat).await;
        told.wait_for(&format!("begun {id}")).await;
    }
    send(&router, "e2", "oc_1").await;
    of_test.add_permits(1);
    inbox.drain(Duration::from_millis(300)).await;
    told.wait_for("committed e1").await;
    let gauges = inbox.gauges().await.expect("gauges");
    assert_eq!((gauges.waiting, gauges.in_work, gauges.partitions_held), (2, 0, 0));

    let (next, mut told) = place.builder();
    let _router = crate::support::router(&next.build(), |_| async { Ok(()) });
    let first = told.next_of(&["committed"]).await;
    let second = told.next_of(&["committed"]).await;
    let mut found = [first, second];
    found.sort();
    assert_eq!(found, ["committed e2", "committed hangs"]);
}

/// It blocks its thread, so it cannot be stopped; that it has ended is stored.
#[tokio::test(flavor = "multi_thread")]
async fn a_handler_that_ends_while_it_is_stopped_is_not_called_again() {
    let place = Place::new();
    let (inbox, mut told) = place.builder();
    let inbox = inbox.build();
    let router = router(&inbox, |_| async {
        std::thread::sleep(Duration::from_millis(300));
        Ok(())
    });
    send(&router, "e1", "oc_1").await;
    told.wait_for("begun e1").await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    inbox.drain(Duration::ZERO).await;
    told.wait_for("committed e1").await;
    let gauges = inbox.gauges().await.expect("gauges");
    assert_eq!((gauges.waiting, gauges.kept), (0, 1));
}
