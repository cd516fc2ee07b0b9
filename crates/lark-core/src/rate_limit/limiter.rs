//! The gate of one operation for one tenant: calls wait before it in their order, and it lets them
//! pass at the rate that the platform, or the user, allows.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use super::rate::{Pushback, Rate};
use crate::retry::backoff;

/// Two clocks and a network lie between our seconds and the platform's.
const SLACK: Duration = Duration::from_millis(20);
/// First and longest wait when the platform does not say how long.
const UNTOLD: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

/// The state of a gate. It only tells times; [`Gates`](super::Gates) waits.
#[derive(Debug)]
pub(super) struct Gate {
    /// The user's own limit.
    set: Option<Rate>,
    /// What is kept to now. None: everything passes.
    pace: Option<Pace>,
    closed_until: Option<Instant>,
    /// Refusals in a row that did not say how long to wait.
    untold: u32,
}

#[derive(Debug)]
struct Pace {
    rate: Rate,
    /// The rate never goes above it.
    most: u32,
    /// When calls passed within the last window.
    passed: VecDeque<Instant>,
    /// When the rate may be raised.
    raise_at: Instant,
    /// When no call has passed for so long that none can be waiting.
    quiet_at: Instant,
}

/// What a gate says to the call at the head of the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    Go,
    /// Ask again then.
    Wait(Instant),
}

impl Gate {
    pub(super) fn new(set: Option<Rate>) -> Self {
        let pace = set.map(|rate| Pace::new(rate, rate.calls, Instant::now()));
        Self { set, pace, closed_until: None, untold: 0 }
    }

    /// Whether it stops nobody and remembers nothing.
    pub(super) fn is_idle(&self) -> bool {
        self.pace.is_none() && self.closed_until.is_none()
    }

    /// Whether it may be forgotten: a new one would say the same.
    pub(super) fn is_over(&self, now: Instant) -> bool {
        let open = self.closed_until.is_none_or(|until| until <= now);
        open && self.pace.as_ref().is_none_or(|pace| pace.is_quiet(now))
    }

    /// When it opens again, if it is closed.
    pub(super) fn closed_until(&self) -> Option<Instant> {
        self.closed_until
    }

    pub(super) fn turn(&mut self, now: Instant) -> Turn {
        match self.closed_until {
            Some(until) if now < until => return Turn::Wait(until),
            _ => self.closed_until = None,
        }
        let Some(pace) = &mut self.pace else { return Turn::Go };
        if pace.is_quiet(now) && self.set.is_none() {
            // The rush is over, and so is what was learned from it.
            self.pace = None;
            self.untold = 0;
            return Turn::Go;
        }
        match pace.pass(now) {
            Ok(raised) => {
                // A window without a refusal: the wait before it was long enough.
                if raised {
                    self.untold = 0;
                }
                Turn::Go
            }
            Err(until) => Turn::Wait(until),
        }
    }

    /// The platform refused a call.
    pub(super) fn refused(&mut self, pushback: Pushback, now: Instant) {
        if let Some(until) = self.closed_until.filter(|until| now < *until) {
            // Sent before an earlier refusal was known, which has set the pace already.
            let told = pushback.wait.map_or(until, |wait| now + wait + SLACK);
            self.closed_until = Some(until.max(told));
            return;
        }
        let wait = pushback.wait.unwrap_or_else(|| backoff(UNTOLD.0, UNTOLD.1, self.untold));
        self.untold = if pushback.wait.is_some() { 0 } else { self.untold + 1 };
        let open_at = now + wait + SLACK;
        self.closed_until = Some(open_at);
        let told = pushback.rate();
        let most = match (pushback.limit, self.set) {
            (Some(limit), Some(set)) => limit.min(set.calls),
            (Some(limit), None) => limit,
            (None, Some(set)) => set.calls,
            (None, None) => u32::MAX,
        };
        let calls = match &self.pace {
            // Somebody else shares the limit, or the number is not what it seems.
            Some(pace) => (pace.rate.calls / 2).max(1),
            None => told.calls,
        };
        let window = self.set.map_or(told.window, |set| set.window.max(told.window));
        self.pace = Some(Pace::new(Rate { calls: calls.min(most), window }, most, open_at));
    }
}

impl Pace {
    fn new(rate: Rate, most: u32, from: Instant) -> Self {
        Self {
            rate,
            most,
            passed: VecDeque::new(),
            raise_at: from + rate.window,
            quiet_at: from + rate.window * 2,
        }
    }

    fn is_quiet(&self, now: Instant) -> bool {
        now >= self.quiet_at
    }

    fn forget(&mut self, now: Instant) {
        let window = self.rate.window + SLACK;
        while self.passed.front().is_some_and(|at| *at + window <= now) {
            self.passed.pop_front();
        }
    }

    /// Lets a call pass, and says whether the rate was due to be raised; or says when to ask again.
    fn pass(&mut self, now: Instant) -> Result<bool, Instant> {
        self.forget(now);
        let raised = now >= self.raise_at;
        if raised {
            self.raise_at = now + self.rate.window;
            let step = (self.rate.calls / 10).max(1);
            self.rate.calls = self.rate.calls.saturating_add(step).min(self.most);
        }
        let calls = usize::try_from(self.rate.calls).unwrap_or(usize::MAX);
        match self.passed.front() {
            Some(first) if self.passed.len() >= calls => Err(*first + self.rate.window + SLACK),
            _ => {
                self.passed.push_back(now);
                self.quiet_at = now + (self.rate.window + SLACK) * 2;
                Ok(raised)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// How many calls pass at once.
    fn burst(gate: &mut Gate, now: Instant) -> usize {
        std::iter::repeat_with(|| gate.turn(now))
            .take_while(|turn| *turn == Turn::Go)
            .take(99)
            .count()
    }

    fn told(limit: u32, seconds: u64) -> Pushback {
        Pushback { limit: Some(limit), wait: Some(SECOND * u32::try_from(seconds).expect("small")) }
    }

    #[test]
    fn an_idle_gate_lets_everything_pass() {
        let mut gate = Gate::new(None);
        assert!(gate.is_idle());
        assert_eq!(burst(&mut gate, Instant::now()), 99);
    }

    #[test]
    fn after_a_refusal_calls_pass_at_the_rate_the_platform_told() {
        let now = Instant::now();
        let mut gate = Gate::new(None);
        gate.refused(told(5, 1), now);
        assert_eq!(gate.turn(now), Turn::Wait(now + SECOND + SLACK));
        gate.refused(told(5, 1), now + SECOND / 2);
        let open = now + SECOND * 3 / 2 + SLACK;
        assert_eq!(gate.turn(now + SECOND), Turn::Wait(open), "the later one counts");
        assert_eq!(burst(&mut gate, open), 5);
        assert_eq!(gate.turn(open), Turn::Wait(open + SECOND + SLACK));
        let next = open + SECOND + SLACK;
        assert_eq!(burst(&mut gate, next), 5, "also in the next second");
        assert!(!gate.is_idle());
        assert_eq!(burst(&mut gate, next + SECOND * 3), 99, "after the rush it forgets");
        assert!(gate.is_idle());
    }

    #[test]
    fn a_pace_that_is_still_too_fast_is_halved_and_comes_back_slowly() {
        let now = Instant::now();
        let mut gate = Gate::new(None);
        gate.refused(told(8, 1), now);
        let open = now + SECOND + SLACK;
        assert_eq!(burst(&mut gate, open), 8);
        gate.refused(told(8, 1), open);
        let mut at = open + SECOND + SLACK;
        let mut bursts = Vec::new();
        for _ in 0..7 {
            bursts.push(burst(&mut gate, at));
            at += SECOND + SLACK;
        }
        assert_eq!(bursts, [4, 5, 6, 7, 8, 8, 8]);
    }

    #[test]
    fn a_refusal_that_tells_nothing_is_answered_with_caution() {
        let now = Instant::now();
        let mut gate = Gate::new(None);
        gate.refused(Pushback::default(), now);
        let Turn::Wait(open) = gate.turn(now) else { panic!("open") };
        assert!((SECOND / 2..=SECOND + SLACK).contains(&(open - now)));
        assert_eq!(burst(&mut gate, open), 1);
    }

    #[test]
    fn a_limit_of_the_user_holds_from_the_first_call_and_for_ever() {
        let now = Instant::now();
        let mut gate = Gate::new(Some(Rate::per_minute(3)));
        assert_eq!(burst(&mut gate, now), 3);
        let later = now + SECOND * 600;
        assert_eq!(burst(&mut gate, later), 3);
        assert!(!gate.is_idle());
    }
}
