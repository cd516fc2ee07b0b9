//! Deadlines that move with progress.

use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::later;

/// When something last made progress, such as a body that is being sent.
#[derive(Debug)]
pub(crate) struct Activity {
    start: Instant,
    /// In nanoseconds from the start, which is enough for five centuries.
    last: AtomicU64,
}

impl Default for Activity {
    fn default() -> Self {
        Self { start: Instant::now(), last: AtomicU64::new(0) }
    }
}

impl Activity {
    /// Records progress.
    pub(crate) fn touch(&self) {
        let since = u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.last.store(since, Ordering::Relaxed);
    }

    /// The time of the last progress, or of the start.
    pub(crate) fn last(&self) -> Instant {
        self.start + Duration::from_nanos(self.last.load(Ordering::Relaxed))
    }
}

/// The time limit has passed without progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Elapsed;

/// Waits for `future` for at most `limit`, counted from now and again from each progress of
/// `activity`.
///
/// The future is borrowed, because a function that takes it would make the caller's twice as large.
pub(crate) async fn timeout<F: Future>(
    limit: Duration,
    activity: Option<&Activity>,
    mut future: Pin<&mut F>,
) -> Result<F::Output, Elapsed> {
    let mut deadline = later(Instant::now(), limit);
    loop {
        if let Ok(output) = timeout_at(deadline, future.as_mut()).await {
            return Ok(output);
        }
        match activity.map(|activity| later(activity.last(), limit)) {
            Some(extended) if extended > deadline => deadline = extended,
            _ => return Err(Elapsed),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use tokio::time::{advance, pause, sleep};

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test]
    async fn progress_extends_the_deadline_by_the_whole_limit() {
        pause();
        let activity = Activity::default();
        let work = async {
            for _ in 0..3 {
                sleep(8 * SECOND).await;
                activity.touch();
            }
            sleep(11 * SECOND).await;
        };
        let start = Instant::now();
        let ended = timeout(10 * SECOND, Some(&activity), pin!(work)).await;
        assert_eq!((ended, start.elapsed().as_secs()), (Err(Elapsed), 34));
    }

    #[tokio::test]
    async fn without_progress_the_limit_is_the_limit() {
        pause();
        let activity = Activity::default();
        activity.touch();
        advance(5 * SECOND).await;
        for activity in [None, Some(&activity)] {
            let start = Instant::now();
            let ended = timeout(10 * SECOND, activity, pin!(sleep(11 * SECOND))).await;
            assert_eq!((ended, start.elapsed().as_secs()), (Err(Elapsed), 10));
            assert_eq!(timeout(10 * SECOND, activity, pin!(sleep(9 * SECOND))).await, Ok(()));
        }
    }
}
