//! What must hold, whatever was killed.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

use super::log::{Line, Log};
use super::machine::Delays;
use super::plan::Plan;
use super::span::Span;
use super::takeover::{Cause, Circumstances, Wait, waits};

/// What happened, and what is wrong with it.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Report {
    /// The number of events that were acknowledged: all.
    pub acknowledged: usize,
    /// How many of them have no end of a handler.
    pub lost: usize,
    /// How often a handler started with an event that was committed, without those that woke up.
    pub handled_after_commit: usize,
    /// How often an event was committed that was committed before.
    pub committed_again: usize,
    /// How often a process was stopped between its last look at its lease and the first line of a handler, which
    /// then started with an event that another process had handled and committed meanwhile. No lease can
    /// prevent it; that its commit is refused is checked.
    pub woke_up: usize,
    /// What is known of each start after a commit.
    pub after_commit: Vec<String>,
    /// How often a handler started before the event before it, of the same chat, was handled, or after a
    /// later one.
    pub out_of_order: usize,
    /// How often a handler ran more than once for an event.
    pub repeated: usize,
    /// How often a push was refused, and sent again.
    pub refused: u64,
    /// How often a push was sent again in all.
    pub sent_again: u64,
    /// How many processes were killed.
    pub kills: usize,
    /// How often one was stopped for longer than its lease.
    pub stops: usize,
    /// How often Redis was killed.
    pub restarts: usize,
    /// From the moment at which the platform sends a push: half of the acknowledgements, and all but a
    /// hundredth.
    pub ack: [Duration; 2],
    /// The same from the moment at which a process has read the push, without those of processes that were
    /// stopped meanwhile.
    pub served: [Duration; 2],
    /// What events waited for that waited longest.
    pub waits: Vec<Wait>,
    /// How late the machine let a thread of the driver run.
    pub machine: Delays,
    /// How long the store took for a change that another process asked for.
    pub store: Delays,
    /// What Redis says that it was held up by, and for how many milliseconds at most.
    pub redis: BTreeMap<String, u64>,
    /// How long it all took.
    pub elapsed: Duration,
    pub(super) facts: Facts,
}

/// What the driver knows.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    pub(super) acknowledged_at: HashMap<usize, u64>,
    pub(super) took: Vec<Duration>,
    pub(super) served: Vec<Duration>,
    /// When Redis was away.
    pub(super) outages: Vec<Span>,
    /// Which process was killed or stopped, and until when it was stopped.
    pub(super) deaths: Vec<(u32, Span)>,
}

impl Facts {
    /// The last time before a line at which its process was stopped.
    fn stop_before(&self, line: &Line) -> Option<Span> {
        let of_process = self.deaths.iter().filter(|it| it.0 == line.pid).map(|it| it.1);
        of_process.filter(|stop| stop.0 < line.at && stop.0 < stop.1).max()
    }

    /// When a handler started, if its process was stopped before.
    fn late_start(&self, line: &Line, begun: u64) -> String {
        let Line { number, at, pid, .. } = line;
        let start = format!("event {number}, begun {} ms before, started in {pid}", at - begun);
        match self.stop_before(line) {
            Some((since, until)) => format!(
                "{start}, {} ms after it was stopped, which it was for {} ms",
                at - since,
                until - since
            ),
            None => format!("{start}, which was not stopped before"),
        }
    }
}

impl Report {
    /// Whether nothing was lost, doubled or out of order.
    #[must_use]
    pub fn is_right(&self) -> bool {
        self.lost + self.handled_after_commit + self.committed_again + self.out_of_order == 0
    }

    /// The longest time that the events of a process waited that was killed or stopped, without what the
    /// machine and an outage of Redis took.
    #[must_use]
    pub fn takeover(&self) -> Duration {
        self.longest(Cause::Death)
    }

    /// The longest wait for this cause.
    #[must_use]
    pub fn longest(&self, cause: Cause) -> Duration {
        let millis = self.waits.iter().filter(|it| it.cause == cause).map(|it| it.millis).max();
        Duration::from_millis(millis.unwrap_or_default())
    }

    pub(super) fn check(&mut self, log: &Log, plan: &Plan) {
        let of = |took: &mut Vec<Duration>| {
            took.sort_unstable();
            [50, 99].map(|share| took.get(took.len() * share / 100).copied().unwrap_or_default())
        };
        self.ack = of(&mut self.facts.took);
        self.served = of(&mut self.facts.served);
        self.check_handlers(&log.lines, plan);
        let stops = self.facts.deaths.iter().map(|it| it.1);
        let held = |span: &&Span| stops.clone().any(|stop| stop.0 < span.1 && span.0 < stop.1);
        let mut outages = self.facts.outages.clone();
        if plan.store == "file" {
            // A process that is stopped while it writes holds the file.
            outages.extend(self.store.stalls.iter().filter(held));
        }
        self.waits = waits(
            &log.lines,
            &Circumstances {
                deaths: &self.facts.deaths,
                acknowledged_at: &self.facts.acknowledged_at,
                outages: &outages,
                stalls: &self.machine.stalls,
                slow: &self.store.stalls,
                chats: plan.chats,
            },
        );
    }

    fn check_handlers(&mut self, lines: &[Line], plan: &Plan) {
        let (mut committed, mut ended, mut started) =
            (HashSet::new(), HashSet::new(), HashSet::new());
        let mut last_of_chat: HashMap<usize, usize> = HashMap::new();
        let mut begun: HashMap<(u32, usize), u64> = HashMap::new();
        for line @ Line { what, number: event, at, pid, .. } in lines {
            match what {
                b'b' => _ = begun.insert((*pid, *event), *at),
                b's' => {
                    self.repeated += usize::from(!started.insert(*event));
                    let begun = begun.get(&(*pid, *event)).copied().unwrap_or(*at);
                    if committed.contains(event) && self.is_excused(line, begun) {
                        continue;
                    }
                    let before = event.checked_sub(plan.chats);
                    let last = last_of_chat.entry(event % plan.chats).or_insert(*event);
                    let is_early = before.is_some_and(|it| !ended.contains(&it));
                    self.out_of_order += usize::from(is_early || *last > *event);
                    *last = (*last).max(*event);
                }
                b'e' => _ = ended.insert(*event),
                b'c' => self.committed_again += usize::from(!committed.insert(*event)),
                _ => {}
            }
        }
        let lost = |event: &&usize| !ended.contains(*event);
        self.lost = self.facts.acknowledged_at.keys().filter(lost).count();
    }

    /// Counts a handler that started after its event was committed. Whether it had been begun before its process was
    /// stopped, and started when that woke up.
    fn is_excused(&mut self, start: &Line, begun: u64) -> bool {
        let woke_up = self.facts.stop_before(start).is_some_and(|stop| begun <= stop.0);
        self.woke_up += usize::from(woke_up);
        self.handled_after_commit += usize::from(!woke_up);
        self.after_commit.push(self.facts.late_start(start, begun));
        woke_up
    }
}
