//! Single flight: work that many callers wait for runs once, in its own task.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, timeout};

use super::spawn;

/// Pause after a failure, before work without waiting callers is started again.
const PAUSE: Duration = Duration::from_secs(5);
/// Shortest and longest time from the start of work that failed to the next start. The second attempt
/// may follow at once, and from then on the time is doubled for each failure in a row. Work that took
/// longer than that, such as one with retries, is not held up.
const INTERVAL: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(10));
/// How long failures in a row are counted.
const MEMORY: Duration = Duration::from_secs(30);

/// Interval at which work shows that its runtime drives it.
const BEAT: Duration = Duration::from_secs(1);
/// Time in which a caller wants to see that, two times in a row.
const STALL: Duration = Duration::from_secs(2);

/// A slot for work whose outcome, a `V`, is shared by all waiting callers.
///
/// Keep it behind the lock of the state that the work changes. The work records its end with
/// [`succeeded`](Self::succeeded) or [`failed`](Self::failed) under the lock under which it stores
/// its result, so that both become visible together.
#[derive(Debug)]
pub struct SingleFlight<V> {
    flight: Option<Flight<V>>,
    started_at: Option<Instant>,
    failure: Option<Failure<V>>,
}

/// The last of some failures in a row.
#[derive(Debug)]
struct Failure<V> {
    /// What callers get instead of new work; `None` if nothing is gained by waiting.
    outcome: Option<V>,
    count: u32,
    at: Instant,
    next_start: Instant,
}

/// Work in progress.
#[derive(Clone, Debug)]
pub struct Flight<V> {
    outcome: watch::Receiver<Option<V>>,
    pulse: Arc<Pulse>,
}

/// Whether work is driven. A runtime of a single thread drives its tasks only while its program
/// waits for something there.
#[derive(Debug, Default)]
struct Pulse {
    beats: AtomicU64,
    /// Whether a caller saw no beat and gave the work up.
    is_lost: AtomicBool,
}

impl<V: Clone + Send + Sync + 'static> SingleFlight<V> {
    /// The work in progress. `None` also if its task ended without an outcome, because its runtime
    /// was shut down or it panicked, or if nobody drives that runtime.
    pub fn current(&mut self) -> Option<Flight<V>> {
        self.flight.take_if(|flight| {
            flight.outcome.has_changed().is_err() || flight.pulse.is_lost.load(Ordering::Relaxed)
        });
        self.flight.clone()
    }

    /// Starts `work` in its own task, so that a cancelled caller does not end it. Only while there
    /// is no [`current`](Self::current) work.
    pub fn start(&mut self, work: impl Future<Output = V> + Send + 'static) -> Flight<V> {
        let (sender, outcome) = watch::channel(None);
        let pulse = Arc::<Pulse>::default();
        let beating = Arc::clone(&pulse);
        spawn(async move {
            let mut work = pin!(work);
            let outcome = loop {
                match timeout(BEAT, work.as_mut()).await {
                    Ok(outcome) => break outcome,
                    Err(_) => _ = beating.beats.fetch_add(1, Ordering::Relaxed),
                }
            };
            // There may be no waiting call any more.
            _ = sender.send(Some(outcome));
        });
        self.started_at = Some(Instant::now());
        self.flight.insert(Flight { outcome, pulse }).clone()
    }

    /// Records that the work has ended well.
    pub fn succeeded(&mut self) {
        *self = Self::default();
    }

    /// Records that the work has failed; a pause of 5 s begins. `outcome` is repeated for a while,
    /// see [`recent_failure`](Self::recent_failure).
    pub fn failed(&mut self, outcome: Option<V>) {
        let at = Instant::now();
        let before = self.failure.take().filter(|failure| failure.is_remembered());
        let count = before.map_or(0, |failure| failure.count.saturating_add(1));
        let (first, longest) = INTERVAL;
        let interval = match count {
            0 => Duration::ZERO,
            _ => first.saturating_mul(1 << (count - 1).min(16)).min(longest),
        };
        let next_start = self.started_at.unwrap_or(at) + interval;
        let failure = Some(Failure { outcome, count, at, next_start });
        *self = Self { failure, ..Self::default() };
    }

    /// The outcome of work that failed just now. Whoever needs the work gets that instead: a
    /// refusal would be the same again, and a loop of calls would ask for it all the time.
    pub fn recent_failure(&self) -> Option<V> {
        let failure = self.failure.as_ref().filter(|it| Instant::now() < it.next_start)?;
        failure.outcome.clone()
    }

    /// Forgets failures, because something has changed.
    pub fn forget_failures(&mut self) {
        self.failure = None;
    }

    /// Whether the work failed less than 5 s ago, so that it should not be started ahead of time.
    /// Work that is needed immediately is started nevertheless.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.failure.as_ref().is_some_and(|failure| failure.at.elapsed() < PAUSE)
    }

    /// Whether there is neither work nor a failure to remember, so that the slot may be dropped.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.flight.is_none() && !self.failure.as_ref().is_some_and(Failure::is_remembered)
    }
}

impl<V> Default for SingleFlight<V> {
    fn default() -> Self {
        Self { flight: None, started_at: None, failure: None }
    }
}

impl<V> Failure<V> {
    fn is_remembered(&self) -> bool {
        self.at.elapsed() < MEMORY
    }
}

impl<V: Clone> Flight<V> {
    /// Waits for the outcome. `None` if there will be none, because the runtime of the work was
    /// shut down, or nobody drives it: start again.
    pub async fn outcome(mut self) -> Option<V> {
        let mut silences = 0;
        while silences < 2 {
            let before = self.pulse.beats.load(Ordering::Relaxed);
            if let Ok(ended) = timeout(STALL, self.outcome.wait_for(Option::is_some)).await {
                return ended.ok()?.clone();
            }
            let is_silent = before == self.pulse.beats.load(Ordering::Relaxed);
            silences = if is_silent { silences + 1 } else { 0 };
        }
        self.pulse.is_lost.store(true, Ordering::Relaxed);
        None
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
        slot.failed(None);
        assert!(slot.is_paused() && !slot.is_idle());
        advance(PAUSE - Duration::from_millis(1)).await;
        assert!(slot.is_paused());
        advance(Duration::from_millis(1)).await;
        assert!(!slot.is_paused());
        advance(MEMORY).await;
        assert!(slot.is_idle());
        slot.failed(None);
        slot.succeeded();
        assert!(!slot.is_paused() && slot.is_idle());
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_is_repeated_for_a_while_that_grows() {
        let mut slot = SingleFlight::default();
        _ = slot.start(async { 7 });
        slot.failed(Some(7));
        assert_eq!(slot.recent_failure(), None, "it may have been bad luck");
        for seconds in [1, 2, 4, 8, 10, 10] {
            _ = slot.start(async { 7 });
            slot.failed(Some(7));
            advance(Duration::from_secs(seconds) - Duration::from_millis(1)).await;
            assert_eq!(slot.recent_failure(), Some(7), "{seconds}");
            advance(Duration::from_millis(1)).await;
            assert_eq!(slot.recent_failure(), None, "{seconds}");
        }
        _ = slot.start(async { 7 });
        advance(PAUSE * 2).await;
        slot.failed(Some(7));
        assert_eq!(slot.recent_failure(), None, "it took long enough");
        advance(MEMORY).await;
        _ = slot.start(async { 7 });
        slot.failed(Some(7));
        assert_eq!(slot.recent_failure(), None, "the others were long ago");
        slot.forget_failures();
        assert!(slot.is_idle());
    }

    #[test]
    fn work_whose_runtime_is_gone_is_no_longer_in_progress() {
        let mut slot = SingleFlight::<()>::default();
        let runtime = || {
            tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime")
        };
        let first = runtime();
        let flight = first.block_on(async { slot.start(std::future::pending()) });
        assert!(slot.current().is_some());
        drop(first);
        assert_eq!(runtime().block_on(flight.outcome()), None);
        assert!(slot.current().is_none());
    }
}
