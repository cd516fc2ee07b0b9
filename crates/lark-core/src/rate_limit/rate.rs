//! Rates: those that a user sets, and those that the platform advertises when it rejects a call.

use std::time::Duration;

use http::HeaderMap;

/// The longest window in which the platform counts calls.
const LONGEST_WINDOW: Duration = Duration::from_secs(60);

/// A number of calls in a period of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub(crate) calls: u32,
    pub(crate) window: Duration,
}

impl Rate {
    /// `calls` in any second; at least one.
    #[must_use]
    pub const fn per_second(calls: u32) -> Self {
        Self::new(calls, Duration::from_secs(1))
    }

    /// `calls` in any minute; at least one.
    #[must_use]
    pub const fn per_minute(calls: u32) -> Self {
        Self::new(calls, Duration::from_secs(60))
    }

    /// The number of calls.
    #[must_use]
    pub const fn calls(self) -> u32 {
        self.calls
    }

    /// The period in which so many calls are allowed.
    #[must_use]
    pub const fn window(self) -> Duration {
        self.window
    }

    const fn new(calls: u32, window: Duration) -> Self {
        Self { calls: if calls == 0 { 1 } else { calls }, window }
    }
}

/// What the headers of a rejection say about the limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pushback {
    /// Calls that the limit allows, in a second or in a minute.
    pub(crate) limit: Option<u32>,
    /// How long to wait.
    pub(crate) wait: Option<Duration>,
}

impl Pushback {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let number = |name: &str| -> Option<u32> {
            headers.get(name)?.to_str().ok()?.trim().parse().ok().filter(|number| *number > 0)
        };
        let wait = number("x-ogw-ratelimit-reset").or_else(|| number("retry-after"));
        Self {
            limit: number("x-ogw-ratelimit-limit"),
            wait: wait.map(|seconds| Duration::from_secs(seconds.into())),
        }
    }

    /// Whether it describes a limit of the platform, whose windows are a minute at most.
    pub(super) fn is_credible(self) -> bool {
        self.wait.is_none_or(|wait| wait <= LONGEST_WINDOW)
    }

    /// How long to wait. A longer time than a window of the platform is a mistake, or comes from
    /// something in front of it, and must not stop an operation for good.
    pub(super) fn credible_wait(self) -> Option<Duration> {
        self.wait.map(|wait| wait.min(LONGEST_WINDOW))
    }

    /// The limit that it states. The platform counts by the second or by the minute; a wait of more
    /// than a second means by the minute.
    pub(super) fn rate(self) -> Option<Rate> {
        let calls = self.limit?;
        Some(match self.wait {
            Some(wait) if wait > Duration::from_secs(1) => Rate::per_minute(calls),
            _ => Rate::per_second(calls),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_gateway_says() {
        let headers = |pairs: &[(&'static str, &'static str)]| {
            pairs.iter().map(|(k, v)| (k.parse().expect(k), v.parse().expect(v))).collect()
        };
        let second = Duration::from_secs(1);
        for (given, limit, wait, rate) in [
            (
                headers(&[("x-ogw-ratelimit-limit", "5"), ("x-ogw-ratelimit-reset", "1")]),
                Some(5),
                Some(second),
                Some(Rate::per_second(5)),
            ),
            (
                headers(&[("x-ogw-ratelimit-limit", "1000"), ("x-ogw-ratelimit-reset", "37")]),
                Some(1000),
                Some(second * 37),
                Some(Rate::per_minute(1000)),
            ),
            (headers(&[("retry-after", "2")]), None, Some(second * 2), None),
            (headers(&[("retry-after", "Wed, 21 Oct")]), None, None, None),
            (headers(&[("x-ogw-ratelimit-reset", "0")]), None, None, None),
        ] {
            let pushback = Pushback::of(&given);
            assert_eq!(pushback, Pushback { limit, wait });
            assert_eq!(pushback.rate(), rate);
        }
    }
}
