//! When the apps of the marketplace get their tickets: every hour.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

const PERIOD: Duration = Duration::from_secs(60 * 60);

/// When each app that has subscribed gets its next ticket.
#[derive(Default)]
pub(super) struct TicketSchedule(Mutex<HashMap<String, SystemTime>>);

impl TicketSchedule {
    /// From now on the app gets its ticket every hour; the first one in an hour.
    pub(super) fn begin(&self, app_id: &str, now: SystemTime) {
        crate::lock(&self.0).entry(app_id.to_owned()).or_insert(now + PERIOD);
    }

    pub(super) fn end(&self, app_id: &str) {
        crate::lock(&self.0).remove(app_id);
    }

    /// The apps whose hour has come. If the clock was moved by several hours at once, it comes once.
    pub(super) fn take_due(&self, now: SystemTime) -> Vec<String> {
        let mut due = Vec::new();
        for (app_id, at) in crate::lock(&self.0).iter_mut() {
            if *at <= now {
                *at = now + PERIOD;
                due.push(app_id.clone());
            }
        }
        due
    }

    pub(super) fn next_due(&self) -> Option<SystemTime> {
        crate::lock(&self.0).values().copied().min()
    }
}
