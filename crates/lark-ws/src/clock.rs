//! Notices that the process or the machine was suspended.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

/// How often a connection looks at the clock, at least.
pub(crate) const TICK: Duration = Duration::from_secs(5);
/// What a busy machine may be late.
const SLACK: Duration = Duration::from_secs(5);

/// Returns the time of day.
pub(crate) type WallClock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// Compares the clocks. The monotonic one stands still while a machine sleeps (Linux, macOS), and
/// the time of day does not. While a process is stopped both go on, but it does not look at them.
pub(crate) struct Watch {
    wall_clock: WallClock,
    monotonic: Instant,
    wall: SystemTime,
}

impl Watch {
    pub(crate) fn new(wall_clock: WallClock) -> Self {
        let wall = wall_clock();
        Self { wall_clock, monotonic: Instant::now(), wall }
    }

    /// How long nothing ran, if that is longer than a busy machine explains. Must be called at least
    /// every [`TICK`]. A time of day that somebody has set looks the same; then nothing is lost but
    /// a ping.
    pub(crate) fn gap(&mut self, now: Instant) -> Option<Duration> {
        let wall = (self.wall_clock)();
        let monotonic = now.saturating_duration_since(self.monotonic);
        let by_wall = wall.duration_since(self.wall).unwrap_or_default();
        (self.monotonic, self.wall) = (now, wall);
        let passed = monotonic.max(by_wall);
        (passed > TICK + SLACK).then_some(passed)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use tokio::time::advance;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_jump_of_either_clock_is_a_gap() {
        let wall = Arc::new(Mutex::new(SystemTime::UNIX_EPOCH));
        let time = Arc::clone(&wall);
        let mut watch = Watch::new(Arc::new(move || *time.lock().expect("no panic")));
        let mut gap = async |monotonic: u64, by_wall: i64| {
            advance(Duration::from_secs(monotonic)).await;
            {
                let mut wall = wall.lock().expect("no panic");
                let step = Duration::from_secs(by_wall.unsigned_abs());
                *wall = if by_wall < 0 { *wall - step } else { *wall + step };
            }
            watch.gap(Instant::now()).map(|gap| gap.as_secs())
        };
        assert_eq!(gap(0, 9_999).await, Some(9_999), "the machine slept");
        assert_eq!(gap(5, 5).await, None);
        assert_eq!(gap(60, 60).await, Some(60), "the process was stopped");
        assert_eq!(gap(5, -9_999).await, None, "somebody has set the clock back");
        assert_eq!(gap(9, 10).await, None, "the machine was busy");
    }
}
