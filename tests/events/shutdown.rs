//! The end of a router: what runs is finished, what is not was not acknowledged.

use std::sync::Arc;
use std::time::Duration;

use lark_core::http::StatusCode;
use lark_core::{
    Acknowledge, Claim, Dedup, Event, EventOutcome, EventRouter, MemoryDedup, StoreFuture,
};
use lark_im::v1::event::MessageReceive;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use crate::support::{Log, build, builder, send};

/// A router whose handlers take `seconds`, and the events they finished.
fn slow(seconds: u64, acknowledge: Acknowledge) -> (EventRouter, Log<String>) {
    let log = Log::new();
    let done = log.clone();
    let router =
        build(builder().acknowledge(acknowledge).on(move |event: Event<MessageReceive>| {
            let done = done.clone();
            async move {
                sleep(Duration::from_secs(seconds)).await;
                done.push(event.header.event_id);
                Ok(())
            }
        }));
    (router, log)
}

fn spawn(
    router: &EventRouter,
    event: &'static str,
    chat: &'static str,
) -> JoinHandle<EventOutcome> {
    let router = router.clone();
    tokio::spawn(async move { send(&router, event, chat).await.outcome })
}

#[tokio::test(start_paused = true)]
async fn what_runs_is_finished_and_nothing_new_begins() {
    let (router, done) = slow(2, Acknowledge::AfterHandler);
    let running = spawn(&router, "e1", "oc_1");
    tokio::task::yield_now().await;
    let start = Instant::now();
    let (report, late) = tokio::join!(router.shutdown(Duration::from_secs(30)), async {
        send(&router, "e2", "oc_2").await
    });
    assert!(report.stopped.is_empty());
    // As soon as the last is done, not when the time is over.
    assert_eq!(start.elapsed(), Duration::from_secs(2));
    assert_eq!(late.outcome, EventOutcome::Closing);
    assert_eq!(late.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(running.await.expect("no panic"), EventOutcome::Handled);
    assert_eq!(done.all(), ["e1"]);
    assert!(router.is_closing());
}

#[tokio::test(start_paused = true)]
async fn what_is_stopped_was_not_acknowledged() {
    let (router, done) = slow(20, Acknowledge::AfterHandler);
    // The second waits for its turn behind the first.
    let pushes = [spawn(&router, "e1", "oc_1"), spawn(&router, "e2", "oc_1")];
    tokio::task::yield_now().await;
    let report = router.shutdown(Duration::from_secs(1)).await;
    let mut stopped: Vec<_> = report.stopped.into_iter().map(|header| header.event_id).collect();
    stopped.sort_unstable();
    assert_eq!(stopped, ["e1", "e2"]);
    for push in pushes {
        assert_eq!(push.await.expect("no panic"), EventOutcome::Stopped);
    }
    assert_eq!(done.len(), 0);
}

#[tokio::test(start_paused = true)]
async fn what_was_acknowledged_first_is_given_back() {
    let (router, _) = slow(20, Acknowledge::First);
    for event in ["e1", "e2"] {
        assert_eq!(send(&router, event, "oc_1").await.outcome, EventOutcome::Accepted);
    }
    let report = router.shutdown(Duration::from_secs(1)).await;
    let headers = report.stopped;
    assert_eq!(headers.len(), 2);
    for header in headers {
        // All of it, to be kept elsewhere and handled later.
        let again = build(builder().on(|_: Event<MessageReceive>| async { Ok(()) }));
        assert_eq!(again.handle_trusted(header.raw).await.outcome, EventOutcome::Handled);
    }
}

/// A redelivery that waits for the end of the first delivery is not handled once the router has ended:
/// the program may end in the middle of it.
#[tokio::test(start_paused = true)]
async fn a_redelivery_that_waits_does_not_begin_after_the_end() {
    let log = Log::new();
    let begun = log.clone();
    let router = build(builder().on(move |event: Event<MessageReceive>| {
        begun.push(event.header.event_id);
        async {
            sleep(Duration::from_secs(1)).await;
            Err("the database is away".into())
        }
    }));
    let first = spawn(&router, "e1", "oc_1");
    tokio::task::yield_now().await;
    let again = spawn(&router, "e1", "oc_1");
    tokio::task::yield_now().await;
    let report = router.shutdown(Duration::from_secs(30)).await;
    assert!(report.stopped.is_empty());
    assert_eq!(first.await.expect("no panic"), EventOutcome::Failed);
    assert_eq!(again.await.expect("no panic"), EventOutcome::Closing);
    assert_eq!((log.all(), router.in_flight()), (vec!["e1".to_owned()], 0));
}

/// A store that two instances of a program share.
struct Shared(Arc<MemoryDedup>);

impl Dedup for Shared {
    fn claim<'a>(&'a self, keys: &'a [String]) -> StoreFuture<'a, Claim> {
        self.0.claim(keys)
    }

    fn finish<'a>(&'a self, keys: &'a [String]) -> StoreFuture<'a, ()> {
        self.0.finish(keys)
    }

    fn release<'a>(&'a self, keys: &'a [String]) -> StoreFuture<'a, ()> {
        self.0.release(keys)
    }
}

#[test]
fn a_runtime_that_ends_in_the_middle_of_a_handler_leaves_no_claim() {
    let runtime = || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_time().start_paused(true).build().expect("a runtime")
    };
    let store = Arc::new(MemoryDedup::default());
    let router = |seconds: u64| {
        let builder = builder().dedup(Shared(store.clone()));
        build(builder.on(move |_: Event<MessageReceive>| async move {
            sleep(Duration::from_secs(seconds)).await;
            Ok(())
        }))
    };
    let (dying, other) = (router(60), router(0));
    let first = runtime();
    let outcome = first.block_on(async { send(&dying, "e1", "oc_1").await.outcome });
    assert_eq!(outcome, EventOutcome::StillRunning);
    let outcome = runtime().block_on(async { send(&other, "e1", "oc_1").await.outcome });
    assert_eq!(outcome, EventOutcome::InProgress, "it is claimed");
    drop(first);
    assert_eq!(dying.in_flight(), 0);
    let outcome = runtime().block_on(async { send(&other, "e1", "oc_1").await.outcome });
    assert_eq!(outcome, EventOutcome::Handled);
}
