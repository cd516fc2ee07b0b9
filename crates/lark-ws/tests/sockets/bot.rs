//! A connection to the sandbox that runs.

use std::time::{Duration, Instant};

use lark_core::{Client, EventRouter};
use lark_sandbox::Sandbox;
use lark_test_support::watched;
use lark_ws::Connection;
use tokio::time::sleep;

pub(crate) use self::running::Bot;

#[path = "running.rs"]
mod running;

/// A client of the sandbox's app, whose traces and errors are searched for secrets.
pub(crate) fn client(sandbox: &Sandbox) -> Client {
    let builder = Client::builder(sandbox.app_id(), sandbox.app_secret());
    watched(builder.base_url(sandbox.base_url())).build().expect("the sandbox's settings are fine")
}

impl Bot {
    pub(crate) fn start(
        client: &Client,
        router: EventRouter,
        options: impl FnOnce(Connection) -> Connection,
    ) -> Self {
        Self::running(options(lark_ws::connect(client, router)))
    }
}

/// Waits until something holds that happens in real time.
pub(crate) async fn until(limit: Duration, mut holds: impl FnMut() -> bool) -> Duration {
    let since = Instant::now();
    while !holds() {
        assert!(since.elapsed() < limit, "not within {limit:?}");
        sleep(Duration::from_millis(5)).await;
    }
    since.elapsed()
}
