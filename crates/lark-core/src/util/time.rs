//! Points in time that are far away.

use std::time::Duration;

use tokio::time::Instant;

/// A year stands for an unlimited time.
pub(crate) const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// The time `duration` after `from`, or a year after it if that is sooner: durations of users and
/// of the platform may have any length, and adding one that no clock can hold panics.
#[must_use]
pub fn later(from: Instant, duration: Duration) -> Instant {
    let duration = duration.min(LONGEST);
    from.checked_add(duration).unwrap_or(from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_duration_is_too_long() {
        let now = Instant::now();
        assert_eq!(later(now, Duration::from_secs(7)), now + Duration::from_secs(7));
        assert_eq!(later(now, Duration::MAX), now + LONGEST);
    }
}
