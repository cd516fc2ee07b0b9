//! The events of a partition that wait, in a queue for each ordering key.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use tokio::time::Instant;

use super::store::{Position, StoredEvent};
use crate::util::later;

/// So many events of a key are kept whole. Of the others behind them only the positions are.
const WHOLE: usize = 8;

/// The queues of a partition.
#[derive(Default)]
pub(super) struct Queues {
    by_key: HashMap<Arc<str>, Queue>,
    /// The keys whose first event may be handled, in the order in which they came to that.
    ready: VecDeque<Arc<str>>,
    /// The keys whose first event waits for its next attempt.
    waiting: BTreeSet<(Instant, Arc<str>)>,
    /// Number of events.
    len: usize,
}

/// The events with one ordering key. The first one is ready, waits, or is being handled.
#[derive(Default)]
struct Queue(VecDeque<Queued>);

struct Queued {
    position: Position,
    /// Not before.
    ready_at: Option<Instant>,
    event: Option<Box<StoredEvent>>,
    /// When the event was as old as it says.
    as_of: Instant,
}

/// What can be done for a key that is ready.
pub(super) enum Ready {
    /// Its first event, which is being handled from now on.
    Event(Box<StoredEvent>),
    /// The positions of its first events, which have to be loaded.
    Unloaded(Arc<str>, Vec<Position>),
}

impl Queues {
    /// Puts an event at the end of its queue.
    pub(super) fn push(&mut self, event: StoredEvent, now: Instant) {
        let (key, queue) = match self.by_key.get_key_value(&*event.ordering_key) {
            Some((key, _)) => (Arc::clone(key), self.by_key.get_mut(&*event.ordering_key)),
            None => (Arc::from(&*event.ordering_key), None),
        };
        let ready_at = (!event.wait.is_zero()).then(|| later(now, event.wait));
        let position = event.position;
        let mut queued = Queued { position, ready_at, event: Some(Box::new(event)), as_of: now };
        self.len += 1;
        match queue {
            Some(Queue(queue)) => {
                if queue.len() >= WHOLE {
                    queued.event = None;
                }
                queue.push_back(queued);
            }
            None => {
                self.by_key.insert(Arc::clone(&key), Queue(VecDeque::from([queued])));
                self.arrange(key);
            }
        }
    }

    /// Number of events.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Number of keys that are ready.
    pub(super) fn ready(&self) -> usize {
        self.ready.len()
    }

    /// When the next key becomes ready.
    pub(super) fn next_at(&self) -> Option<Instant> {
        self.waiting.first().map(|(at, _)| *at)
    }

    /// Makes the keys ready whose time has come.
    pub(super) fn advance(&mut self, now: Instant) {
        while self.waiting.first().is_some_and(|(at, _)| *at <= now) {
            self.ready.extend(self.waiting.pop_first().map(|(_, key)| key));
        }
    }

    /// The next key that is ready.
    pub(super) fn next(&mut self) -> Option<Ready> {
        let key = self.ready.pop_front()?;
        let Queue(queue) = self.by_key.get_mut(&key)?;
        let first = queue.front_mut()?;
        if let Some(mut event) = first.event.take() {
            let now = Instant::now();
            event.age = event.age.saturating_add(now - first.as_of);
            first.as_of = now;
            return Some(Ready::Event(event));
        }
        let unloaded = queue.iter().take(WHOLE).take_while(|it| it.event.is_none());
        let positions = unloaded.map(|it| it.position).collect();
        Some(Ready::Unloaded(key, positions))
    }

    /// Puts what was loaded of a key in its place; those that are not there any more leave it.
    pub(super) fn loaded(&mut self, key: Arc<str>, asked: &[Position], events: Vec<StoredEvent>) {
        let now = Instant::now();
        if let Some(Queue(queue)) = self.by_key.get_mut(&key) {
            let mut events: HashMap<Position, StoredEvent> =
                events.into_iter().map(|it| (it.position, it)).collect();
            for queued in queue.iter_mut().take(asked.len()) {
                queued.event = events.remove(&queued.position).map(Box::new);
                queued.as_of = now;
            }
            let before = queue.len();
            queue.retain(|it| it.event.is_some() || !asked.contains(&it.position));
            self.len -= before - queue.len();
        }
        self.arrange(key);
    }

    /// Makes a key ready again whose event could not be loaded.
    pub(super) fn not_loaded(&mut self, key: Arc<str>) {
        self.ready.push_back(key);
    }

    /// The first event of a key has left: the next one of it may be handled.
    pub(super) fn finish(&mut self, key: &str) {
        let Some((key, _)) = self.by_key.get_key_value(key) else { return };
        let key = Arc::clone(key);
        let left = self.by_key.get_mut(&key).and_then(|Queue(queue)| queue.pop_front());
        self.len -= usize::from(left.is_some());
        self.arrange(key);
    }

    /// The first event of a key has to be handled again.
    pub(super) fn again(&mut self, event: StoredEvent, at: Instant) {
        let Some((key, _)) = self.by_key.get_key_value(&*event.ordering_key) else { return };
        let key = Arc::clone(key);
        if let Some(first) = self.by_key.get_mut(&key).and_then(|Queue(queue)| queue.front_mut()) {
            first.ready_at = Some(at);
            first.event = Some(Box::new(event));
        }
        self.arrange(key);
    }

    /// Has a key wait, be ready, or leave.
    fn arrange(&mut self, key: Arc<str>) {
        let first = self.by_key.get(&key).map(|Queue(queue)| queue.front().map(|it| it.ready_at));
        match first {
            Some(Some(Some(at))) => _ = self.waiting.insert((at, key)),
            Some(Some(None)) => self.ready.push_back(key),
            Some(None) => _ = self.by_key.remove(&key),
            None => {}
        }
    }
}
