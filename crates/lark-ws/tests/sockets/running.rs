//! A connection in a task.

use std::time::Duration;

use lark_ws::{Connection, Ended, Error, Handle};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::sleep;

/// A bot that runs.
pub(crate) struct Bot {
    pub(crate) handle: Handle,
    stop: oneshot::Sender<()>,
    run: JoinHandle<Result<Ended, Error>>,
}

#[allow(dead_code, reason = "not each program needs all of it")]
impl Bot {
    pub(crate) fn running(connection: Connection) -> Self {
        let handle = connection.handle();
        let (stop, stopped) = oneshot::channel();
        let run = tokio::spawn(connection.run(async { _ = stopped.await }));
        Self { handle, stop, run }
    }

    /// Waits until it is connected.
    pub(crate) async fn connected(&self) {
        let mut state = self.handle.watch();
        state.wait_for(|state| state.is_connected()).await.expect("it runs");
    }

    pub(crate) async fn stop(self) -> Result<Ended, Error> {
        drop(self.stop);
        self.run.await.expect("no panic")
    }

    /// Drops its future.
    pub(crate) async fn drop_it(self) {
        self.run.abort();
        _ = self.run.await;
        // The runtime drops the rest.
        sleep(Duration::from_secs(1)).await;
    }

    /// Waits until it ends by itself.
    pub(crate) async fn ended(self) -> Result<Ended, Error> {
        let ended = self.run.await.expect("no panic");
        drop(self.stop);
        ended
    }
}
