//! The shutdown of a server: requests in progress are answered, the rest is reported.

use std::time::Duration;

use lark_core::{EventHeader, ShutdownReport};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use super::connection::log_panic;
use super::routes::{Phase, Routes};

/// Time to send the responses of handlers that were stopped.
const RESPONSE_GRACE: Duration = Duration::from_secs(1);

/// The longest timeout: adding `Duration::MAX` to an `Instant` would overflow.
const MAX_TIMEOUT: Duration = Duration::from_secs(365 * 24 * 3600);

/// What the shutdown of a server left undone.
#[derive(Debug)]
#[non_exhaustive]
pub struct ServerShutdownReport {
    /// The shutdown of each app's router, in the order of their paths.
    pub apps: Vec<AppShutdownReport>,
    /// Number of connections that were closed at the timeout, before their requests were answered.
    pub aborted_connections: usize,
}

impl ServerShutdownReport {
    /// The events of all apps whose handlers were stopped or had not begun. The platform pushes them
    /// again, unless they were acknowledged first
    /// ([`Acknowledge::First`](lark_core::Acknowledge::First)).
    pub fn stopped(&self) -> impl Iterator<Item = &EventHeader> {
        self.apps.iter().flat_map(|app| &app.report.stopped)
    }
}

/// The shutdown of one app's router.
#[derive(Debug)]
#[non_exhaustive]
pub struct AppShutdownReport {
    /// The path of the app; `*` for the one at any path.
    pub path: String,
    /// The report of its router. A router at several paths reports its events at one of them.
    pub report: ShutdownReport,
}

/// Shuts connections and routers down within `timeout`, and a little more to answer for what is
/// stopped then.
pub(super) async fn shutdown(
    routes: &Routes,
    mut connections: JoinSet<()>,
    timeout: Duration,
) -> ServerShutdownReport {
    let deadline = Instant::now() + timeout.min(MAX_TIMEOUT);
    routes.phase.send_replace(Phase::Closing);
    let mut routers = JoinSet::new();
    for (path, router) in routes.routers() {
        let (path, router) = (path.to_owned(), router.clone());
        routers.spawn(
            async move { AppShutdownReport { report: router.shutdown(timeout).await, path } },
        );
    }
    let mut apps = routers.join_all().await;
    apps.sort_by(|a, b| a.path.cmp(&b.path));
    let deadline = deadline.max(Instant::now() + RESPONSE_GRACE);
    let all_closed = async {
        while let Some(result) = connections.join_next().await {
            log_panic(result);
        }
    };
    _ = timeout_at(deadline, all_closed).await;
    let aborted_connections = connections.len();
    connections.shutdown().await;
    ServerShutdownReport { apps, aborted_connections }
}
