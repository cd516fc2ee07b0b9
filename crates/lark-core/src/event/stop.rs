//! The end of a router's patience.

use tokio::sync::Semaphore;

use crate::util::unless;

/// Set once, when the shutdown stops what is still running.
pub(super) struct Stop(Semaphore);

impl Default for Stop {
    fn default() -> Self {
        Self(Semaphore::new(0))
    }
}

impl Stop {
    pub(super) fn set(&self) {
        self.0.close();
    }

    /// Waits until it is set.
    pub(super) async fn wait(&self) {
        // Without a permit, only closing ends the wait.
        _ = self.0.acquire().await;
    }

    /// Waits for `work`; `None` if the shutdown stops it before.
    pub(super) async fn unless_stopped<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        unless(work, self.wait()).await
    }
}
