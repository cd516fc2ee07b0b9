//! Single flight: work that many callers wait for runs once, in its own task.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

/// Pause after a failure, before work without waiting callers is started again.
const PAUSE: Duration = Duration::from_secs(5);

/// A slot for work whose outcome, a `V`, is shared by all waiting callers.
///
/// Keep it behind the lock of the state that the work changes. The work records its end with
/// [`succeeded`](Self::succeeded) or [`failed`](Self::failed) under the lock under which it stores
/// its result, so that both become visible together.
#[derive(Debug)]
pub struct SingleFlight<V> {
    flight: Option<Flight<V>>,
    paused_until: Option<Instant>,
}

/// Work in progress.
#[derive(Clone, Debug)]
pub struct Flight<V> {
    outcome: watch::Receiver<Option<V>>,
}

impl<V: Clone + Send + Sync + 'static> SingleFlight<V> {
    /// The work in progress. `None` also if its task ended without an outcome, because its runtime
    /// was shut down or it panicked.
    pub fn current(&mut self) -> Option<Flight<V>> {
        self.flight.take_if(|flight| flight.outcome.has_changed().is_err());
        self.flight.clone()
    }

    /// Starts `work` in its own task, so that a cancelled caller does not end it. Only while there
    /// is no [`current`](Self::current) work.
    pub fn start(&mut self, work: impl Future<Output = V> + Send + 'static) -> Flight<V> {
        let (sender, outcome) = watch::channel(None);
        tokio::spawn(async move {
            // There may be no waiting call any more.
            _ = sender.send(Some(work.await));
        });
        self.flight.insert(Flight { outcome }).clone()
    }

    /// Records that the work has ended well.
    pub fn succeeded(&mut self) {
        *self = Self::default();
    }

    /// Records that the work has failed; a pause of 5 s begins.
    pub fn failed(&mut self) {
        *self = Self { flight: None, paused_until: Some(Instant::now() + PAUSE) };
    }

    /// Whether the work failed less than 5 s ago, so that it should not be started ahead of time.
    /// Work that is needed immediately is started nevertheless.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.paused_until.is_some_and(|until| Instant::now() < until)
    }

    /// Whether there is neither work nor a pause, so that the slot may be dropped.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.flight.is_none() && !self.is_paused()
    }
}

impl<V> Default for SingleFlight<V> {
    fn default() -> Self {
        Self { flight: None, paused_until: None }
    }
}

impl<V: Clone> Flight<V> {
    /// Waits for the outcome. `None` if there will be none, because the runtime of the work was
    /// shut down: start again.
    pub async fn outcome(mut self) -> Option<V> {
        self.outcome.wait_for(Option::is_some).await.ok()?.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tokio::sync::Notify;
    use tokio::time::advance;

    use super::*;

    #[tokio::test]
    async fn all_who_wait_share_one_outcome() {
        let mut slot = SingleFlight::default();
        assert!(slot.current().is_none() && slot.is_idle());
        let flight = slot.start(async { 7 });
        let joined = slot.current().expect("it is in progress");
        assert!(!slot.is_idle());
        assert_eq!(tokio::join!(flight.outcome(), joined.outcome()), (Some(7), Some(7)));
    }

    #[tokio::test]
    async fn work_goes_on_when_nobody_waits_any_more() {
        let slot = Arc::new(Mutex::new(SingleFlight::default()));
        let (release, done) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let work = {
            let (slot, release, done) = (slot.clone(), release.clone(), done.clone());
            async move {
                release.notified().await;
                slot.lock().expect("no panic").succeeded();
                done.notify_one();
            }
        };
        drop(slot.lock().expect("no panic").start(work).outcome());
        assert!(slot.lock().expect("no panic").current().is_some());
        release.notify_one();
        done.notified().await;
        assert!(slot.lock().expect("no panic").is_idle());
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_pauses_for_five_seconds_and_a_success_ends_the_pause() {
        let mut slot = SingleFlight::<()>::default();
        slot.failed();
        assert!(slot.is_paused() && !slot.is_idle());
        advance(PAUSE - Duration::from_millis(1)).await;
        assert!(slot.is_paused());
        advance(Duration::from_millis(1)).await;
        assert!(!slot.is_paused() && slot.is_idle());
        slot.failed();
        slot.succeeded();
        assert!(!slot.is_paused() && slot.is_idle());
    }

    #[test]
    fn work_whose_runtime_is_gone_is_no_longer_in_progress() {
        let mut slot = SingleFlight::<()>::default();
        let runtime = || tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let first = runtime();
        let flight = first.block_on(async { slot.start(std::future::pending()) });
        assert!(slot.current().is_some());
        drop(first);
        assert_eq!(runtime().block_on(flight.outcome()), None);
        assert!(slot.current().is_none());
    }
}
