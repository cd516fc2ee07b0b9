//! The rate limiter of one operation for one tenant: it admits calls at the rate that the platform,
//! or the user, allows.

use std::time::Duration;

use tokio::time::Instant;

use super::rate::{Pushback, Rate};
use super::shared::Refusal;
use super::window::{SLACK, SlidingWindow};
use crate::retry::backoff;
use crate::util::later;

/// First and longest wait when the platform does not specify one.
const UNSPECIFIED_WAIT: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

/// What another process has seen holds for so long at most.
const LONGEST_PAUSE: Duration = Duration::from_secs(61);

/// The state of a rate limiter. It only computes times; [`RateLimiters`](super::RateLimiters) waits.
#[derive(Debug)]
pub(super) struct RateLimiter {
    /// Limits of the user, or those that the platform documents. They hold whatever else is learned.
    kept: Vec<SlidingWindow>,
    /// The limit that was learned from rejections. `None`: there were none lately.
    learned: Option<SlidingWindow>,
    blocked_until: Option<Instant>,
    /// Until when other processes have taken what may be sent.
    held_until: Option<Instant>,
    /// Consecutive rejections without `x-ogw-ratelimit-reset`.
    unspecified: u32,
}

/// What is known about an operation before its first rejection.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Prior {
    /// The most calls that the platform took in a second lately; 0 if there were none.
    pub(super) passed: u32,
    /// The documented limit with the shortest window.
    pub(super) documented: Option<Rate>,
}

/// The decision about the call at the head of the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    Admit,
    /// Ask again at this time.
    WaitUntil(Instant),
}

impl RateLimiter {
    /// A limiter that keeps all of these rates.
    pub(super) fn new(kept: &[Rate]) -> Self {
        let now = Instant::now();
        let kept = kept.iter().map(|rate| SlidingWindow::limited(*rate, now)).collect();
        Self { kept, learned: None, blocked_until: None, held_until: None, unspecified: 0 }
    }

    /// The rates that hold now.
    pub(super) fn rates(&self) -> Vec<Rate> {
        self.kept.iter().chain(&self.learned).map(SlidingWindow::rate).collect()
    }

    /// The call that was admitted last is sent only now.
    pub(super) fn sent(&mut self, now: Instant) {
        self.kept.iter_mut().chain(&mut self.learned).for_each(|window| window.sent(now));
    }

    /// Admits no call before this time. What was learned is not forgotten meanwhile.
    pub(super) fn hold(&mut self, until: Instant) {
        self.held_until = Some(until);
        if let Some(learned) = &mut self.learned {
            learned.stay_until(until);
        }
    }

    /// Whether it admits every call and has no state.
    pub(super) fn is_idle(&self) -> bool {
        self.learned.is_none() && self.blocked_until.is_none() && self.kept.is_empty()
    }

    /// Whether it may be dropped: a new one would decide the same.
    pub(super) fn is_expired(&self, now: Instant) -> bool {
        let is_unblocked = self.blocked_until.is_none_or(|until| until <= now);
        let mut windows = self.learned.iter().chain(&self.kept);
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
        match self.held_until {
            Some(until) if now < until => return Decision::WaitUntil(until),
            _ => self.held_until = None,
        }
        if self.learned.as_ref().is_some_and(|it| it.is_idle(now)) {
            // The burst is over, so the learned limit is dropped.
            self.learned = None;
            self.unspecified = 0;
        }
        let windows = self.learned.iter_mut().chain(&mut self.kept);
        if let Some(until) = windows.filter_map(|window| window.full_until(now)).max() {
            return Decision::WaitUntil(until);
        }
        // A window without a rejection: the wait before it was long enough.
        if self.learned.as_mut().is_some_and(|window| window.admit(now)) {
            self.unspecified = 0;
        }
        for window in &mut self.kept {
            window.admit(now);
        }
        Decision::Admit
    }

    /// The platform rejected a call for its rate. What other processes need to know, if they do.
    pub(super) fn throttled(
        &mut self,
        pushback: Pushback,
        prior: Prior,
        now: Instant,
    ) -> Option<Refusal> {
        let wait = pushback.credible_wait();
        if let Some(until) = self.blocked_until.filter(|until| now < *until) {
            // This call was sent before an earlier rejection was known, which has already set the
            // rate.
            let advertised = wait.map_or(until, |wait| later(now, wait + SLACK));
            self.blocked_until = Some(until.max(advertised));
            if let Some(learned) = &mut self.learned {
                learned.rejected_before();
            }
            return None;
        }
        let (first, longest) = UNSPECIFIED_WAIT;
        let pause = wait.unwrap_or_else(|| backoff(first, longest, self.unspecified));
        self.unspecified = if wait.is_some() { 0 } else { self.unspecified + 1 };
        let open_at = later(now, pause + SLACK);
        self.blocked_until = Some(open_at);
        let learned = self.next_window(pushback, prior, open_at);
        let refusal =
            Refusal { pause: pause + SLACK, rate: learned.rate(), limit: learned.limit() };
        self.learned = Some(learned);
        Some(refusal)
    }

    /// The platform rejected a call of another process.
    pub(super) fn heard(&mut self, refusal: Refusal, now: Instant) {
        let open_at = later(now, refusal.pause.min(LONGEST_PAUSE));
        let blocked_until = self.blocked_until.filter(|until| now < *until);
        self.blocked_until = blocked_until.max(Some(open_at));
        // Both were sent at once, and one has learned more.
        let is_known = blocked_until.is_some()
            && self.learned.as_ref().is_some_and(|learned| {
                let rate = learned.rate();
                rate.window != refusal.rate.window || rate.calls <= refusal.rate.calls
            });
        if !is_known {
            self.learned = Some(SlidingWindow::heard(refusal.rate, refusal.limit, open_at));
        }
    }

    /// The window to continue with after a rejection.
    fn next_window(&self, pushback: Pushback, prior: Prior, open_at: Instant) -> SlidingWindow {
        if !pushback.is_credible() {
            // Not a limit of the platform. One call finds out whether it still holds.
            return SlidingWindow::guessed(Rate::per_second(1), u32::MAX, open_at);
        }
        // The limit that was kept to, and was too high.
        let kept_to = |stated: Rate| self.kept.iter().find(|it| it.rate().window == stated.window);
        let shortest = || self.kept.iter().min_by_key(|window| window.rate().window);
        let learned = self.learned.as_ref();
        match pushback.rate() {
            Some(stated) => {
                let before = learned.or_else(|| kept_to(stated));
                SlidingWindow::advertised(before, stated, open_at)
            }
            None => match learned.or_else(shortest) {
                Some(before) => before.halved(open_at),
                None => prior.window(open_at),
            },
        }
    }
}

impl Prior {
    /// The window for a limit that the platform does not state: what passed before, or else the
    /// documented limit, or else a call a second.
    fn window(self, from: Instant) -> SlidingWindow {
        let Self { passed, documented } = self;
        let Some(documented) = documented else {
            return SlidingWindow::guessed(Rate::per_second(passed), u32::MAX, from);
        };
        let is_by_second = documented.window <= Duration::from_secs(1);
        let calls = match passed {
            1.. if is_by_second => passed.min(documented.calls),
            _ => documented.calls,
        };
        let rate = Rate { calls, ..documented };
        SlidingWindow::guessed(rate, documented.calls, from)
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
        let mut limiter = RateLimiter::new(&[]);
        assert!(limiter.is_idle());
        assert_eq!(burst(&mut limiter, Instant::now()), 99);
    }

    #[test]
    fn after_a_rejection_calls_are_admitted_at_the_advertised_rate() {
        let now = Instant::now();
        let mut limiter = RateLimiter::new(&[]);
        limiter.throttled(advertised(5, 1), Prior::default(), now);
        assert_eq!(limiter.check(now), Decision::WaitUntil(now + SECOND + SLACK));
        limiter.throttled(advertised(5, 1), Prior::default(), now + SECOND / 2);
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
        let mut limiter = RateLimiter::new(&[]);
        limiter.throttled(advertised(8, 1), Prior::default(), now);
        let open = now + SECOND + SLACK;
        assert_eq!(burst(&mut limiter, open), 8);
        limiter.throttled(advertised(8, 1), Prior::default(), open);
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
        let mut limiter = RateLimiter::new(&[]);
        limiter.throttled(Pushback::default(), Prior::default(), now);
        let Decision::WaitUntil(open) = limiter.check(now) else { panic!("open") };
        assert!((SECOND / 2..=SECOND + SLACK).contains(&(open - now)));
        assert_eq!(burst(&mut limiter, open), 1);
    }

    /// The bursts of successive windows from this time on.
    fn bursts<const N: usize>(limiter: &mut RateLimiter, from: Instant) -> [usize; N] {
        let mut at = from;
        std::array::from_fn(|_| {
            let burst = burst(limiter, at);
            at += SECOND + SLACK;
            burst
        })
    }

    #[test]
    fn a_guess_is_doubled_until_a_rejection_and_then_approaches_it_slowly() {
        let now = Instant::now();
        let wait = Pushback { limit: None, wait: Some(SECOND * 2) };
        let mut limiter = RateLimiter::new(&[]);
        limiter.throttled(wait, Prior::default(), now);
        let open = now + SECOND * 2 + SLACK;
        assert_eq!(bursts(&mut limiter, open), [1, 2, 4, 8, 16]);
        let now = open + (SECOND + SLACK) * 4;
        for _ in 0..5 {
            limiter.throttled(wait, Prior::default(), now);
        }
        let open = now + SECOND * 2 + SLACK;
        assert_eq!(bursts(&mut limiter, open), [8, 9, 10, 11, 12, 13, 14, 15, 16, 32]);
        let now = open + (SECOND + SLACK) * 9;
        for _ in 0..30 {
            limiter.throttled(wait, Prior::default(), now);
        }
        let open = now + SECOND * 2 + SLACK;
        assert_eq!(bursts(&mut limiter, open), [2, 3, 4], "no more than passed");
    }

    #[test]
    fn a_guess_begins_with_what_passed_or_is_documented() {
        for (passed, documented, expected) in [
            (0, None, [1, 2, 4]),
            (7, None, [7, 14, 28]),
            (0, Some(Rate::per_second(20)), [20, 22, 24]),
            (7, Some(Rate::per_second(20)), [7, 14, 20]),
            (60, Some(Rate::per_second(20)), [20, 22, 24]),
            (7, Some(Rate::per_minute(20)), [20, 0, 0]),
        ] {
            let now = Instant::now();
            let mut limiter = RateLimiter::new(&[]);
            let wait = Pushback { limit: None, wait: Some(SECOND) };
            limiter.throttled(wait, Prior { passed, documented }, now);
            assert_eq!(bursts(&mut limiter, now + SECOND + SLACK), expected, "{passed}");
        }
    }

    /// Half of 8 a second is not 4 a minute.
    #[test]
    fn a_rate_is_halved_within_its_own_time() {
        let wait = Pushback { limit: None, wait: Some(SECOND * 2) };
        let now = Instant::now();
        let open = now + SECOND * 2 + SLACK;
        let mut limiter = RateLimiter::new(&[Rate::per_second(8)]);
        limiter.throttled(wait, Prior::default(), now);
        assert_eq!(bursts(&mut limiter, open), [4, 5, 6]);
        let mut limiter = RateLimiter::new(&[Rate::per_second(8)]);
        limiter.throttled(advertised(60, 2), Prior::default(), now);
        assert_eq!(bursts(&mut limiter, open), [8, 8, 8], "8 a second, and 60 a minute");
        let mut limiter = RateLimiter::new(&[]);
        limiter.throttled(wait, Prior::default(), now);
        limiter.throttled(advertised(60, 2), Prior::default(), open);
        assert_eq!(burst(&mut limiter, open + SECOND * 2 + SLACK), 60, "a guess says nothing");
    }

    #[test]
    fn a_limit_of_the_user_holds_from_the_first_call_and_for_ever() {
        let now = Instant::now();
        let mut limiter = RateLimiter::new(&[Rate::per_minute(3)]);
        assert_eq!(burst(&mut limiter, now), 3);
        let later = now + SECOND * 600;
        assert_eq!(burst(&mut limiter, later), 3);
        assert!(!limiter.is_idle());
    }
}
