//! What a run shows, as a table for a note.

use std::fmt;
use std::time::Duration;

use super::check::Report;
use super::plan::Plan;
use super::takeover::Cause;

/// A run and what came out of it.
pub struct Table<'a>(pub &'a Plan, pub &'a Report);

const ACK: Duration = Duration::from_secs(1);

impl Table<'_> {
    /// What must hold, what was found, and whether that is right.
    fn lines(&self) -> Vec<(String, String, Option<bool>)> {
        let Self(plan, report) = self;
        let mut lines = Vec::new();
        let mut none = |what: &str, count: usize| {
            lines.push((what.to_owned(), count.to_string(), Some(count == 0)));
        };
        none("acknowledged events lost", report.lost);
        none("handled again after their commit", report.handled_after_commit);
        none("committed again", report.committed_again);
        none("out of order within a chat", report.out_of_order);
        let limit = plan.lease + Duration::from_secs(1);
        let takeover = report.takeover();
        lines.push((
            format!("a dead process's events go on within {}", seconds(limit)),
            seconds(takeover),
            Some(takeover <= limit),
        ));
        lines.push((
            format!("acknowledgement p99 below {}, once a process has the push", seconds(ACK)),
            seconds(report.served[1]),
            Some(report.served[1] < ACK),
        ));
        let mut note = |what: &str, found: String| lines.push((what.to_owned(), found, None));
        let pair = |[p50, p99]: [Duration; 2]| format!("{}, {}", seconds(p50), seconds(p99));
        note("the same, p50 and p99", pair(report.served));
        note(
            "from the moment at which it is sent, processes killed, starting and stopped included",
            pair(report.ack),
        );
        note(
            "longest wait for a partition that a living process hands over",
            seconds(report.longest(Cause::Handover)),
        );
        note(
            "longest wait for a partition that was lost while Redis was away",
            seconds(report.longest(Cause::Lost)),
        );
        note(
            "handlers of committed events that started when their process woke up; none committed",
            report.woke_up.to_string(),
        );
        note("longest wait for the events before it", seconds(report.longest(Cause::Queue)));
        note(
            "a change of the store took, p99 and longest",
            pair([report.store.p99, report.store.longest]),
        );
        note(
            "the machine let a thread run so late, p99 and longest",
            pair([report.machine.p99, report.machine.longest]),
        );
        note("stalls of the machine in all", seconds(report.machine.in_all()));
        let delay = |it: (&String, &u64)| format!("{} {} ms", it.0, it.1);
        let delays: Vec<String> = report.redis.iter().map(delay).collect();
        if !delays.is_empty() {
            note("what Redis says that it was held up by, at most", delays.join(", "));
        }
        lines
    }

    /// Whether all holds.
    #[must_use]
    pub fn is_right(&self) -> bool {
        self.lines().iter().all(|line| line.2 != Some(false))
    }

    /// The longest waits for more than a queue, and what happened meanwhile: those that were too long, and one
    /// more.
    #[must_use]
    pub fn longest(&self) -> Vec<String> {
        let Self(plan, report) = self;
        let limit = (plan.lease + Duration::from_secs(1)).as_millis();
        let waits = report.waits.iter().filter(|it| it.cause != Cause::Queue).enumerate();
        let longest =
            waits.take_while(|(number, it)| *number == 0 || u128::from(it.millis) > limit);
        longest
            .take(3)
            .map(|(_, it)| it)
            .map(|it| {
                format!(
                    "{:?}, {} ms, and {} ms excused: {}",
                    it.cause, it.millis, it.excused, it.story
                )
            })
            .collect()
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.3} s", time.as_secs_f64())
}

impl fmt::Display for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(plan, report) = self;
        writeln!(
            f,
            "{} events in {}, seed {}: {} processes, {} kills and {} stops, one each {}, {} restarts of \
             Redis; lease {}; {:.0} s, {:.0} events/s; {} handlers ran again, {} pushes refused, {} sent again",
            report.acknowledged,
            plan.store,
            plan.seed,
            plan.processes,
            report.kills,
            report.stops,
            seconds(plan.kill_every),
            report.restarts,
            seconds(plan.lease),
            report.elapsed.as_secs_f64(),
            report.acknowledged as f64 / report.elapsed.as_secs_f64(),
            report.repeated,
            report.refused,
            report.sent_again,
        )?;
        writeln!(f, "\n| What | Found | |\n|---|---|---|")?;
        for (what, found, is_right) in self.lines() {
            let verdict = match is_right {
                Some(true) => "holds",
                Some(false) => "**missed**",
                None => "",
            };
            writeln!(f, "| {what} | {found} | {verdict} |")?;
        }
        Ok(())
    }
}
