//! The rate limits of a hook.

use std::collections::VecDeque;
use std::time::{Duration, SystemTime};

/// So many in so long. Source: the platform's page on custom bots.
const RULES: [(usize, Duration); 2] = [(5, Duration::from_secs(1)), (100, Duration::from_secs(60))];

/// The messages of the last minute.
#[derive(Default)]
pub(super) struct HookLimit(VecDeque<SystemTime>);

impl HookLimit {
    /// Counts a message, unless it is one too many.
    pub(super) fn admit(&mut self, now: SystemTime) -> bool {
        let since = |sent: &SystemTime| now.duration_since(*sent).unwrap_or_default();
        self.0.retain(|sent| since(sent) < RULES[1].1);
        let full = RULES.iter().any(|(most, window)| {
            self.0.iter().filter(|sent| since(sent) < *window).count() >= *most
        });
        if !full {
            self.0.push_back(now);
        }
        !full
    }
}
