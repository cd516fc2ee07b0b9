//! What must hold, whatever was killed.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::Read as _;
use std::time::Duration;

use super::plan::Plan;

/// What happened, and what is wrong with it.
#[derive(Clone, Default)]
pub struct Report {
    /// The number of events that were acknowledged: all.
    pub acknowledged: usize,
    /// How many of them have no end of a handler.
    pub lost: usize,
    /// How often a handler started with an event that was committed.
    pub handled_after_commit: usize,
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
    /// Half of the acknowledgements came within this.
    pub ack_p50: Duration,
    /// All but a hundredth of them came within this.
    pub ack_p99: Duration,
    /// The longest time between two starts of an event's handlers, unless Redis was away meanwhile.
    pub takeover: Duration,
    /// How long it all took.
    pub elapsed: Duration,
    pub(super) acknowledged_at: HashMap<usize, u64>,
    pub(super) took: Vec<Duration>,
    /// When Redis was away.
    pub(super) outages: Vec<(u64, u64)>,
}

impl std::fmt::Debug for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Report")
            .field("acknowledged", &self.acknowledged)
            .field("lost", &self.lost)
            .field("handled_after_commit", &self.handled_after_commit)
            .field("out_of_order", &self.out_of_order)
            .field("repeated", &self.repeated)
            .field("refused", &self.refused)
            .field("sent_again", &self.sent_again)
            .field("kills", &self.kills)
            .field("stops", &self.stops)
            .field("restarts", &self.restarts)
            .field("ack_p50", &self.ack_p50)
            .field("ack_p99", &self.ack_p99)
            .field("takeover", &self.takeover)
            .field("elapsed", &self.elapsed)
            .finish_non_exhaustive()
    }
}

impl Report {
    /// Whether nothing was lost, doubled or out of order.
    #[must_use]
    pub fn is_right(&self) -> bool {
        self.lost + self.handled_after_commit + self.out_of_order == 0
    }

    pub(super) fn check(&mut self, log: Log, plan: &Plan) {
        self.took.sort_unstable();
        let at = |share: usize| self.took.get(self.took.len() * share / 100).copied();
        self.ack_p50 = at(50).unwrap_or_default();
        self.ack_p99 = at(99).unwrap_or_default();
        let (mut committed, mut ended) = (HashSet::new(), HashSet::new());
        let mut started: HashMap<usize, u64> = HashMap::new();
        let mut last_of_chat: HashMap<usize, usize> = HashMap::new();
        for Line { what, event, at } in log.lines {
            match what {
                b's' => {
                    let chat = event % plan.chats;
                    let before = event.checked_sub(plan.chats);
                    let last = last_of_chat.entry(chat).or_insert(event);
                    let is_early = before.is_some_and(|it| !ended.contains(&it));
                    self.out_of_order += usize::from(is_early || *last > event);
                    *last = (*last).max(event);
                    self.handled_after_commit += usize::from(committed.contains(&event));
                    if let Some(before) = started.insert(event, at) {
                        self.repeated += 1;
                        let was_away = |it: &(u64, u64)| before <= it.1 && it.0 <= at;
                        if !self.outages.iter().any(was_away) {
                            let gap = Duration::from_millis(at.saturating_sub(before));
                            self.takeover = self.takeover.max(gap);
                        }
                    }
                }
                b'e' => _ = ended.insert(event),
                b'c' => _ = committed.insert(event),
                _ => {}
            }
        }
        let lost = |event: &&usize| !ended.contains(*event);
        self.lost = self.acknowledged_at.keys().filter(lost).count();
    }
}

struct Line {
    /// `s`tarted, `e`nded, `c`ommitted, `l`ost to another process.
    what: u8,
    event: usize,
    at: u64,
}

/// The log of all processes, as far as it was read.
pub(super) struct Log {
    file: File,
    rest: Vec<u8>,
    lines: Vec<Line>,
    ended: HashSet<usize>,
    committed: usize,
}

impl Log {
    pub(super) fn new(file: File) -> Self {
        Self { file, rest: Vec::new(), lines: Vec::new(), ended: HashSet::new(), committed: 0 }
    }

    /// Reads on.
    pub(super) fn read(&mut self) {
        self.file.read_to_end(&mut self.rest).expect("a log");
        let Some(end) = self.rest.iter().rposition(|byte| *byte == b'\n') else { return };
        let rest = self.rest.split_off(end + 1);
        let text = std::mem::replace(&mut self.rest, rest);
        for line in String::from_utf8_lossy(&text).lines() {
            let parts: Vec<&str> = line.split(' ').collect();
            let [what, event, at, _] = parts[..] else { panic!("not a line: {line}") };
            let (what, event) = (what.as_bytes()[0], event.parse().expect("a number"));
            match what {
                b'e' => _ = self.ended.insert(event),
                b'c' => self.committed += 1,
                _ => {}
            }
            self.lines.push(Line { what, event, at: at.parse().expect("a time") });
        }
    }

    /// How many events were handled.
    pub(super) fn ended(&self) -> usize {
        self.ended.len()
    }

    /// How many were committed.
    pub(super) fn committed(&self) -> usize {
        self.committed
    }
}
