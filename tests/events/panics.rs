//! Code of the user that panics around a handler: the push has its answer, and the event comes again.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use lark_core::http::StatusCode;
use lark_core::{Event, EventOutcome, EventRouter};
use lark_im::v1::event::MessageReceive;
use tokio::time::sleep;
use tracing::Subscriber;
use tracing::field::Field;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use crate::support::{build, builder, send};

/// Panics when it is dropped, while the flag is set.
struct PanicsInDrop(Arc<AtomicBool>);

impl Drop for PanicsInDrop {
    fn drop(&mut self) {
        assert!(!self.0.load(Ordering::SeqCst), "in Drop");
    }
}

/// How a handler ends whose future panics in `Drop`.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Returns,
    Fails,
    Panics,
    TimesOut,
}

fn dropping(end: End, panics: &Arc<AtomicBool>) -> EventRouter {
    let panics = panics.clone();
    let builder = builder().handler_timeout(Duration::from_secs(1));
    build(builder.on(move |_: Event<MessageReceive>| {
        // Outside of the block, so that it lives until the future is dropped.
        let kept = PanicsInDrop(panics.clone());
        let mut is_polled = false;
        std::future::poll_fn(move |cx| {
            let is_well = !kept.0.load(Ordering::SeqCst);
            match end {
                _ if is_well => std::task::Poll::Ready(Ok(())),
                End::Returns => std::task::Poll::Ready(Ok(())),
                End::Fails => std::task::Poll::Ready(Err("the database is away".into())),
                End::Panics if is_polled => panic!("on purpose"),
                End::Panics => {
                    is_polled = true;
                    cx.waker().wake_by_ref();
                    std::task::Poll::Pending
                }
                End::TimesOut => std::task::Poll::Pending,
            }
        })
    }))
}

#[tokio::test(start_paused = true)]
async fn in_the_drop_of_its_future() {
    for (end, outcome, again) in [
        (End::Returns, EventOutcome::Handled, EventOutcome::Duplicate),
        (End::Fails, EventOutcome::Failed, EventOutcome::Handled),
        (End::Panics, EventOutcome::Panicked, EventOutcome::Handled),
        (End::TimesOut, EventOutcome::TimedOut, EventOutcome::Handled),
    ] {
        let panics = Arc::new(AtomicBool::new(true));
        let router = dropping(end, &panics);
        assert_eq!(send(&router, "e1", "oc_1").await.outcome, outcome, "{end:?}");
        panics.store(false, Ordering::SeqCst);
        assert_eq!(send(&router, "e1", "oc_1").await.outcome, again, "{end:?}");
        assert_eq!(router.in_flight(), 0);
    }
}

#[tokio::test]
async fn in_the_ordering_key() {
    let panics = Arc::new(AtomicBool::new(true));
    let flag = panics.clone();
    let router = build(builder().on_ordered_by(
        move |_: &MessageReceive| {
            assert!(!flag.load(Ordering::SeqCst), "no key");
            None
        },
        |_| async { Ok(()) },
    ));
    let reply = send(&router, "e1", "oc_1").await;
    assert_eq!(
        (reply.outcome, reply.status),
        (EventOutcome::Panicked, StatusCode::INTERNAL_SERVER_ERROR)
    );
    assert_eq!(router.count(EventOutcome::Panicked), 1);
    panics.store(false, Ordering::SeqCst);
    assert_eq!(send(&router, "e1", "oc_1").await.outcome, EventOutcome::Handled);
}

#[tokio::test(start_paused = true)]
async fn in_the_hook_for_outcomes() {
    let router = build(builder().on_outcome(|_| panic!("on purpose")).on(
        |_: Event<MessageReceive>| async {
            sleep(Duration::from_secs(5)).await;
            Ok(())
        },
    ));
    assert_eq!(send(&router, "e1", "oc_1").await.outcome, EventOutcome::StillRunning);
    sleep(Duration::from_secs(5)).await;
    assert_eq!(send(&router, "e1", "oc_1").await.outcome, EventOutcome::Duplicate);
    assert_eq!((router.count(EventOutcome::Handled), router.in_flight()), (1, 0));
}

#[tokio::test]
async fn in_the_clock() {
    let panics = Arc::new(AtomicBool::new(true));
    let flag = panics.clone();
    let clock = move || {
        assert!(!flag.load(Ordering::SeqCst), "no time");
        SystemTime::UNIX_EPOCH + Duration::from_secs(lark_push::SENT_AT)
    };
    let builder = builder().max_age(Duration::from_secs(60)).clock(clock);
    let router = build(builder.on(|_: Event<MessageReceive>| async { Ok(()) }));
    assert_eq!(send(&router, "e1", "oc_1").await.status, StatusCode::UNAUTHORIZED);
    panics.store(false, Ordering::SeqCst);
    assert_eq!(send(&router, "e1", "oc_1").await.outcome, EventOutcome::Handled);
}

/// An error that cannot be shown.
#[derive(Debug)]
struct Unspeakable;

impl fmt::Display for Unspeakable {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("no words")
    }
}

impl std::error::Error for Unspeakable {}

impl Drop for Unspeakable {
    fn drop(&mut self) {
        assert!(std::thread::panicking(), "in Drop");
    }
}

/// Shows all that is traced, to nobody.
struct ShowsAll;

impl<S: Subscriber> Layer<S> for ShowsAll {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        event.record(&mut |_: &Field, value: &dyn fmt::Debug| drop(format!("{value:?}")));
    }
}

#[tokio::test]
async fn in_the_text_of_its_error() {
    let router = build(builder().on(|_: Event<MessageReceive>| async { Err(Unspeakable.into()) }));
    let shown = tracing_subscriber::registry().with(ShowsAll);
    let _shown = lark_test_support::subscribe(shown);
    for _ in 0..2 {
        assert_eq!(send(&router, "e1", "oc_1").await.outcome, EventOutcome::Failed);
    }
    assert_eq!(router.in_flight(), 0);
}
