//! The end of a server: what is under way is answered, and the rest told.

use std::time::Duration;

use lark_core::{EventHeader, ShutdownReport};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use super::connection::mourn;
use super::site::{Phase, Site};

/// How long answers of handlers that were stopped may take to be sent.
const LAST_ANSWERS: Duration = Duration::from_secs(1);

/// What "without a limit" means to clocks, which overflow.
const FAR: Duration = Duration::from_secs(365 * 24 * 3600);

/// What the end of a server left.
#[derive(Debug)]
#[non_exhaustive]
pub struct Ended {
    /// What the shutdown of each app's router gave back, in the order of the paths.
    pub apps: Vec<AppDrained>,
    /// The connections that were closed before their requests were answered, because the time was
    /// up.
    pub cut_connections: usize,
}

impl Ended {
    /// The events of all apps whose handlers were stopped or had not begun. Unless they had been
    /// acknowledged ahead ([`Acknowledge::First`](lark_core::Acknowledge::First)), the platform
    /// pushes them again.
    pub fn stopped(&self) -> impl Iterator<Item = &EventHeader> {
        self.apps.iter().flat_map(|app| &app.drained.stopped)
    }
}

/// What the shutdown of one router gave back.
#[derive(Debug)]
#[non_exhaustive]
pub struct AppDrained {
    /// The path of the app; `*` for the one at any path.
    pub path: String,
    /// What its router gave back. A router at several paths gives it back at one of them.
    pub drained: ShutdownReport,
}

/// Ends connections and routers within `limit`, and a little more for what is stopped then.
pub(super) async fn end(site: &Site, mut connections: JoinSet<()>, limit: Duration) -> Ended {
    let deadline = Instant::now() + limit.min(FAR);
    site.phase.send_replace(Phase::Closing);
    let mut routers = JoinSet::new();
    for (path, router) in site.routers() {
        let (path, router) = (path.to_owned(), router.clone());
        routers.spawn(async move { AppDrained { drained: router.shutdown(limit).await, path } });
    }
    let mut apps = routers.join_all().await;
    apps.sort_by(|a, b| a.path.cmp(&b.path));
    let last = deadline.max(Instant::now() + LAST_ANSWERS);
    let all = async {
        while let Some(ended) = connections.join_next().await {
            mourn(ended);
        }
    };
    _ = timeout_at(last, all).await;
    let cut_connections = connections.len();
    connections.shutdown().await;
    Ended { apps, cut_connections }
}
