//! The gates of a client.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::{Instant, sleep_until};

use super::limiter::{Gate, Turn};
use super::rate::{Pushback, Rate};

/// The gates of a client, one for each operation and tenant that needs one. The platform counts per
/// app, tenant and operation, and a client has one app.
#[derive(Default)]
pub(crate) struct Gates {
    /// How many there are: nearly always none, and a call has to look no further.
    count: AtomicUsize,
    map: Mutex<Map>,
    /// The limits that the user set, by operation.
    set: HashMap<String, Rate>,
    set_for_all: Option<Rate>,
}

type Map = HashMap<GateKey, Arc<Queue>>;
type GateKey = (String, Option<Arc<str>>);

/// A gate and the calls before it.
struct Queue {
    /// Held by the call whose turn is next. It hands the turn on in the order of arrival.
    head: tokio::sync::Mutex<()>,
    gate: Mutex<Gate>,
}

/// Whether a call may go now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pass {
    /// It may.
    Go,
    /// The gate opens only then, after the call's deadline.
    TooLate(Instant),
}

impl Gates {
    pub(crate) fn new(set: HashMap<String, Rate>, set_for_all: Option<Rate>) -> Self {
        Self { set, set_for_all, ..Self::default() }
    }

    /// Whether calls need not ask.
    pub(crate) fn is_open(&self) -> bool {
        self.count.load(Ordering::Acquire) == 0 && self.set.is_empty() && self.set_for_all.is_none()
    }

    /// Waits for the turn of a call.
    pub(crate) async fn pass(
        &self,
        operation: &str,
        tenant: Option<&Arc<str>>,
        deadline: Instant,
    ) -> Pass {
        let Some(queue) = self.queue(operation, tenant) else { return Pass::Go };
        if let Some(until) = queue.lock().closed_until().filter(|until| *until > deadline) {
            return Pass::TooLate(until);
        }
        let head = queue.head.lock().await;
        loop {
            let turn = queue.lock().turn(Instant::now());
            match turn {
                Turn::Go => break,
                Turn::Wait(until) if until > deadline => return Pass::TooLate(until),
                Turn::Wait(until) => sleep_until(until).await,
            }
        }
        drop(head);
        self.tidy(operation, tenant, &queue);
        Pass::Go
    }

    /// Notes that the platform refused a call.
    pub(crate) fn refused(&self, operation: &str, tenant: Option<&Arc<str>>, pushback: Pushback) {
        let mut map = self.map();
        let key = key(operation, tenant);
        let queue = map.get(&key).cloned().unwrap_or_else(|| {
            let queue = Queue::new(self.limit(operation));
            self.add(&mut map, key, &queue);
            queue
        });
        queue.lock().refused(pushback, Instant::now());
    }

    fn queue(&self, operation: &str, tenant: Option<&Arc<str>>) -> Option<Arc<Queue>> {
        if self.is_open() {
            return None;
        }
        let limit = self.limit(operation);
        let mut map = self.map();
        let key = key(operation, tenant);
        match map.get(&key) {
            Some(queue) => Some(Arc::clone(queue)),
            None => limit.map(|_| {
                let queue = Queue::new(limit);
                self.add(&mut map, key, &queue);
                queue
            }),
        }
    }

    fn limit(&self, operation: &str) -> Option<Rate> {
        self.set.get(operation).copied().or(self.set_for_all)
    }

    /// Takes away a gate that stops nobody.
    fn tidy(&self, operation: &str, tenant: Option<&Arc<str>>, queue: &Arc<Queue>) {
        if !queue.lock().is_idle() {
            return;
        }
        let mut map = self.map();
        let key = key(operation, tenant);
        if map.get(&key).is_some_and(|current| Arc::ptr_eq(current, queue)) {
            map.remove(&key);
            self.count.store(map.len(), Ordering::Release);
        }
    }

    /// Adds a gate, and forgets those that are over if there are many: raw requests with ids in
    /// their paths are an operation each.
    fn add(&self, map: &mut Map, key: GateKey, queue: &Arc<Queue>) {
        const MANY: usize = 256;
        if map.len() >= MANY {
            let now = Instant::now();
            map.retain(|_, queue| !queue.lock().is_over(now));
        }
        map.insert(key, Arc::clone(queue));
        self.count.store(map.len(), Ordering::Release);
    }

    fn map(&self) -> MutexGuard<'_, Map> {
        self.map.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    fn new(limit: Option<Rate>) -> Arc<Self> {
        Arc::new(Self { head: tokio::sync::Mutex::new(()), gate: Mutex::new(Gate::new(limit)) })
    }

    fn lock(&self) -> MutexGuard<'_, Gate> {
        self.gate.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(operation: &str, tenant: Option<&Arc<str>>) -> GateKey {
    (operation.to_owned(), tenant.cloned())
}
