//! Single situations.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use lark_core::http::{HeaderMap, Request};
use lark_core::{
    Body, Client, Event, EventKeys, EventOutcome, EventRouter, Rejection, Stage, Transport,
    TransportFuture, Value,
};
use lark_ws::{Error, Reason, Report, State};
use serde_json::json;
use tokio::sync::Notify;
use tokio::time::{Instant, advance, sleep, timeout};

use crate::bot::{Bot, CALLBACK, EVENT, Handled, Wall, router};
use crate::platform::{Platform, ServerTrouble, Trouble};
use crate::random::Random;
use crate::server::Order;

const SECOND: Duration = Duration::from_secs(1);

fn config() -> Value {
    json!({ "ReconnectCount": -1, "ReconnectInterval": 90, "ReconnectNonce": 25, "PingInterval": 90 })
}

pub(crate) fn platform() -> Platform {
    Platform::new(Random::new(7), config())
}

fn bot(platform: &Platform) -> Bot {
    Bot::start(platform, &Wall::start(), router(7, &Handled::default()), 7, |it| it)
}

/// Waits until `holds`, and returns how long that took.
pub(crate) async fn until(limit: Duration, mut holds: impl FnMut() -> bool) -> Duration {
    let since = Instant::now();
    while !holds() {
        assert!(since.elapsed() < limit, "not within {limit:?}");
        sleep(SECOND / 10).await;
    }
    since.elapsed()
}

/// Waits until it waits, and returns the reason and the delay.
async fn waiting(bot: &Bot) -> (Reason, Duration) {
    let mut state = bot.handle.watch();
    let state = state.wait_for(|state| matches!(state, State::Waiting { .. })).await;
    match &*state.expect("it runs") {
        State::Waiting { reason, delay, .. } => (*reason, *delay),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn what_means_never_ends_it_with_the_reason() {
    for code in [403, 514, 1_000_040_351] {
        let platform = platform();
        platform.lock().discovery = Trouble::Code(code);
        let bot = bot(&platform);
        let handle = bot.handle.clone();
        match bot.ended().await.expect_err("never") {
            Error::Rejected(error) => {
                assert_eq!((error.code(), error.stage()), (Some(code), Stage::Api), "{error}");
            }
            other => panic!("{other}"),
        }
        assert_eq!(platform.lock().discoveries, 1);
        assert_eq!(handle.state(), State::Stopped);
    }
    let platform = platform();
    platform.lock().upgrade = Trouble::Code(403);
    let error = bot(&platform).ended().await.expect_err("never");
    assert!(matches!(error, Error::Forbidden { .. }), "{error}");
    assert_eq!(error.to_string(), "the server rejects the app: handshake: status 403: forbidden");
    platform.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn what_may_pass_is_waited_for() {
    for (discovery, upgrade, reason, least) in [
        (Trouble::Code(1), Trouble::None, Reason::Refused, 90),
        (Trouble::Code(1_000_040_343), Trouble::None, Reason::Refused, 90),
        (Trouble::Code(999), Trouble::None, Reason::Refused, 90),
        (Trouble::Status(502), Trouble::None, Reason::Refused, 90),
        (Trouble::Garbage, Trouble::None, Reason::Refused, 90),
        (Trouble::Code(1_000_040_350), Trouble::None, Reason::TooManyConnections, 90),
        (Trouble::None, Trouble::Code(1_000_040_350), Reason::TooManyConnections, 90),
        (Trouble::None, Trouble::Code(7), Reason::Refused, 90),
        (Trouble::None, Trouble::Status(403), Reason::Refused, 90),
        (Trouble::None, Trouble::Garbage, Reason::Refused, 90),
        (Trouble::Connect, Trouble::None, Reason::Unreachable, 0),
        (Trouble::Hang, Trouble::None, Reason::Unreachable, 0),
        (Trouble::None, Trouble::Connect, Reason::Unreachable, 0),
        (Trouble::None, Trouble::Hang, Reason::Unreachable, 0),
    ] {
        let shown = format!("{discovery:?} {upgrade:?}");
        let platform = platform();
        (platform.lock().discovery, platform.lock().upgrade) = (discovery, upgrade);
        let bot = bot(&platform);
        let since = Instant::now();
        let (found, delay) = waiting(&bot).await;
        assert!(since.elapsed() <= 15 * SECOND, "{shown}: {:?}", since.elapsed());
        assert_eq!(found, reason, "{shown}");
        let range = match least {
            0 => Duration::ZERO..=SECOND,
            // The platform's settings, or the defaults before there are any.
            least => least * SECOND..=150 * SECOND,
        };
        assert!(range.contains(&delay), "{shown}: {delay:?}");
        (platform.lock().discovery, platform.lock().upgrade) = (Trouble::None, Trouble::None);
        bot.connected().await;
        assert!(since.elapsed() <= 15 * SECOND + delay + SECOND, "{shown}");
        bot.stop().await.expect("a stop");
        platform.shutdown().await;
    }
}

/// The limit of the platform counts failures in a row. A discovery that works is not a connection.
#[tokio::test(start_paused = true)]
async fn only_a_proven_connection_resets_the_attempts() {
    let platform = platform();
    platform.lock().config["ReconnectCount"] = json!(3);
    platform.lock().upgrade = Trouble::Hang;
    match bot(&platform).ended().await.expect_err("it gave up") {
        Error::GaveUp { attempts, reason, .. } => {
            assert_eq!((attempts, reason), (3, Reason::Unreachable));
        }
        other => panic!("{other}"),
    }
    assert_eq!(platform.lock().discoveries, 3);

    // A connection without a frame is not proven either.
    (platform.lock().upgrade, platform.lock().server) = (Trouble::None, ServerTrouble::Deaf);
    let error = bot(&platform).ended().await.expect_err("it gave up");
    assert!(matches!(error, Error::GaveUp { reason: Reason::NoFirstFrame, .. }), "{error}");

    let unlimited =
        Bot::start(&platform, &Wall::start(), router(7, &Handled::default()), 7, |it| {
            it.unlimited_attempts()
        });
    until(3600 * SECOND, || platform.lock().discoveries > 20).await;
    platform.lock().server = ServerTrouble::None;
    unlimited.connected().await;
    // Lost connections are not failures.
    for _ in 0..5 {
        platform.order(&Order::Close);
        waiting(&unlimited).await;
        unlimited.connected().await;
    }
    unlimited.stop().await.expect("a stop");
    platform.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn silence_for_the_ping_interval_and_30_s_is_death() {
    let platform = platform();
    let lost = Arc::new(Mutex::new(Vec::new()));
    let reports = Arc::clone(&lost);
    let bot = Bot::start(&platform, &Wall::start(), router(7, &Handled::default()), 7, |it| {
        it.on_report(move |report| {
            if let Report::Lost { reason, silence, .. } = report {
                reports.lock().expect("no panic").push((*reason, *silence));
                panic!("the hook's panic harms nothing");
            }
        })
    });
    bot.connected().await;
    sleep(1000 * SECOND).await;
    assert!(bot.handle.health().silence.expect("frames") <= 90 * SECOND, "pongs are frames");
    assert_eq!(bot.handle.health().connections, 1);
    platform.cut();
    let (reason, delay) = waiting(&bot).await;
    assert_eq!(reason, Reason::Silent);
    assert!(delay <= 25 * SECOND, "{delay:?}");
    bot.connected().await;
    assert_eq!(*lost.lock().expect("no panic"), [(Reason::Silent, 120 * SECOND)]);
    bot.stop().await.expect("a stop");
    platform.shutdown().await;
}

/// A laptop that slept, and a process that was stopped.
#[tokio::test(start_paused = true)]
async fn after_a_suspension_it_is_back_within_10_s() {
    for (is_cut, sleeps) in [(true, true), (true, false), (false, true), (false, false)] {
        let (platform, wall) = (platform(), Wall::start());
        let bot = Bot::start(&platform, &wall, router(7, &Handled::default()), 7, |it| it);
        bot.connected().await;
        sleep(9 * SECOND).await;
        if is_cut {
            platform.cut();
        }
        match sleeps {
            true => wall.jump(3600 * SECOND),
            false => advance(60 * SECOND).await,
        }
        let woke = Instant::now();
        until(16 * SECOND, || !platform.alive().is_empty()).await;
        // The clock is looked at every 5 s, and a sleeping machine wakes at any time between.
        let limit = if sleeps { 15 } else { 10 };
        assert!(woke.elapsed() <= limit * SECOND, "{:?}", woke.elapsed());
        sleep(20 * SECOND).await;
        assert_eq!(bot.handle.health().connections, 1 + u64::from(is_cut), "{is_cut} {sleeps}");
        bot.stop().await.expect("a stop");
        platform.shutdown().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_ends_when_the_machine_wakes_up() {
    let (platform, wall) = (platform(), Wall::start());
    platform.lock().discovery = Trouble::Code(1);
    let bot = Bot::start(&platform, &wall, router(7, &Handled::default()), 7, |it| it);
    assert!(waiting(&bot).await.1 >= 90 * SECOND);
    platform.lock().discovery = Trouble::None;
    wall.jump(3600 * SECOND);
    timeout(6 * SECOND, bot.connected()).await.expect("at once");
    bot.stop().await.expect("a stop");
    platform.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn a_planned_reconnect_has_two_connections_for_a_moment() {
    let (platform, handled) = (platform(), Handled::default());
    let bot = Bot::start(&platform, &Wall::start(), router(7, &handled), 7, |it| {
        it.max_age(600 * SECOND)
    });
    bot.connected().await;
    bot.handle.reconnect();
    until(SECOND, || platform.alive() == [2].into()).await;
    let at = |what: &str| {
        let inner = platform.lock();
        inner.trace.iter().position(|(_, noted)| noted == what)
    };
    assert!(at("ping on 2") < at("connection 1 is gone"), "the second lived first");
    assert!(bot.handle.state().is_connected(), "it always was");
    // Without a second one the first stays.
    platform.lock().discovery = Trouble::Code(1_000_040_350);
    bot.handle.reconnect();
    sleep(20 * SECOND).await;
    assert_eq!((platform.alive().len(), bot.handle.health().connections), (1, 2));
    platform.lock().discovery = Trouble::None;
    let before = platform.lock().discoveries;
    sleep(601 * SECOND).await;
    assert_eq!(platform.lock().discoveries, before + 1, "its age");
    let id = platform.create_event(CALLBACK);
    sleep(SECOND).await;
    {
        let event = &platform.lock().events[&id];
        assert_eq!((event.is_acknowledged, event.pushes), (true, 1));
    }
    bot.stop().await.expect("a stop");
    platform.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn without_overlap_the_first_connection_ends_first() {
    let platform = platform();
    let bot = Bot::start(&platform, &Wall::start(), router(7, &Handled::default()), 7, |it| {
        it.overlap(false)
    });
    bot.connected().await;
    bot.handle.reconnect();
    assert_eq!(waiting(&bot).await.0, Reason::Planned);
    assert!(platform.alive().is_empty());
    bot.connected().await;
    bot.stop().await.expect("a stop");
    platform.shutdown().await;
}

/// A handler that has not finished is waited for; its event is acknowledged before the end.
#[tokio::test(start_paused = true)]
async fn the_end_finishes_what_was_begun() {
    let platform = platform();
    let go = Arc::new(Notify::new());
    let (quick, slow) = (Arc::clone(&go), "slow");
    let router = EventRouter::builder(EventKeys::none())
        .on_raw(EVENT, move |_: Event<Value>| {
            let go = Arc::clone(&quick);
            async move {
                go.notified().await;
                Ok(())
            }
        })
        .on_raw(slow, |_: Event<Value>| async {
            sleep(3600 * SECOND).await;
            Ok(())
        })
        .build()
        .expect("a router");
    let bot = Bot::start(&platform, &Wall::start(), router, 7, |it| it);
    bot.connected().await;
    let (id, never) = (platform.create_event(EVENT), platform.create_event(slow));
    sleep(SECOND / 10).await;
    let since = Instant::now();
    let stopping = tokio::spawn(bot.stop());
    sleep(SECOND).await;
    let late = platform.create_event(EVENT);
    sleep(SECOND / 10).await;
    go.notify_one();
    let ended = stopping.await.expect("no panic").expect("a stop");
    assert!(since.elapsed() <= 12 * SECOND, "{:?}", since.elapsed());
    let stopped: Vec<_> = ended.stopped.iter().map(|header| &*header.event_id).collect();
    assert_eq!(stopped, [&*never]);
    assert!(platform.lock().events[&id].is_acknowledged);
    assert!(!platform.lock().events[&late].is_acknowledged, "it came too late");
    platform.shutdown().await;
    assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), 0);
}

/// A connection that is about to be replaced ends in order, too.
#[tokio::test(start_paused = true)]
async fn the_end_during_a_replacement_finishes_what_was_begun() {
    for trouble in [Trouble::Hang, Trouble::Connect, Trouble::Code(1)] {
        let (platform, go, shown) = (platform(), Arc::new(Notify::new()), format!("{trouble:?}"));
        let quick = Arc::clone(&go);
        let router = EventRouter::builder(EventKeys::none())
            .on_raw(EVENT, move |_: Event<Value>| {
                let go = Arc::clone(&quick);
                async move {
                    go.notified().await;
                    Ok(())
                }
            })
            .build()
            .expect("a router");
        let bot = Bot::start(&platform, &Wall::start(), router, 7, |it| it);
        bot.connected().await;
        let id = platform.create_event(EVENT);
        sleep(SECOND / 10).await;
        platform.lock().discovery = trouble;
        bot.handle.reconnect();
        sleep(SECOND / 10).await;
        let stopping = tokio::spawn(bot.stop());
        sleep(SECOND / 10).await;
        go.notify_one();
        let ended = stopping.await.expect("no panic").expect("a stop");
        assert!(ended.stopped.is_empty());
        assert!(platform.lock().events[&id].is_acknowledged, "{shown}");
        platform.shutdown().await;
        assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn dropping_it_leaves_no_task() {
    let platform = platform();
    let bot = bot(&platform);
    bot.connected().await;
    bot.drop_it().await;
    platform.shutdown().await;
    assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), 0);
}

/// Answers discoveries, and knows nothing of upgrades.
struct WithoutUpgrade(Platform);

impl Transport for WithoutUpgrade {
    fn send(&self, request: Request<Body>) -> TransportFuture<'_> {
        self.0.send(request)
    }
}

#[tokio::test(start_paused = true)]
async fn a_transport_that_cannot_upgrade_is_named() {
    let client = Client::builder("cli_a", "hush").transport(WithoutUpgrade(platform()));
    let client = client.base_url("http://platform.test").build().expect("a client");
    let router = router(7, &Handled::default());
    let ended = lark_ws::serve_until(&client, router, std::future::pending()).await;
    let error = ended.expect_err("it never works").to_string();
    assert!(error.contains("implement Transport::upgrade"), "{error}");
}

/// A router for the long connection that somebody also mounts at a URL.
#[tokio::test]
async fn a_router_without_keys_takes_nothing_over_http() {
    let handled = Handled::default();
    let router = router(7, &handled);
    let push = r#"{"schema":"2.0","header":{"event_id":"card.action.trigger/1","event_type":
        "card.action.trigger"},"event":{}}"#;
    let reply = router.handle(&HeaderMap::new(), push).await;
    assert_eq!(reply.outcome, EventOutcome::Rejected(Rejection::NoKeys));
    assert_eq!((reply.status.as_u16(), reply.callback_body()), (401, None));
    let check = r#"{"type":"url_verification","challenge":"c","token":"t"}"#;
    let reply = router.handle(&HeaderMap::new(), check).await;
    assert_eq!(reply.outcome, EventOutcome::Rejected(Rejection::NoKeys));
    assert_eq!(handled.count("card.action.trigger/1"), 0);
    let reply = router.handle_trusted(push).await;
    assert_eq!(reply.callback_body().map(|body| &**body), Some(&b"{}"[..]));
    assert_eq!(handled.count("card.action.trigger/1"), 1);
}
