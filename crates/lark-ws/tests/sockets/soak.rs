//! Many events, handlers that are slow and that panic, and connections that are cut all the time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lark_core::{Event, EventKeys, EventRouter, Value};
use lark_sandbox::{ClientConfig, PushState, Sandbox};
use lark_ws::{Report, State};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

use crate::bot::{Bot, client};

pub(crate) struct Soak {
    pub(crate) events: u64,
    pub(crate) per_second: u64,
    pub(crate) disconnects: u64,
}

/// How often the handler of each event was begun, and ended well.
type Handled = Arc<Mutex<HashMap<String, (u32, u32)>>>;

#[cfg(test)]
#[tokio::test(flavor = "multi_thread")]
async fn events_survive_disconnects() {
    soak(&Soak { events: 300, per_second: 500, disconnects: 5 }).await;
}

/// Pushes events, and fails if one is lost, handled twice or acknowledged late.
pub(crate) async fn soak(soak: &Soak) {
    let sandbox = Sandbox::start().await.expect("a free port");
    sandbox.client_config(ClientConfig {
        reconnect_interval: 1,
        reconnect_nonce: 0,
        ..Default::default()
    });
    let handled = Handled::default();
    let delays = Arc::new(Mutex::new(Vec::new()));
    let times = Arc::clone(&delays);
    let bot = Bot::start(&client(&sandbox), router(&handled), |it| {
        it.on_report(move |report| {
            if let Report::Acknowledged { elapsed, .. } = report {
                times.lock().expect("no panic").push(*elapsed);
            }
        })
    });
    bot.connected().await;
    let ids = push(&sandbox, &bot, soak).await;
    settle(&sandbox, &bot, &ids).await;
    let handled = std::mem::take(&mut *handled.lock().expect("no panic while locked"));
    assert_eq!(handled.len() as u64, soak.events);
    assert!(handled.values().all(|(_, ended)| *ended == 1), "each is handled once");
    let mut delays = std::mem::take(&mut *delays.lock().expect("no panic"));
    delays.sort_unstable();
    let p99 = delays[delays.len() * 99 / 100];
    let health = bot.handle.health();
    #[allow(clippy::print_stderr, reason = "the findings of a measurement")]
    {
        eprintln!(
            "{} events, {} connections, {} acknowledgements, p99 {p99:?}",
            soak.events, health.connections, health.acknowledged
        );
    }
    assert!(health.connections > soak.disconnects / 2, "{health:?}");
    assert!(p99 < Duration::from_secs(1), "{p99:?}");
    bot.stop().await.expect("a stop");
}

/// One handler in 100 is slow, one in 200 panics the first time.
fn router(handled: &Handled) -> EventRouter {
    let handled = Arc::clone(handled);
    let router = EventRouter::builder(EventKeys::none());
    let router = router.on_raw("im.message.receive_v1", move |event: Event<Value>| {
        let handled = Arc::clone(&handled);
        async move {
            let id = event.header.event_id;
            let (begun, number) = {
                let mut all = handled.lock().expect("no panic while locked");
                let number = all.len();
                let (begun, _) = all.entry(id.clone()).or_default();
                *begun += 1;
                (*begun, number)
            };
            if begun == 1 && number % 200 == 7 {
                panic!("a handler of the soak panics");
            }
            if begun == 1 && number % 100 == 3 {
                sleep(Duration::from_millis(700)).await;
            }
            handled.lock().expect("no panic while locked").entry(id).or_default().1 += 1;
            Ok(())
        }
    });
    router.build().expect("a router")
}

/// Pushes events and cuts the connection all the time.
async fn push(sandbox: &Sandbox, bot: &Bot, soak: &Soak) -> Vec<String> {
    let mut ids = Vec::new();
    let mut clock = interval(Duration::from_micros(1_000_000 / soak.per_second));
    clock.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let every = soak.events / soak.disconnects;
    for number in 0..soak.events {
        clock.tick().await;
        ids.push(
            sandbox.pushes().push_sample("im.message.receive_v1", number).await.expect("a push"),
        );
        if number % every == every - 1 {
            sandbox.close_connections();
        }
        // A connection that lives so shortly is not replaced at once, unless somebody asks.
        if matches!(bot.handle.state(), State::Waiting { .. }) {
            bot.handle.reconnect();
        }
    }
    ids
}

/// Waits until each event is acknowledged, and has the platform send those again that are not.
async fn settle(sandbox: &Sandbox, bot: &Bot, ids: &[String]) {
    bot.connected().await;
    let since = Instant::now();
    let is_left = |id: &String| sandbox.push_state(id) != Some(PushState::Delivered);
    while ids.iter().any(is_left) {
        assert!(since.elapsed() < Duration::from_secs(120), "events are left");
        // To the next redelivery.
        sandbox.advance(Duration::from_secs(16));
        sandbox.settle().await;
        sleep(Duration::from_millis(50)).await;
    }
}
