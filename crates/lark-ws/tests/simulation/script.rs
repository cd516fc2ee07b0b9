//! Random faults in random phases, and what must hold after them.

use std::time::Duration;

use serde_json::json;
use tokio::runtime::Builder;
use tokio::time::{Instant, sleep, timeout};

use crate::bot::{Bot, EVENT, Handled, Wall, router};
use crate::platform::{Platform, ServerTrouble, Trouble};
use crate::random::Random;
use crate::server::Order;

const SECOND: Duration = Duration::from_secs(1);

/// What a run has done.
#[derive(Debug, PartialEq)]
pub(crate) struct Summary {
    /// Everything that happened on the platform, with its time.
    pub(crate) trace: Vec<(Duration, String)>,
    pub(crate) events: usize,
    pub(crate) connections: u64,
    /// How long after the last fault the connection was alive again; `None` if the run stopped
    /// before.
    pub(crate) recovered: Option<Duration>,
}

/// Runs a seed. Panics if something does not hold.
pub(crate) fn run(seed: u64) -> Summary {
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("a runtime").block_on(simulate(seed))
}

async fn simulate(seed: u64) -> Summary {
    let mut random = Random::new(seed);
    let (ping, interval) = (random.within(15..=120), random.within(5..=120));
    let nonce = random.within(0..=30);
    let config = json!({
        "ReconnectCount": -1, "ReconnectInterval": interval, "ReconnectNonce": nonce,
        "PingInterval": ping,
    });
    let platform = Platform::new(Random::new(random.next()), config);
    let (wall, handled) = (Wall::start(), Handled::default());
    let (overlaps, ages) = (random.one_in(2), random.one_in(4));
    let age = random.seconds(60..=600);
    let bot = Bot::start(&platform, &wall, router(seed, &handled), seed, |connection| {
        let connection = connection.overlap(overlaps);
        if ages { connection.max_age(age) } else { connection }
    });
    let stops_at = random.one_in(6).then(|| random.seconds(0..=600));
    let faults = faults(&platform, &wall, &bot, Random::new(random.next()));
    let events = events(&platform, Random::new(random.next()));
    let recovered = tokio::select! {
        biased;
        () = events => unreachable!("events never end"),
        () = faults => {
            // Detection and back-off, whichever of them the last fault has left to do.
            let limit = Duration::from_secs(ping + 30 + interval + nonce);
            Some(recovery(&platform, &bot, limit).await)
        }
        () = sleep(stops_at.unwrap_or(Duration::MAX)) => None,
    };
    if recovered.is_some() {
        settle(&platform).await;
    }
    let connections = bot.handle.health().connections;
    let stopping = timeout(Duration::from_secs(15), bot.stop()).await;
    stopping.expect("it stops in time").expect("nobody said never");
    platform.shutdown().await;
    check_events(&platform, &handled);
    let left = tokio::runtime::Handle::current().metrics().num_alive_tasks();
    assert_eq!(left, 0, "tasks are left");
    let mut inner = platform.lock();
    let trace = std::mem::take(&mut inner.trace);
    Summary { trace, events: inner.events.len(), connections, recovered }
}

/// Events, until nobody wants any more.
async fn events(platform: &Platform, mut random: Random) {
    loop {
        sleep(random.seconds(0..=30)).await;
        platform.create_event(EVENT);
    }
}

async fn faults(platform: &Platform, wall: &Wall, bot: &Bot, mut random: Random) {
    for _ in 0..random.within(1..=4) {
        sleep(random.seconds(0..=200)).await;
        let lasts = random.seconds(0..=240);
        fault(platform, wall, bot, &mut random, lasts).await;
        {
            let mut inner = platform.lock();
            (inner.discovery, inner.upgrade) = (Trouble::None, Trouble::None);
            inner.server = ServerTrouble::None;
            inner.note("the fault is over");
        }
        platform.drip(false);
    }
}

/// One fault, until it ends.
async fn fault(platform: &Platform, wall: &Wall, bot: &Bot, random: &mut Random, lasts: Duration) {
    let kind = random.within(0..=15);
    platform.note(format!("fault {kind} for {lasts:?}"));
    match kind {
        // The way to a connection.
        0 => platform.lock().discovery = trouble(random),
        1 => platform.lock().upgrade = trouble(random),
        2 => {
            platform.order(&Order::Close);
            platform.lock().discovery = trouble(random);
        }
        3 => {
            platform.order(&Order::Drop);
            platform.lock().upgrade = trouble(random);
        }
        // The network.
        4 => {
            platform.cut();
            let mut inner = platform.lock();
            (inner.discovery, inner.upgrade) = (Trouble::Hang, Trouble::Hang);
        }
        5 => {
            platform.lock().connections.values().for_each(|it| it.fate.reset());
            platform.lock().discovery = Trouble::Connect;
        }
        6 => platform.cut(),
        7 => platform.drip(true),
        // The servers.
        8 => platform.lock().server = ServerTrouble::Deaf,
        9 => platform.lock().server = ServerTrouble::NotReading,
        10 => platform.lock().server = ServerTrouble::LatePongs(random.seconds(1..=90)),
        11 => platform.lock().server = ServerTrouble::ShortLives,
        12 => platform.lock().server = ServerTrouble::WrongFrames,
        13 => platform.order(random.pick(&[Order::Close, Order::Drop, Order::Tear])),
        // The machine, and the user.
        14 => {
            let is_cut = random.one_in(2);
            if is_cut {
                platform.cut();
            }
            if random.one_in(2) {
                wall.jump(random.seconds(1..=20_000));
            } else {
                tokio::time::advance(random.seconds(1..=3_600)).await;
            }
        }
        _ => bot.handle.reconnect(),
    }
    sleep(lasts).await;
}

fn trouble(random: &mut Random) -> Trouble {
    match random.within(0..=8) {
        0 => Trouble::Hang,
        1 => Trouble::Connect,
        2 => Trouble::Interrupted,
        3 => Trouble::Code(1),
        4 => Trouble::Code(1_000_040_343),
        5 => Trouble::Code(1_000_040_350),
        6 => Trouble::Status(502),
        7 => Trouble::Garbage,
        _ => Trouble::Slow(random.seconds(0..=20)),
    }
}

/// Waits until the connection is alive, and returns how long that took.
async fn recovery(platform: &Platform, bot: &Bot, limit: Duration) -> Duration {
    let since = Instant::now();
    loop {
        if bot.handle.state().is_connected() && !platform.alive().is_empty() {
            return since.elapsed();
        }
        assert!(since.elapsed() <= limit, "deaf for {limit:?}: {:?}", bot.handle);
        sleep(SECOND / 2).await;
    }
}

/// Waits until each event is acknowledged: those that failed need another push.
async fn settle(platform: &Platform) {
    let since = Instant::now();
    loop {
        let unacknowledged = platform.unacknowledged();
        if unacknowledged.is_empty() {
            return;
        }
        assert!(since.elapsed() < 400 * SECOND, "not acknowledged: {unacknowledged:?}");
        sleep(SECOND).await;
    }
}

/// What was acknowledged was handled, and nothing twice.
fn check_events(platform: &Platform, handled: &Handled) {
    for (id, event) in &platform.lock().events {
        let count = handled.count(id);
        assert!(count <= 1, "{id} was handled {count} times");
        assert!(!event.is_acknowledged || count == 1, "{id} was acknowledged and not handled");
    }
}
