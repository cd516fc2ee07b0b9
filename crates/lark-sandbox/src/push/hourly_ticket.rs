//! Tickets of marketplace apps, every hour.

use std::time::{Duration, SystemTime};

use super::DeliveryLog;
use crate::platform::Platform;

const PERIOD: Duration = Duration::from_secs(60 * 60);

/// Pushes the tickets whose hour has come. If the clock was moved by several hours at once, one comes.
pub(super) fn publish_due(platform: &Platform, now: SystemTime) {
    let mut due = Vec::new();
    for (app_id, at) in &mut platform.outbox.book().tickets_due {
        if *at <= now {
            *at = now + PERIOD;
            due.push(app_id.clone());
        }
    }
    for app_id in due {
        let ticket = platform.tickets.current(&app_id, &platform.ids);
        platform.push_ticket(&app_id, &ticket);
    }
}

impl DeliveryLog {
    /// From now on the app gets its ticket every hour; the first one in an hour.
    pub(super) fn begin_tickets(&mut self, app_id: &str, now: SystemTime) {
        self.tickets_due.entry(app_id.to_owned()).or_insert(now + PERIOD);
    }
}
