//! What the hook of an inbox learns.

use std::time::Duration;

use super::store::Gauges;
use crate::util::run_hook;

/// What happened in an inbox, as the hook [`on_report`](super::InboxBuilder::on_report) sees it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum InboxReport<'a> {
    /// What happened to an event.
    Event {
        /// The id of the event.
        event_id: &'a str,
        /// The type of the event.
        event_type: &'a str,
        /// The partition that it is in.
        partition: u32,
        /// What happened.
        change: InboxChange<'a>,
    },
    /// A partition came to this process, or left it.
    Partition {
        /// The partition, from 0.
        partition: u32,
        /// What happened.
        change: PartitionChange,
    },
    /// How much is in the inbox, every 10 s.
    Gauges(&'a Gauges),
}

/// What happened to an event of an inbox.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum InboxChange<'a> {
    /// It is stored.
    Stored,
    /// A handler begins with it.
    Begun {
        /// The number of the attempt, from 1.
        attempt: u32,
        /// How long ago it was stored.
        age: Duration,
    },
    /// It is handled, and that is stored: it is never handled again.
    Committed {
        /// How long the handler took.
        elapsed: Duration,
    },
    /// It failed and is handled again later.
    Retrying {
        /// After how long.
        after: Duration,
        /// How the attempt ended.
        reason: &'a str,
    },
    /// It is set aside.
    Dead {
        /// How the last attempt ended.
        reason: &'a str,
    },
    /// Its handler ran, but its partition was lost meanwhile, and whether its end was stored is not known: another
    /// process has it, or the store does not answer. Unless it was, it is handled again.
    Lost,
}

/// What happened to a partition of an inbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PartitionChange {
    /// This process handles its events from now on.
    Acquired,
    /// None of its events is being handled any more, and other processes may take it.
    GivenBack,
    /// Another process has taken it over, or may have: its handlers were stopped.
    Lost,
}

/// Called with each report.
pub(super) type ReportHook = Box<dyn Fn(&InboxReport<'_>) + Send + Sync>;

pub(super) fn report(hook: Option<&ReportHook>, report: &InboxReport<'_>) {
    if let Some(hook) = hook {
        run_hook("on_report", || hook(report));
    }
}
