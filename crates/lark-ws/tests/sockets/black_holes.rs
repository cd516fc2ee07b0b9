//! Black holes in each phase, 50 at a time: connections that nobody answers and nobody closes.

use std::time::{Duration, Instant};

use lark_core::{Event, EventKeys, EventRouter, Value};
use lark_sandbox::{ClientConfig, ConnectionFault, Fault, Sandbox, Times};

use crate::{Bot, client, until};

const CONNECTIONS: u32 = 50;
const SECOND: Duration = Duration::from_secs(1);

enum Hole {
    /// What goes wrong with the first connections.
    First(fn(&Sandbox)),
    /// What goes wrong with open ones.
    Open(ConnectionFault),
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "four minutes of real time"]
async fn no_black_hole_holds_a_connection() {
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
        let sandbox = Sandbox::start().await.expect("a free port");
        // Silence is 31 s.
        sandbox.client_config(ClientConfig {
            reconnect_count: -1,
            reconnect_interval: 1,
            reconnect_nonce: 1,
            ping_interval: 1,
        });
        if let Hole::First(hole) = &hole {
            hole(&sandbox);
        }
        let since = Instant::now();
        let client = client(&sandbox);
        let router = EventRouter::builder(EventKeys::none())
            .fallback(|_: Event<Value>| async { Ok(()) })
            .build()
            .expect("a router");
        let start = || Bot::start(&client, router.clone(), |it| it.keep_router());
        let bots: Vec<_> = (0..CONNECTIONS).map(|_| start()).collect();
        if let Hole::Open(fault) = hole {
            for bot in &bots {
                bot.connected().await;
            }
            assert_eq!(sandbox.break_connections(fault), CONNECTIONS as usize);
            until(60 * SECOND, || bots.iter().all(|bot| bot.handle.health().connections >= 2))
                .await;
        }
        // The attempt and the wait after it.
        until(60 * SECOND, || bots.iter().all(|bot| bot.handle.state().is_connected())).await;
        #[allow(clippy::print_stderr, reason = "the findings of a measurement")]
        {
            eprintln!("{name}: {CONNECTIONS} of {CONNECTIONS} back after {:.1?}", since.elapsed());
        }
        for bot in bots {
            bot.stop().await.expect("a stop");
        }
    }
}

fn all() -> Times {
    Times::Next(CONNECTIONS)
}
