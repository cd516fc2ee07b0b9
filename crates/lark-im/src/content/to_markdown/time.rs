//! Moments as readers know them.

use std::time::Duration;

use lark_core::__private::date_of_day;

/// A moment such as `2026-11-26 10:15 UTC`, empty without one.
pub(super) fn moment(ms: i64) -> String {
    if ms == 0 {
        return String::new();
    }
    let minutes = ms.div_euclid(60_000);
    let (days, minute) = (minutes.div_euclid(1440), minutes.rem_euclid(1440));
    let (year, month, day) = date_of_day(days);
    format!("{year}-{month:02}-{day:02} {:02}:{:02} UTC", minute / 60, minute % 60)
}

/// A duration such as `1:05`, rounded up to seconds.
pub(super) fn duration(duration: Duration) -> String {
    let seconds = duration.as_millis().div_ceil(1000);
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_in_utc() {
        for (ms, text) in [
            (1_608_265_395_000, "2020-12-18 04:23 UTC"),
            (951_782_400_000, "2000-02-29 00:00 UTC"),
            (1_709_251_199_999, "2024-02-29 23:59 UTC"),
            (4_107_542_400_000, "2100-03-01 00:00 UTC"),
            (-1, "1969-12-31 23:59 UTC"),
            (0, ""),
        ] {
            assert_eq!(moment(ms), text, "{ms}");
        }
        assert!(moment(i64::MAX).ends_with("UTC") && moment(i64::MIN).ends_with("UTC"));
    }

    #[test]
    fn durations_are_rounded_up() {
        for (ms, text) in [(0, "0:00"), (1, "0:01"), (2500, "0:03"), (65_000, "1:05")] {
            assert_eq!(duration(Duration::from_millis(ms)), text, "{ms}");
        }
    }
}
