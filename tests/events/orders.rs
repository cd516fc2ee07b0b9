//! The order of events: kept within a chat, nobody else waits.

use std::time::Duration;

use lark_core::{Event, EventOutcome};
use lark_im::v1::event::MessageReceive;
use tokio::time::{Instant, sleep};

use crate::support::{Log, build, builder, send};

/// Handles each message in a second and notes when it begins and ends.
fn slow(log: &Log<String>) -> impl Fn(Event<MessageReceive>) -> Handled + Send + Sync + 'static {
    let log = log.clone();
    move |event| {
        let (log, event) = (log.clone(), event.header.event_id);
        Box::pin(async move {
            log.push(format!("{event} begins"));
            sleep(Duration::from_secs(1)).await;
            log.push(format!("{event} ends"));
            Ok(())
        })
    }
}

type Handled =
    std::pin::Pin<Box<dyn Future<Output = Result<(), lark_core::HandlerError>> + Send + 'static>>;

#[tokio::test(start_paused = true)]
async fn messages_of_a_chat_are_handled_in_the_order_of_their_coming() {
    let log = Log::new();
    let router = build(builder().on(slow(&log)));
    let start = Instant::now();
    tokio::join!(
        send(&router, "a", "oc_1"),
        send(&router, "b", "oc_1"),
        send(&router, "c", "oc_2")
    );
    let expected =
        ["a begins", "c begins", "a ends", "b begins", "c ends", "b ends"].map(str::to_owned);
    // `a` and `c` end at the same time, in either order.
    let mut seen = log.all();
    assert_eq!(seen.len(), expected.len());
    let at = |entry: &str| log.all().iter().position(|it| it == entry).expect(entry);
    assert!(at("a ends") < at("b begins"));
    assert!(at("c begins") < at("b begins"));
    seen.sort_unstable();
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(seen, expected);
    assert_eq!(start.elapsed(), Duration::from_secs(2));
}

#[tokio::test(start_paused = true)]
async fn the_order_can_be_that_of_something_else() {
    let log = Log::new();
    let by_sender = |message: &MessageReceive| {
        message.sender.sender_id.as_ref().and_then(|id| id.open_id.clone())
    };
    let router = build(builder().on_ordered_by(by_sender, slow(&log)));
    let start = Instant::now();
    // One sender, two chats.
    tokio::join!(send(&router, "a", "oc_1"), send(&router, "b", "oc_2"));
    assert_eq!(log.all(), ["a begins", "a ends", "b begins", "b ends"]);
    assert_eq!(start.elapsed(), Duration::from_secs(2));
    // Without an order, both at once.
    let router = build(builder().on_ordered_by(|_| None, slow(&log)));
    let start = Instant::now();
    tokio::join!(send(&router, "a", "oc_1"), send(&router, "b", "oc_1"));
    assert_eq!(start.elapsed(), Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn a_full_router_lets_pushes_wait_and_then_says_so() {
    let log = Log::new();
    let router = build(builder().capacity(2).on(slow(&log)));
    let pushes = (0..6).map(|number| {
        let router = router.clone();
        tokio::spawn(async move {
            send(&router, &format!("e{number}"), &format!("oc_{number}")).await.outcome
        })
    });
    let mut outcomes = Vec::new();
    for push in pushes.collect::<Vec<_>>() {
        outcomes.push(push.await.expect("no panic"));
    }
    // Two at once, two after a second, and for the last two there is no place within 2 s; the
    // platform sends those again.
    let handled = outcomes.iter().filter(|it| **it == EventOutcome::Handled).count();
    let busy = outcomes.iter().filter(|it| **it == EventOutcome::Busy).count();
    assert!(handled >= 4 && handled + busy == 6, "{outcomes:?}");
    assert_eq!(log.len(), 2 * handled);
    assert_eq!(router.in_flight(), 0);
}
