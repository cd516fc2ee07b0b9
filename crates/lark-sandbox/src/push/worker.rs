//! Sends what is due.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use super::Pusher;
use super::attempt::AttemptKind;

/// The clock of a sandbox may stand still while the computer's goes on.
const SHORTEST_WAIT: Duration = Duration::from_millis(10);

impl Pusher {
    /// Sends events when they are due, until dropped. `push_ticket` is called with each app whose
    /// hourly ticket is due.
    pub(crate) async fn run(self: Arc<Self>, push_ticket: impl Fn(&str)) {
        let mut pushes = JoinSet::new();
        loop {
            let now = self.services.now();
            self.tickets.take_due(now).iter().for_each(|app_id| push_ticket(app_id));
            while let Some(event) = self.log().claim_due(now) {
                let pusher = Arc::clone(&self);
                pushes.spawn(async move {
                    pusher.attempt_claimed(&event, AttemptKind::Scheduled).await;
                });
            }
            let next = self.next_due();
            let wait =
                next.map(|due| due.duration_since(now).unwrap_or_default().max(SHORTEST_WAIT));
            tokio::select! {
                () = self.woken() => {}
                () = tokio::time::sleep(wait.unwrap_or_default()), if wait.is_some() => {}
                Some(_) = pushes.join_next() => {}
            }
        }
    }
}
