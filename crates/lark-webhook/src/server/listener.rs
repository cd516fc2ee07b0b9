//! The server: it listens, and stops when it is told to.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::accept::Acceptor;
use super::builder::ServerBuilder;
use super::connection::{self, mourn};
use super::ending::{Ended, end};
use super::error::ServeError;
use super::pace::Limits;
use super::signal;
use super::site::{Phase, Site};

/// A server that listens. Until it runs, connections wait in the queue of the system.
///
/// It speaks HTTP/1.1 without TLS: a reverse proxy in front of it does TLS. Dropping it, or the
/// future of [`run`](Self::run), closes all connections at once.
#[derive(Debug)]
#[must_use = "a server serves nothing until it runs"]
pub struct Server {
    pub(super) listener: TcpListener,
    pub(super) address: SocketAddr,
    pub(super) site: Arc<Site>,
    pub(super) limits: Limits,
    pub(super) max_connections: usize,
    pub(super) notice: Duration,
    pub(super) shutdown_limit: Duration,
}

impl Server {
    /// The settings of a server, to be given at least one app.
    pub fn builder() -> ServerBuilder {
        ServerBuilder::new()
    }

    /// The address it listens on.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Serves until the process is asked to stop: SIGTERM or SIGINT, Ctrl-C on Windows. From then on
    /// these signals no longer end the process by themselves.
    ///
    /// # Errors
    /// The signals cannot be received.
    pub async fn run(self) -> Result<Ended, ServeError> {
        let stop = signal::stop().map_err(ServeError::Signal)?;
        Ok(self.run_until(stop).await)
    }

    /// Serves until `stop` resolves.
    ///
    /// Then the health check says 503; after the notice, connections are refused, what is under way
    /// is answered, and all routers are shut down. It takes at most the notice, the limit and 2 s,
    /// and when it is over, no task of the server is left.
    pub async fn run_until(self, stop: impl Future<Output = ()>) -> Ended {
        let Self { listener, address, site, limits, .. } = self;
        tracing::info!(target: "lark_webhook", %address, "serving");
        let acceptor = Acceptor::new(listener, self.max_connections);
        let mut connections = JoinSet::new();
        let leave = async {
            stop.await;
            site.phase.send_replace(Phase::Leaving);
            tracing::info!(target: "lark_webhook", notice = ?self.notice, "told to stop");
            if !self.notice.is_zero() {
                sleep(self.notice).await;
            }
        };
        let mut leave = std::pin::pin!(leave);
        loop {
            tokio::select! {
                biased;
                () = &mut leave => break,
                Some(ended) = connections.join_next() => mourn(ended),
                (socket, permit) = acceptor.accept() => {
                    let site = Arc::clone(&site);
                    connections.spawn(connection::serve(socket, site, limits, permit));
                }
            }
        }
        // From here on connections are refused.
        drop(acceptor);
        let ended = end(&site, connections, self.shutdown_limit).await;
        let (stopped, cut) = (ended.stopped().count(), ended.cut_connections);
        tracing::info!(target: "lark_webhook", stopped, cut, "ended");
        ended
    }
}
