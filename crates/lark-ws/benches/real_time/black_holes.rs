//! Black holes in each phase, 50 at a time: connections that nobody answers and nobody closes.

use std::time::{Duration, Instant};

use lark_core::{Event, EventKeys, EventRouter, Value};
use lark_sandbox::{ClientConfig, ConnectionFault, Fault, Sandbox, Times};

use crate::bot::{Bot, client, until};

const CONNECTIONS: u32 = 50;
const SECOND: Duration = Duration::from_secs(1);

enum Hole {
    /// What goes wrong with the first connections.
    First(fn(&Sandbox)),
    /// What goes wrong with open ones.
    Open(ConnectionFault),
}

/// No black hole holds a connection.
pub(crate) async fn run() {
    let holes: [(&str, Hole); 7] = [
        ("discovery", Hole::First(|it| it.fault("callback.ws.endpoint", all(), Fault::hang()))),
        ("connect", Hole::First(|it| it.connection_fault(all(), ConnectionFault::connect_hole()))),
        (
            "TLS and upgrade",
            Hole::First(|it| it.connection_fault(all(), ConnectionFault::silent_hole())),
        ),
        ("upgrade", Hole::First(|it| it.fault("callback.ws.connect", all(), Fault::hang()))),
        ("first frame", Hole::First(|it| it.connection_fault(all(), ConnectionFault::silence()))),
        ("silence", Hole::Open(ConnectionFault::silence())),
        ("half open", Hole::Open(ConnectionFault::half_open())),
    ];
    for (name, hole) in holes {
        // Half-open connections count as connections of the app, of which there are 50 at most.
        let (rounds, count) = match hole {
            Hole::First(_) => (1, CONNECTIONS),
            Hole::Open(_) => (2, CONNECTIONS / 2),
        };
        for _ in 0..rounds {
            let time = fall_into(&hole, count as usize).await;
            println!("{name}: {count} of {count} back after {time:.1?}");
        }
    }
}

/// Has connections fall into a hole, and waits until all are out of it.
async fn fall_into(hole: &Hole, count: usize) -> Duration {
    let sandbox = Sandbox::start().await.expect("a free port");
    // Silence is 31 s.
    sandbox.client_config(ClientConfig {
        reconnect_count: -1,
        reconnect_interval: 1,
        reconnect_nonce: 1,
        ping_interval: 1,
    });
    if let Hole::First(hole) = hole {
        hole(&sandbox);
    }
    let since = Instant::now();
    let client = client(&sandbox);
    let router = EventRouter::builder(EventKeys::none())
        .fallback(|_: Event<Value>| async { Ok(()) })
        .build()
        .expect("a router");
    let start = || Bot::start(&client, router.clone(), |it| it.keep_router());
    let bots: Vec<_> = (0..count).map(|_| start()).collect();
    if let Hole::Open(fault) = hole {
        for bot in &bots {
            bot.connected().await;
        }
        assert_eq!(sandbox.break_connections(fault.clone()), count);
        until(60 * SECOND, || bots.iter().all(|bot| bot.handle.health().connections >= 2)).await;
    }
    // The attempt and the wait after it.
    until(60 * SECOND, || bots.iter().all(|bot| bot.handle.state().is_connected())).await;
    let time = since.elapsed();
    for bot in bots {
        bot.stop().await.expect("a stop");
    }
    time
}

fn all() -> Times {
    Times::Next(CONNECTIONS)
}
