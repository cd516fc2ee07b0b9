//! The pace of edits of a document.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// The window of the platform's limit.
const WINDOW: Duration = Duration::from_secs(1);

/// Lets a number of edits through in any second.
#[derive(Debug)]
pub(super) struct Pace {
    /// 0: as fast as it goes.
    pub(super) edits_per_second: usize,
    passed: VecDeque<Instant>,
}

impl Pace {
    pub(super) fn new(edits_per_second: usize) -> Self {
        Self { edits_per_second, passed: VecDeque::new() }
    }

    /// Waits until one more edit may be sent.
    pub(super) async fn wait(&mut self) {
        if self.edits_per_second == 0 {
            return;
        }
        if self.passed.len() >= self.edits_per_second
            && let Some(first) = self.passed.pop_front()
        {
            sleep_until(first + WINDOW).await;
        }
        self.passed.push_back(Instant::now());
    }
}
