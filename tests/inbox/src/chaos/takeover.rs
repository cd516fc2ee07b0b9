//! How soon the events of a dead process go on.

use std::collections::HashMap;

use super::log::Line;
use super::span::{Span, covered};

/// What an event waited for before it was begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// The process that had begun it was killed or stopped, or that which had its partition, of which
    /// nothing was begun since.
    Death,
    /// Its process lost the partition without being killed or stopped, as when Redis is away.
    Lost,
    /// The partition went from one living process to another.
    Handover,
    /// Events before it.
    Queue,
}

/// An event that waited.
#[derive(Clone, Debug)]
pub struct Wait {
    /// What for.
    pub cause: Cause,
    /// For how many milliseconds, without those when Redis was away or the machine stalled.
    pub millis: u64,
    /// How many of those there were.
    pub excused: u64,
    /// What happened meanwhile.
    pub story: String,
}

/// What happened besides the lines of the log.
pub(super) struct Circumstances<'a> {
    /// Which process was killed or stopped, and until when it was stopped.
    pub(super) deaths: &'a [(u32, Span)],
    /// When an event was acknowledged.
    pub(super) acknowledged_at: &'a HashMap<usize, u64>,
    /// When Redis was away, and when a stopped process held the file.
    pub(super) outages: &'a [Span],
    /// When the machine did not let the driver run.
    pub(super) stalls: &'a [Span],
    /// When the store was slow.
    pub(super) slow: &'a [Span],
    pub(super) chats: usize,
}

/// What is known so far.
#[derive(Default)]
struct State {
    /// Who acquired a partition, and when; the last one at the end.
    owners: HashMap<usize, Vec<(u64, u32)>>,
    /// When a process gave a partition back, or lost it.
    left: HashMap<(usize, u32), Vec<(u64, Cause)>>,
    /// When and by whom an event was begun last.
    begun: HashMap<usize, (u64, u32)>,
    /// When an event of a partition was begun last.
    moved: HashMap<usize, u64>,
    /// When an attempt failed.
    failed: HashMap<usize, u64>,
    /// When an event was handled or, as far as is known, committed.
    ended: HashMap<usize, u64>,
    /// When the machine kept a process from running.
    stalls: HashMap<u32, Vec<Span>>,
}

/// How long each event waited, the longest first; up to 20 of each cause.
pub(super) fn waits(lines: &[Line], around: &Circumstances<'_>) -> Vec<Wait> {
    let (mut state, mut waits) = (State::of(lines), Vec::new());
    for line in lines {
        match line.what {
            b'f' => _ = state.failed.insert(line.number, line.at),
            // A process that is killed may have committed without a word about it.
            b'e' | b'c' => _ = state.ended.insert(line.number, line.at),
            b'b' => {
                waits.extend(state.wait(line, around));
                state.begun.insert(line.number, (line.at, line.pid));
                state.moved.insert(line.partition, line.at);
                state.failed.remove(&line.number);
            }
            _ => {}
        }
    }
    waits.sort_by_key(|it: &Wait| (it.cause, std::cmp::Reverse(it.millis)));
    let mut counts = HashMap::new();
    waits.retain(|it| {
        let count = counts.entry(it.cause as u8).or_insert(0);
        *count += 1;
        *count <= 20
    });
    waits
}

impl State {
    /// What does not depend on how far the log was read.
    fn of(lines: &[Line]) -> Self {
        let mut state = Self::default();
        for line in lines {
            let Line { number, at, pid, .. } = *line;
            match line.what {
                b'A' => state.owners.entry(number).or_default().push((at, pid)),
                b'G' => state.left.entry((number, pid)).or_default().push((at, Cause::Handover)),
                b'L' => state.left.entry((number, pid)).or_default().push((at, Cause::Lost)),
                b'k' => {
                    let span = (at.saturating_sub(number as u64), at);
                    state.stalls.entry(pid).or_default().push(span);
                }
                _ => {}
            }
        }
        state.owners.values_mut().for_each(|it| it.sort_unstable());
        state
    }

    /// How long an event waited that is begun now.
    fn wait(&self, line: &Line, around: &Circumstances<'_>) -> Option<Wait> {
        let event = line.number;
        let before = event.checked_sub(around.chats).and_then(|it| self.ended.get(&it));
        let turn = before.max(around.acknowledged_at.get(&event)).copied().unwrap_or(line.at);
        let mut since = (turn, Cause::Queue);
        let mut moved = self.moved.get(&line.partition).copied().unwrap_or_default();
        if let Some((begun, pid)) = self.begun.get(&event) {
            // If nothing is known of its end, it was lost.
            let failed = self.failed.get(&event).map(|at| (*at, Cause::Queue));
            since = failed.or_else(|| death(*pid, *begun, around)).unwrap_or((*begun, Cause::Lost));
            moved = if failed.is_some() { moved } else { 0 };
        }
        let owners = self.owners.get(&line.partition)?;
        for (number, (acquired, pid)) in owners.iter().enumerate() {
            let next = owners.get(number + 1).map_or(line.at, |it| it.0).min(line.at);
            let left = self.left.get(&(line.partition, *pid)).into_iter().flatten();
            let left = left.filter(|it| (*acquired..=next).contains(&it.0)).copied();
            let died = death(*pid, *acquired, around).filter(|it| it.0 < next);
            for (at, cause) in left.chain(died) {
                // What a living process hands over may have been that of a dead one before.
                let is_more = at > since.0 && at > moved && at < line.at;
                if is_more && cause <= since.1 {
                    since = (at, cause);
                }
            }
        }
        let span = (since.0.min(line.at), line.at);
        let stalls = self.stalls.get(&line.pid).into_iter().flatten();
        let excuses = around.outages.iter().chain(around.stalls).chain(stalls).copied();
        let excused = covered(span, excuses);
        let millis = span.1 - span.0 - excused;
        let story = || self.story(line, span, around);
        let story = if millis > 500 { story() } else { String::new() };
        Some(Wait { cause: since.1, millis, excused, story })
    }

    fn story(&self, line: &Line, span: Span, around: &Circumstances<'_>) -> String {
        let mut story = vec![(span.1, format!("{} begins event {}", line.pid, line.number))];
        let mut tell = |at: u64, what: String| {
            if (span.0.saturating_sub(1000)..=span.1).contains(&at) {
                story.push((at, what));
            }
        };
        for (at, pid) in self.owners.get(&line.partition).into_iter().flatten() {
            tell(*at, format!("{pid} acquires partition {}", line.partition));
        }
        let left = self.left.iter().filter(|it| it.0.0 == line.partition);
        for ((_, pid), ends) in left {
            ends.iter().for_each(|(at, cause)| tell(*at, format!("{pid} leaves it ({cause:?})")));
        }
        for (pid, (from, until)) in around.deaths {
            match from == until {
                true => tell(*from, format!("{pid} is killed")),
                false => {
                    tell(*from, format!("{pid} is stopped"));
                    tell(*until, format!("{pid} wakes up"));
                }
            }
        }
        for (from, until) in around.outages {
            tell(*from, format!("the store is away for {} ms", until - from));
        }
        for (from, until) in around.slow {
            tell(*from, format!("the store takes {} ms", until - from));
        }
        for (from, until) in self.stalls.get(&line.pid).into_iter().flatten() {
            tell(*from, format!("{} cannot run for {} ms", line.pid, until - from));
        }
        story.sort();
        let part = |(at, what): &(u64, String)| {
            format!("{:+} {what}", at.cast_signed() - span.0.cast_signed())
        };
        story.iter().map(part).collect::<Vec<_>>().join("; ")
    }
}

/// The first time since then that a process was killed or stopped.
fn death(pid: u32, since: u64, around: &Circumstances<'_>) -> Option<(u64, Cause)> {
    let of = around.deaths.iter().filter(|it| it.0 == pid && it.1.0 >= since);
    of.map(|it| (it.1.0, Cause::Death)).min()
}
