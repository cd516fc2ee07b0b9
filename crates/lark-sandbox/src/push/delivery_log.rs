//! What was pushed, what is to be pushed again, and how each attempt ended.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;

use super::attempt::AttemptKind;
use super::event::Event;
use super::receipt::{PushFailure, Receipt};

/// The number of events and of attempts that are remembered; the oldest give way.
const REMEMBERED: usize = 100_000;

/// How long after one attempt the next one follows. Source: the platform's page on events.
const RETRIES: [Duration; 4] = [
    Duration::from_secs(15),
    Duration::from_secs(5 * 60),
    Duration::from_secs(60 * 60),
    Duration::from_secs(6 * 60 * 60),
];

/// The delivery state of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PushState {
    /// On its way, or waiting for its next attempt.
    Pending,
    /// The app has responded with 200 in time.
    Delivered,
    /// Five attempts failed.
    GaveUp,
}

/// One attempt to deliver an event.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PushAttempt {
    /// `event_id` of envelope 2.0, `uuid` of 1.0.
    pub event_id: String,
    /// `im.message.receive_v1`
    pub event_type: String,
    /// The app it went to.
    pub app_id: String,
    /// 1 for the first, also after a redelivery by command.
    pub attempt: u32,
    /// When it began, by the sandbox's clock, since the sandbox was started.
    pub at: Duration,
    /// The HTTP status, or the code of the acknowledgement; None if no response came.
    pub status: Option<u16>,
    /// The headers of the response, as in [`Receipt::headers`].
    pub headers: Vec<(String, String)>,
    /// The body of the response, the first 64 KiB of it.
    pub body: Bytes,
    /// The long connection over which it went; None if it was posted, and if there was none.
    pub connection_id: Option<String>,
    /// How long the response took, by the computer's clock.
    pub latency: Duration,
    /// Why no response came.
    pub failure: Option<PushFailure>,
}

struct Entry {
    event: Arc<Event>,
    state: PushState,
    attempts: u32,
    retries: usize,
    /// When the next attempt is to begin.
    due: Option<SystemTime>,
    in_flight: u32,
}

/// One attempt that has ended.
pub(super) struct Attempted<'a> {
    pub(super) kind: AttemptKind,
    /// When it began, since the sandbox was started.
    pub(super) at: Duration,
    /// The same as a time.
    pub(super) now: SystemTime,
    pub(super) receipt: &'a Receipt,
}

/// The events of one sandbox and the attempts to deliver them.
#[derive(Default)]
pub(super) struct DeliveryLog {
    entries: BTreeMap<u64, Entry>,
    by_id: HashMap<String, u64>,
    /// The entries that wait, in the order in which their time comes.
    due: BTreeSet<(SystemTime, u64)>,
    added: u64,
    attempts: VecDeque<PushAttempt>,
    in_flight: usize,
}

impl DeliveryLog {
    /// Takes an event in; it is due at `due`.
    pub(super) fn add(&mut self, event: Arc<Event>, due: Option<SystemTime>) {
        if self.entries.len() >= REMEMBERED {
            self.forget_oldest();
        }
        self.added += 1;
        let serial = self.added;
        self.by_id.insert(event.id.clone(), serial);
        let state = PushState::Pending;
        let entry = Entry { event, state, attempts: 0, retries: 0, due: None, in_flight: 0 };
        self.entries.insert(serial, entry);
        self.schedule(serial, due);
    }

    /// Drops the oldest event whose fate is sealed.
    fn forget_oldest(&mut self) {
        let ended = |entry: &Entry| entry.state != PushState::Pending && entry.in_flight == 0;
        let oldest = self.entries.iter().find(|(_, entry)| ended(entry)).map(|(key, _)| *key);
        if let Some(entry) = oldest.and_then(|key| self.entries.remove(&key)) {
            self.by_id.remove(&entry.event.id);
        }
    }

    /// Says when the next attempt of an event begins; None: it does not.
    fn schedule(&mut self, serial: u64, due: Option<SystemTime>) {
        let Some(entry) = self.entries.get_mut(&serial) else { return };
        if let Some(before) = entry.due {
            self.due.remove(&(before, serial));
        }
        entry.due = due;
        self.due.extend(due.map(|due| (due, serial)));
    }

    pub(super) fn event(&self, id: &str) -> Option<Arc<Event>> {
        Some(Arc::clone(&self.entries[self.by_id.get(id)?].event))
    }

    pub(super) fn state(&self, id: &str) -> Option<PushState> {
        Some(self.entries[self.by_id.get(id)?].state)
    }

    pub(super) fn attempts(&self) -> Vec<PushAttempt> {
        self.attempts.iter().cloned().collect()
    }

    /// The next event whose time has come; it counts as begun.
    pub(super) fn claim_due(&mut self, now: SystemTime) -> Option<Arc<Event>> {
        let (_, serial) = self.due.first().copied().filter(|(due, _)| *due <= now)?;
        self.schedule(serial, None);
        let entry = self.entries.get_mut(&serial)?;
        entry.in_flight += 1;
        self.in_flight += 1;
        Some(Arc::clone(&entry.event))
    }

    /// Begins an attempt that is not due.
    pub(super) fn claim(&mut self, id: &str) {
        if let Some((_, entry)) = self.entry(id) {
            entry.in_flight += 1;
            self.in_flight += 1;
        }
    }

    /// Notes how an attempt ended.
    pub(super) fn end(&mut self, event: &Event, attempted: Attempted<'_>) {
        let Some((serial, entry)) = self.entry(&event.id) else { return };
        entry.in_flight -= 1;
        entry.attempts += 1;
        let number = entry.attempts;
        let is_scheduled = attempted.kind == AttemptKind::Scheduled;
        if attempted.receipt.is_accepted() {
            entry.state = PushState::Delivered;
            self.schedule(serial, None);
        } else if is_scheduled && entry.state == PushState::Pending {
            let due = RETRIES.get(entry.retries).map(|wait| attempted.now + *wait);
            entry.retries += 1;
            if due.is_none() {
                entry.state = PushState::GaveUp;
            }
            self.schedule(serial, due);
        }
        self.in_flight -= 1;
        self.note(event, &attempted, number);
    }

    fn note(&mut self, event: &Event, attempted: &Attempted<'_>, number: u32) {
        if self.attempts.len() == REMEMBERED {
            self.attempts.pop_front();
        }
        let receipt = attempted.receipt;
        self.attempts.push_back(PushAttempt {
            event_id: event.id.clone(),
            event_type: event.event_type.clone(),
            app_id: event.to.app_id.clone(),
            attempt: number,
            at: attempted.at,
            status: receipt.status,
            headers: receipt.headers.clone(),
            body: receipt.body.clone(),
            connection_id: receipt.connection_id.clone(),
            latency: receipt.latency,
            failure: receipt.failure,
        });
    }

    /// Puts back an attempt that nobody waits for any longer.
    pub(super) fn release(&mut self, id: &str, now: SystemTime) {
        if let Some((serial, entry)) = self.entry(id) {
            entry.in_flight -= 1;
            let pending = entry.state == PushState::Pending;
            self.in_flight -= 1;
            if pending {
                self.schedule(serial, Some(now));
            }
        }
    }

    /// Whether nothing is on its way and nothing is due.
    pub(super) fn is_settled(&self, now: SystemTime) -> bool {
        self.in_flight == 0 && self.next_due().is_none_or(|due| due > now)
    }

    /// When the next event is due.
    pub(super) fn next_due(&self) -> Option<SystemTime> {
        self.due.first().map(|(due, _)| *due)
    }

    fn entry(&mut self, id: &str) -> Option<(u64, &mut Entry)> {
        let serial = *self.by_id.get(id)?;
        self.entries.get_mut(&serial).map(|entry| (serial, entry))
    }
}
