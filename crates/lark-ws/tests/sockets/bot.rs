//! A connection to the sandbox that runs.

use std::time::{Duration, Instant};

use lark_core::{Client, EventRouter};
use lark_sandbox::Sandbox;
use lark_test_support::watched;
use lark_ws::{Connection, Ended, Error, Handle};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::sleep;

/// A client of the sandbox's app, whose traces and errors are searched for secrets.
pub(crate) fn client(sandbox: &Sandbox) -> Client {
    let builder = Client::builder(sandbox.app_id(), sandbox.app_secret());
    watched(builder.base_url(sandbox.base_url())).build().expect("the sandbox's settings are fine")
}

/// A connection that runs.
pub(crate) struct Bot {
    pub(crate) handle: Handle,
    stop: oneshot::Sender<()>,
    run: JoinHandle<Result<Ended, Error>>,
}

impl Bot {
    pub(crate) fn start(
        client: &Client,
        router: EventRouter,
        options: impl FnOnce(Connection) -> Connection,
    ) -> Self {
        let connection = options(lark_ws::connect(client, router));
        let handle = connection.handle();
        let (stop, stopped) = oneshot::channel();
        let run = tokio::spawn(connection.run(async { _ = stopped.await }));
        Self { handle, stop, run }
    }

    pub(crate) async fn connected(&self) {
        let mut state = self.handle.watch();
        state.wait_for(|state| state.is_connected()).await.expect("it runs");
    }

    pub(crate) async fn stop(self) -> Result<Ended, Error> {
        drop(self.stop);
        self.run.await.expect("no panic")
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
