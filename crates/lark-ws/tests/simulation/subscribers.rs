//! Subscribers of traces that panic.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::sleep;
use tracing::span::{Attributes, Id, Record};
use tracing::{Metadata, Subscriber};

use crate::bot::{Bot, CALLBACK, EVENT, Handled, PANIC, Wall, router};
use crate::situations::{platform, until};

const SECOND: Duration = Duration::from_secs(1);

/// A subscriber that panics when an event is begun.
struct Panicking(AtomicBool);

impl Subscriber for Panicking {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span() && metadata.name() == "long_connection"
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        assert!(!self.0.load(Ordering::SeqCst), "{PANIC}");
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &tracing::Event<'_>) {}

    fn enter(&self, _: &Id) {
        self.0.store(true, Ordering::SeqCst);
        panic!("{PANIC}");
    }

    fn exit(&self, _: &Id) {}
}

/// It would be connected, and deaf.
#[tokio::test(start_paused = true)]
async fn a_subscriber_that_panics_loses_no_event_for_good() {
    let (platform, handled) = (platform(), Handled::default());
    let bot = Bot::start(&platform, &Wall::start(), router(7, &handled), 7, |it| it);
    bot.connected().await;
    let id = {
        let _panicking = lark_test_support::subscribe(Panicking(AtomicBool::new(false)));
        // Where it is entered, and then where it is made: the event is handled without it then.
        let (first, second) = (platform.create_event(CALLBACK), platform.create_event(EVENT));
        sleep(SECOND).await;
        assert_eq!((handled.count(&first), handled.count(&second)), (0, 1));
        second
    };
    until(30 * SECOND, || platform.lock().events[&id].is_acknowledged).await;
    bot.stop().await.expect("a stop");
    platform.shutdown().await;
}
