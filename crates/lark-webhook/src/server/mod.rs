//! The HTTP server: its socket, its connections, and its shutdown.

mod accept;
mod builder;
mod connection;
mod connections;
mod error;
mod routes;
mod shutdown;
mod timeouts;

use std::fmt::Debug;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use lark_core::__private::shutdown_signal;
use lark_core::EventRouter;
use tokio::net::{TcpListener, ToSocketAddrs};
use tokio::task::JoinSet;
use tokio::time::sleep;

pub use self::builder::ServerBuilder;
pub use self::error::ServeError;
pub use self::shutdown::{AppShutdownReport, ServerShutdownReport};

use self::accept::Acceptor;
use self::connection::log_panic;
use self::connections::Connections;
use self::routes::{Phase, Routes};
use self::shutdown::shutdown;
use self::timeouts::Timeouts;

/// Serves one app at every path but `/healthz`, until the process is asked to stop (SIGTERM or
/// SIGINT; Ctrl-C on Windows). Then requests in progress are answered, within 8 s.
///
/// For other settings see [`Server::builder`].
///
/// # Errors
/// The server cannot listen on the address, or signals cannot be received.
///
/// ```no_run
/// # async fn run(router: lark_core::EventRouter) -> lark_core::Result<()> {
/// let report = lark_webhook::serve("0.0.0.0:8080", router).await?;
/// println!("{} events were stopped", report.stopped().count());
/// # Ok(()) }
/// ```
pub async fn serve(
    address: impl ToSocketAddrs + Debug,
    router: EventRouter,
) -> Result<ServerShutdownReport, ServeError> {
    Server::builder().any_path(router).bind(address).await?.run().await
}

/// A server that listens. Until it runs, connections wait in the backlog of the operating system.
///
/// It speaks HTTP/1.1 without TLS, which is left to a reverse proxy in front of it. Dropping the
/// server, or the future of [`run`](Self::run), closes all connections at once.
#[derive(Debug)]
#[must_use = "a server serves nothing until it runs"]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    routes: Arc<Routes>,
    timeouts: Timeouts,
    max_connections: usize,
    shutdown_delay: Duration,
    shutdown_timeout: Duration,
}

impl Server {
    /// A builder, which needs at least one app.
    pub fn builder() -> ServerBuilder {
        ServerBuilder::new()
    }

    /// The address on which it listens.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Serves until the process is asked to stop: SIGTERM or SIGINT, Ctrl-C on Windows. From the
    /// first call on, these signals no longer end the process by themselves.
    ///
    /// # Errors
    /// The signals cannot be received.
    pub async fn run(self) -> Result<ServerShutdownReport, ServeError> {
        let stop = shutdown_signal().map_err(ServeError::Signal)?;
        Ok(self.run_until(stop).await)
    }

    /// Serves until `stop` resolves.
    ///
    /// Then the health check answers 503. After the shutdown delay, new connections are refused,
    /// requests in progress are answered, and all routers are shut down. This takes at most the
    /// delay, the timeout and 2 s; then no task of the server is left.
    pub async fn run_until(self, stop: impl Future<Output = ()>) -> ServerShutdownReport {
        let Self { listener, address, routes, timeouts, .. } = self;
        tracing::info!(target: "lark_webhook", %address, "serving");
        let open = Arc::new(Connections::default());
        let mut acceptor = Acceptor::new(listener, self.max_connections, Arc::clone(&open));
        let mut connections = JoinSet::new();
        let stopped = async {
            stop.await;
            routes.phase.send_replace(Phase::NotReady);
            tracing::info!(target: "lark_webhook", delay = ?self.shutdown_delay, "shutting down");
            if !self.shutdown_delay.is_zero() {
                sleep(self.shutdown_delay).await;
            }
        };
        let mut stopped = std::pin::pin!(stopped);
        loop {
            tokio::select! {
                biased;
                () = &mut stopped => break,
                Some(result) = connections.join_next() => log_panic(result),
                (socket, permit) = acceptor.accept() => {
                    let (routes, open) = (Arc::clone(&routes), open.open(timeouts));
                    connections.spawn(connection::serve(socket, routes, open, permit));
                }
            }
        }
        // From here on connections are refused.
        drop(acceptor);
        let report = shutdown(&routes, connections, self.shutdown_timeout).await;
        let (stopped, aborted) = (report.stopped().count(), report.aborted_connections);
        tracing::info!(target: "lark_webhook", stopped, aborted, "shut down");
        report
    }
}
