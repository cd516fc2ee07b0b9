//! A server in a task beside the test.

use std::net::SocketAddr;

use lark_webhook::{ServerBuilder, ServerShutdownReport};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<ServerShutdownReport>,
}

impl Running {
    pub(crate) async fn start(builder: ServerBuilder) -> Self {
        let server = builder.bind("127.0.0.1:0").await.expect("a free port");
        let address = server.local_addr();
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(server.run_until(async {
            stopped.await.expect("the test sends");
        }));
        Self { address, stop: Some(stop), task }
    }

    /// Begins the shutdown and does not wait for its end.
    pub(crate) fn stop(&mut self) {
        self.stop.take().expect("stopped once").send(()).expect("the server runs");
    }

    /// The report of its shutdown, which begins now unless it has begun.
    pub(crate) async fn end(mut self) -> ServerShutdownReport {
        if self.stop.is_some() {
            self.stop();
        }
        self.task.await.expect("the server does not panic")
    }
}
