//! A process that is stopped for a minute, as by Ctrl-Z or a hypervisor, and goes on.

use std::env;
use std::process::Stdio;
use std::time::Duration;

use lark_core::{Client, Event, EventKeys, EventRouter, Value};
use lark_sandbox::{ConnectionFault, Sandbox};
use tokio::process::Command;
use tokio::time::sleep;

use crate::bot::until;

/// Set for the process that is stopped.
const BASE_URL: &str = "LARK_WS_STOPPED_BASE_URL";
const SECOND: Duration = Duration::from_secs(1);

/// Is the process that is stopped, if it is.
pub(crate) async fn be_stopped() -> bool {
    let Ok(base_url) = env::var(BASE_URL) else { return false };
    let (app, secret) = (env::var("LARK_APP_ID"), env::var("LARK_APP_SECRET"));
    let client = Client::builder(app.expect("set"), secret.expect("set"));
    let client = client.base_url(base_url).build().expect("a client");
    let router = EventRouter::builder(EventKeys::none())
        .fallback(|_: Event<Value>| async { Ok(()) })
        .build()
        .expect("a router");
    lark_ws::serve_until(&client, router, std::future::pending()).await.expect("no end");
    true
}

/// A stopped process is back within 10 s.
pub(crate) async fn run() {
    // Once the server hangs up meanwhile, once nobody tells.
    for is_silent in [false, true] {
        let sandbox = Sandbox::start().await.expect("a free port");
        let mut bot = Command::new(env::current_exe().expect("this program"))
            .env(BASE_URL, sandbox.base_url())
            .env("LARK_APP_ID", sandbox.app_id())
            .env("LARK_APP_SECRET", sandbox.app_secret())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("this program");
        let process = bot.id().expect("it runs").to_string();
        until(10 * SECOND, || sandbox.connections_opened() == 1).await;
        sleep(SECOND).await;
        signal("-STOP", &process).await;
        sleep(30 * SECOND).await;
        match is_silent {
            true => _ = sandbox.break_connections(ConnectionFault::half_open()),
            false => _ = sandbox.close_connections(),
        }
        sleep(30 * SECOND).await;
        assert_eq!(sandbox.connections_opened(), 1);
        signal("-CONT", &process).await;
        let back = until(10 * SECOND, || sandbox.connections_opened() == 2).await;
        println!("stopped for a minute, silent: {is_silent}: back after {back:.1?}");
        bot.kill().await.expect("it runs");
    }
}

async fn signal(name: &str, process: &str) {
    let sent = Command::new("kill").args([name, process]).status().await;
    assert!(sent.expect("kill is there").success());
}
