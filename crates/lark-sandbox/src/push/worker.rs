//! Sends what is due.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use super::{attempt, hourly_ticket};
use crate::platform::Platform;

/// The clock of a sandbox may stand still while the computer's goes on.
const SHORTEST_WAIT: Duration = Duration::from_millis(10);

/// Sends events when they are due, until dropped.
pub(crate) async fn run(platform: Arc<Platform>) {
    let mut pushes = JoinSet::new();
    loop {
        let now = platform.timeline.now();
        hourly_ticket::publish_due(&platform, now);
        while let Some(event) = platform.outbox.book().claim_due(now) {
            let platform = Arc::clone(&platform);
            pushes.spawn(async move {
                attempt::claimed(&platform, &event, false).await;
            });
        }
        let next = platform.outbox.book().next_due();
        let wait = next.map(|due| due.duration_since(now).unwrap_or_default().max(SHORTEST_WAIT));
        tokio::select! {
            () = platform.outbox.wake.notified() => {}
            () = tokio::time::sleep(wait.unwrap_or_default()), if wait.is_some() => {}
            Some(_) = pushes.join_next() => {}
        }
    }
}
