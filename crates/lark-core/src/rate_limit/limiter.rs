//! The rate limiter of one operation for one tenant: it admits calls at the rate that the platform,
//! or the user, allows.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use super::rate::{Pushback, Rate};
use crate::retry::backoff;

/// Two clocks and a network separate our seconds from the platform's.
const SLACK: Duration = Duration::from_millis(20);
/// First and longest wait when the platform does not specify one.
const UNSPECIFIED_WAIT: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

/// The state of a rate limiter. It only computes times; [`RateLimiters`](super::RateLimiters) waits.
#[derive(Debug)]
pub(super) struct RateLimiter {
    /// The user's own limit.
    configured: Option<Rate>,
    /// The current limit. `None`: every call is admitted.
    window: Option<SlidingWindow>,
    /// Limits that the platform documents. They hold whatever the current one is.
    documented: Vec<SlidingWindow>,
    blocked_until: Option<Instant>,
    /// Consecutive rejections without `x-ogw-ratelimit-reset`.
    unspecified: u32,
}

/// The calls of the last window, and the number it may contain.
#[derive(Debug)]
struct SlidingWindow {
    rate: Rate,
    /// The rate never goes above it.
    max_calls: u32,
    /// When calls were admitted within the last window.
    admitted: VecDeque<Instant>,
    /// When the rate may be raised.
    raise_at: Instant,
    /// From when on no call can be waiting, unless one is admitted before.
    idle_at: Instant,
}

/// The decision about the call at the head of the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    Admit,
    /// Ask again at this time.
    WaitUntil(Instant),
}

impl RateLimiter {
    pub(super) fn new(configured: Option<Rate>) -> Self {
        let window = configured.map(|rate| SlidingWindow::new(rate, rate.calls, Instant::now()));
        let documented = Vec::new();
        Self { configured, window, documented, blocked_until: None, unspecified: 0 }
    }

    /// A limiter that keeps all of these rates.
    pub(super) fn documented(rates: &[Rate]) -> Self {
        let now = Instant::now();
        let documented =
            rates.iter().map(|rate| SlidingWindow::new(*rate, rate.calls, now)).collect();
        Self { documented, ..Self::new(None) }
    }

    /// Whether it admits every call and has no state.
    pub(super) fn is_idle(&self) -> bool {
        self.window.is_none() && self.blocked_until.is_none() && self.documented.is_empty()
    }

    /// Whether it may be dropped: a new one would decide the same.
    pub(super) fn is_expired(&self, now: Instant) -> bool {
        let is_unblocked = self.blocked_until.is_none_or(|until| until <= now);
        let mut windows = self.window.iter().chain(&self.documented);
        is_unblocked && windows.all(|window| window.is_idle(now))
    }

    /// When it admits calls again, if it does not admit any now.
    pub(super) fn blocked_until(&self) -> Option<Instant> {
        self.blocked_until
    }

    pub(super) fn check(&mut self, now: Instant) -> Decision {
        match self.blocked_until {
            Some(until) if now < until => return Decision::WaitUntil(until),
            _ => self.blocked_until = None,
        }
        if self.configured.is_none() && self.window.as_ref().is_some_and(|it| it.is_idle(now)) {
            // The burst is over, so the learned limit is dropped.
            self.window = None;
            self.unspecified = 0;
        }
        let windows = self.window.iter_mut().chain(&mut self.documented);
        if let Some(until) = windows.filter_map(|window| window.full_until(now)).max() {
            return Decision::WaitUntil(until);
        }
        // A window without a rejection: the wait before it was long enough.
        if self.window.as_mut().is_some_and(|window| window.admit(now)) {
            self.unspecified = 0;
        }
        for window in &mut self.documented {
            window.admit(now);
        }
        Decision::Admit
    }

    /// The platform rejected a call for its rate.
    pub(super) fn throttled(&mut self, pushback: Pushback, now: Instant) {
        if let Some(until) = self.blocked_until.filter(|until| now < *until) {
            // This call was sent before an earlier rejection was known, which has already set the
            // rate.
            let advertised = pushback.wait.map_or(until, |wait| now + wait + SLACK);
            self.blocked_until = Some(until.max(advertised));
            return;
        }
        let (first, longest) = UNSPECIFIED_WAIT;
        let wait = pushback.wait.unwrap_or_else(|| backoff(first, longest, self.unspecified));
        self.unspecified = if pushback.wait.is_some() { 0 } else { self.unspecified + 1 };
        let open_at = now + wait + SLACK;
        self.blocked_until = Some(open_at);
        let advertised = pushback.rate();
        let max_calls = match (pushback.limit, self.configured) {
            (Some(limit), Some(configured)) => limit.min(configured.calls),
            (Some(limit), None) => limit,
            (None, Some(configured)) => configured.calls,
            (None, None) => u32::MAX,
        };
        let calls = match &self.window {
            // Another program shares the limit, or the advertised number is not accurate.
            Some(window) => (window.rate.calls / 2).max(1),
            None => advertised.calls,
        };
        let window =
            self.configured.map_or(advertised.window, |rate| rate.window.max(advertised.window));
        let rate = Rate { calls: calls.min(max_calls), window };
        self.window = Some(SlidingWindow::new(rate, max_calls, open_at));
    }
}

impl SlidingWindow {
    fn new(rate: Rate, max_calls: u32, from: Instant) -> Self {
        Self {
            rate,
            max_calls,
            admitted: VecDeque::new(),
            raise_at: from + rate.window,
            idle_at: from + rate.window * 2,
        }
    }

    fn is_idle(&self, now: Instant) -> bool {
        now >= self.idle_at
    }

    fn forget(&mut self, now: Instant) {
        let window = self.rate.window + SLACK;
        while self.admitted.front().is_some_and(|at| *at + window <= now) {
            self.admitted.pop_front();
        }
    }

    /// When to ask again, if no call is admitted now.
    fn full_until(&mut self, now: Instant) -> Option<Instant> {
        self.forget(now);
        let calls = match now >= self.raise_at {
            true => self.raised(),
            false => self.rate.calls,
        };
        let calls = usize::try_from(calls).unwrap_or(usize::MAX);
        let first = self.admitted.front().filter(|_| self.admitted.len() >= calls)?;
        Some(*first + self.rate.window + SLACK)
    }

    /// The next higher rate.
    fn raised(&self) -> u32 {
        let step = (self.rate.calls / 10).max(1);
        self.rate.calls.saturating_add(step).min(self.max_calls)
    }

    /// Admits a call, and tells whether the rate was due to be raised.
    fn admit(&mut self, now: Instant) -> bool {
        let raised = now >= self.raise_at;
        if raised {
            self.raise_at = now + self.rate.window;
            self.rate.calls = self.raised();
        }
        self.admitted.push_back(now);
        self.idle_at = now + (self.rate.window + SLACK) * 2;
        raised
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// Number of calls that are admitted at once.
    fn burst(limiter: &mut RateLimiter, now: Instant) -> usize {
        std::iter::repeat_with(|| limiter.check(now))
            .take_while(|decision| *decision == Decision::Admit)
            .take(99)
            .count()
    }

    fn advertised(limit: u32, seconds: u64) -> Pushback {
        Pushback { limit: Some(limit), wait: Some(SECOND * u32::try_from(seconds).expect("small")) }
    }

    #[test]
    fn an_idle_limiter_admits_everything() {
        let mut limiter = RateLimiter::new(None);
        assert!(limiter.is_idle());
        assert_eq!(burst(&mut limiter, Instant::now()), 99);
    }

    #[test]
    fn after_a_rejection_calls_are_admitted_at_the_advertised_rate() {
        let now = Instant::now();
        let mut limiter = RateLimiter::new(None);
        limiter.throttled(advertised(5, 1), now);
        assert_eq!(limiter.check(now), Decision::WaitUntil(now + SECOND + SLACK));
        limiter.throttled(advertised(5, 1), now + SECOND / 2);
        let open = now + SECOND * 3 / 2 + SLACK;
        assert_eq!(limiter.check(now + SECOND), Decision::WaitUntil(open), "the later one counts");
        assert_eq!(burst(&mut limiter, open), 5);
        assert_eq!(limiter.check(open), Decision::WaitUntil(open + SECOND + SLACK));
        let next = open + SECOND + SLACK;
        assert_eq!(burst(&mut limiter, next), 5, "also in the next second");
        assert!(!limiter.is_idle());
        assert_eq!(burst(&mut limiter, next + SECOND * 3), 99, "after the rush it forgets");
        assert!(limiter.is_idle());
    }

    #[test]
    fn a_rate_that_is_still_too_high_is_halved_and_comes_back_slowly() {
        let now = Instant::now();
        let mut limiter = RateLimiter::new(None);
        limiter.throttled(advertised(8, 1), now);
        let open = now + SECOND + SLACK;
        assert_eq!(burst(&mut limiter, open), 8);
        limiter.throttled(advertised(8, 1), open);
        let mut at = open + SECOND + SLACK;
        let mut bursts = Vec::new();
        for _ in 0..7 {
            bursts.push(burst(&mut limiter, at));
            at += SECOND + SLACK;
        }
        assert_eq!(bursts, [4, 5, 6, 7, 8, 8, 8]);
    }

    #[test]
    fn after_a_rejection_without_a_limit_one_call_is_admitted() {
        let now = Instant::now();
        let mut limiter = RateLimiter::new(None);
        limiter.throttled(Pushback::default(), now);
        let Decision::WaitUntil(open) = limiter.check(now) else { panic!("open") };
        assert!((SECOND / 2..=SECOND + SLACK).contains(&(open - now)));
        assert_eq!(burst(&mut limiter, open), 1);
    }

    #[test]
    fn a_limit_of_the_user_holds_from_the_first_call_and_for_ever() {
        let now = Instant::now();
        let mut limiter = RateLimiter::new(Some(Rate::per_minute(3)));
        assert_eq!(burst(&mut limiter, now), 3);
        let later = now + SECOND * 600;
        assert_eq!(burst(&mut limiter, later), 3);
        assert!(!limiter.is_idle());
    }
}
