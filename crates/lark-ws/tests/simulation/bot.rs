//! A bot whose handlers are quick, slow, failing and panicking.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lark_core::{Client, Event, EventKeys, EventRouter, HandlerError, Value};
use lark_ws::Connection;
use tokio::time::{Instant, sleep};

pub(crate) use self::running::Bot;
use crate::platform::Platform;
use crate::random::Random;

#[path = "../sockets/running.rs"]
mod running;

pub(crate) const EVENT: &str = "test.event_v1";
pub(crate) const CALLBACK: &str = "card.action.trigger";
/// What handlers panic with.
pub(crate) const PANIC: &str = "a handler of the simulation panics";

/// A time of day that tests move.
#[derive(Clone)]
pub(crate) struct Wall {
    start: Instant,
    extra: Arc<AtomicU64>,
}

impl Wall {
    pub(crate) fn start() -> Self {
        Self { start: Instant::now(), extra: Arc::default() }
    }

    /// The machine sleeps: tokio's clock stands still.
    pub(crate) fn jump(&self, time: Duration) {
        let millis = u64::try_from(time.as_millis()).expect("short");
        self.extra.fetch_add(millis, Ordering::SeqCst);
    }

    fn now(&self) -> SystemTime {
        let extra = Duration::from_millis(self.extra.load(Ordering::SeqCst));
        UNIX_EPOCH + Duration::from_secs(1_800_000_000) + self.start.elapsed() + extra
    }
}

/// How often the handler of each event was begun, and how often it ended well.
#[derive(Clone, Default)]
pub(crate) struct Handled(Arc<Mutex<BTreeMap<String, (u32, u32)>>>);

impl Handled {
    fn begin(&self, id: &str) -> u32 {
        let mut handled = self.0.lock().expect("no panic while locked");
        let (begun, _) = handled.entry(id.to_owned()).or_default();
        *begun += 1;
        *begun
    }

    fn end(&self, id: &str) {
        let mut handled = self.0.lock().expect("no panic while locked");
        handled.entry(id.to_owned()).or_default().1 += 1;
    }

    pub(crate) fn count(&self, id: &str) -> u32 {
        self.0.lock().expect("no panic while locked").get(id).map_or(0, |(_, ended)| *ended)
    }
}

/// A router whose handlers behave as the seed says.
pub(crate) fn router(seed: u64, handled: &Handled) -> EventRouter {
    let of_event = handled.clone();
    let of_callback = handled.clone();
    EventRouter::builder(EventKeys::none())
        .on_raw(EVENT, move |event| handle(seed, of_event.clone(), event))
        .on_raw(CALLBACK, move |event| {
            let handled = of_callback.clone();
            async move {
                handled.begin(&event.header.event_id);
                handled.end(&event.header.event_id);
                Ok(())
            }
        })
        .build()
        .expect("a router")
}

async fn handle(seed: u64, handled: Handled, event: Event<Value>) -> Result<(), HandlerError> {
    let id = event.header.event_id;
    let number: u64 = id.rsplit('/').next().and_then(|it| it.parse().ok()).expect("a number");
    let begun = handled.begin(&id);
    let mut random = Random::new(seed.wrapping_mul(31).wrapping_add(number));
    match random.within(0..=19) {
        0 if begun == 1 => return Err("a handler of the simulation fails".into()),
        1 if begun == 1 => panic!("{PANIC}"),
        2..=5 => sleep(random.seconds(0..=2)).await,
        6 | 7 => sleep(random.seconds(3..=7)).await,
        _ => {}
    }
    handled.end(&id);
    Ok(())
}

impl Bot {
    pub(crate) fn start(
        platform: &Platform,
        wall: &Wall,
        router: EventRouter,
        seed: u64,
        options: impl FnOnce(Connection) -> Connection,
    ) -> Self {
        let client = Client::builder("cli_a", "hush").transport(platform.clone());
        let client = client.base_url("http://platform.test").build().expect("a client");
        let random = Mutex::new(Random::new(seed));
        let wall = wall.clone();
        let connection = lark_ws::connect(&client, router)
            .clock(move || wall.now())
            .jitter(move || random.lock().expect("no panic").share());
        Self::running(options(connection))
    }
}
