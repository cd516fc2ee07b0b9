//! A server that runs beside the test.

use std::net::SocketAddr;

use lark_webhook::{Ended, ServerBuilder};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<Ended>,
}

impl Running {
    pub(crate) async fn start(builder: ServerBuilder) -> Self {
        let server = builder.bind("127.0.0.1:0").await.expect("a free port");
        let address = server.local_addr();
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(server.run_until(async {
            stopped.await.expect("the test says so");
        }));
        Self { address, stop: Some(stop), task }
    }

    /// Tells the server to stop, and does not wait.
    pub(crate) fn tell(&mut self) {
        self.stop.take().expect("told once").send(()).expect("the server runs");
    }

    /// How it ended; tells it to if nobody did.
    pub(crate) async fn end(mut self) -> Ended {
        if self.stop.is_some() {
            self.tell();
        }
        self.task.await.expect("the server does not panic")
    }
}
