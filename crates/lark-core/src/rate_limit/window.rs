//! A sliding window: the calls of the last second or minute, and the number that it may contain.

use std::collections::VecDeque;
use std::ops::Range;
use std::time::Duration;

use tokio::time::Instant;

use super::rate::Rate;
use crate::util::later;

/// Two clocks and a network separate our seconds from the platform's.
pub(super) const SLACK: Duration = Duration::from_millis(20);

/// The calls of the last window, and the number it may contain.
#[derive(Debug)]
pub(super) struct SlidingWindow {
    rate: Rate,
    growth: Growth,
    /// When calls were admitted within the last window.
    admitted: VecDeque<Instant>,
    /// When the rate may be raised.
    raise_at: Instant,
    /// From when on no call can be waiting, unless one is admitted before.
    idle_at: Instant,
}

/// How the rate rises after each window without a rejection.
#[derive(Debug)]
enum Growth {
    /// By a tenth, up to the number of calls that the limit allows.
    UpTo(u32),
    /// The limit is not known: the rate is doubled, but rises by a tenth within a range that the
    /// limit may be in.
    Guess {
        doubtful: Range<u32>,
        /// Calls of the window before the rejection that began this one, and how many of them were
        /// rejected.
        before: (u32, u32),
    },
}

impl SlidingWindow {
    /// A window that never has more calls than `rate`.
    pub(super) fn limited(rate: Rate, from: Instant) -> Self {
        Self::new(rate, Growth::UpTo(rate.calls), from)
    }

    /// A window for a limit that is not known. Rates from `doubtful` on are reached slowly.
    pub(super) fn guessed(rate: Rate, doubtful: u32, from: Instant) -> Self {
        let doubtful = doubtful..u32::MAX;
        Self::new(rate, Growth::Guess { doubtful, before: (0, 0) }, from)
    }

    /// A window that another process goes on with; `limit` is what the platform states.
    pub(super) fn heard(rate: Rate, limit: Option<u32>, from: Instant) -> Self {
        match limit {
            Some(limit) => Self::new(rate, Growth::UpTo(limit.max(rate.calls)), from),
            None => Self::guessed(rate, u32::MAX, from),
        }
    }

    fn new(rate: Rate, growth: Growth, from: Instant) -> Self {
        Self {
            rate,
            growth,
            admitted: VecDeque::new(),
            raise_at: later(from, rate.window),
            idle_at: later(from, rate.window * 2),
        }
    }

    /// The window after a rejection that says nothing: half the calls in the same time.
    pub(super) fn halved(&self, from: Instant) -> Self {
        let Rate { calls, window } = self.rate;
        let rate = Rate { calls: (calls / 2).max(1), window };
        let growth = match &self.growth {
            Growth::UpTo(limit) => Growth::UpTo(*limit),
            Growth::Guess { doubtful, .. } => {
                // A documented limit is one whatever happens below it.
                let end = if doubtful.end == u32::MAX && doubtful.start <= calls {
                    u32::MAX
                } else {
                    calls
                };
                let sent = u32::try_from(self.admitted.len()).unwrap_or(u32::MAX);
                Growth::Guess { doubtful: rate.calls..end, before: (sent, 1) }
            }
        };
        let mut window = Self::new(rate, growth, from);
        window.keep_to_what_passed();
        window
    }

    /// The window after a rejection that states this limit. If it was known, another program shares
    /// it, or the stated number is not accurate.
    pub(super) fn advertised(before: Option<&Self>, stated: Rate, from: Instant) -> Self {
        let known = before
            .filter(|it| matches!(it.growth, Growth::UpTo(_)) && it.rate.window == stated.window);
        let calls = known.map_or(stated.calls, |known| (known.rate.calls / 2).max(1));
        let rate = Rate { calls: calls.min(stated.calls), ..stated };
        Self::new(rate, Growth::UpTo(stated.calls), from)
    }

    /// Another of the calls before this window was rejected.
    pub(super) fn rejected_before(&mut self) {
        if let Growth::Guess { before: (_, rejected), .. } = &mut self.growth {
            *rejected = rejected.saturating_add(1);
        }
        self.keep_to_what_passed();
    }

    /// Lowers a guess to the calls that the platform took in the window before.
    fn keep_to_what_passed(&mut self) {
        if let Growth::Guess { before: (sent @ 1.., rejected), doubtful } = &mut self.growth {
            let passed = sent.saturating_sub(*rejected).max(1);
            self.rate.calls = self.rate.calls.min(passed);
            doubtful.start = doubtful.start.min(passed);
        }
    }

    pub(super) fn rate(&self) -> Rate {
        self.rate
    }

    /// The number of calls that the platform states.
    pub(super) fn limit(&self) -> Option<u32> {
        match self.growth {
            Growth::UpTo(limit) => Some(limit),
            Growth::Guess { .. } => None,
        }
    }

    pub(super) fn is_idle(&self, now: Instant) -> bool {
        now >= self.idle_at
    }

    /// The call that was admitted last is sent only now.
    pub(super) fn sent(&mut self, now: Instant) {
        if let Some(last) = self.admitted.back_mut() {
            *last = now;
        }
    }

    /// A call is waiting until then.
    pub(super) fn stay_until(&mut self, until: Instant) {
        self.idle_at = self.idle_at.max(until + (self.rate.window + SLACK) * 2);
    }

    fn forget(&mut self, now: Instant) {
        let window = self.rate.window + SLACK;
        while self.admitted.front().is_some_and(|at| *at + window <= now) {
            self.admitted.pop_front();
        }
    }

    /// When to ask again, if no call is admitted now.
    pub(super) fn full_until(&mut self, now: Instant) -> Option<Instant> {
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
        let calls = self.rate.calls;
        let slowly = calls.saturating_add((calls / 10).max(1));
        match &self.growth {
            Growth::UpTo(limit) => slowly.min(*limit),
            Growth::Guess { doubtful, .. } if doubtful.contains(&calls) => slowly,
            Growth::Guess { doubtful, .. } if calls < doubtful.start => {
                calls.saturating_mul(2).min(doubtful.start)
            }
            Growth::Guess { .. } => calls.saturating_mul(2),
        }
    }

    /// Admits a call, and tells whether the rate was due to be raised.
    pub(super) fn admit(&mut self, now: Instant) -> bool {
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
