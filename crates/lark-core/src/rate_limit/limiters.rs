//! The rate limiters of a client.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout};

use super::fleet::{Fleet, Lease};
use super::limiter::{Decision, Prior, RateLimiter};
use super::passes::Passes;
use super::rate::{Pushback, Rate};
use super::shared::{Refusal, SharedRateLimits};
use crate::operation::OperationFacts;
use crate::util::{BoxFuture, lock};

/// Interval at which a call in line looks whether the first one takes its turns.
const HEAD_PATIENCE: Duration = Duration::from_secs(4);

/// Number of limiters below which expired ones may stay.
const MANY: usize = 256;

/// The rate limiters of a client, one for each operation and tenant that needs one. The platform
/// counts per app, tenant and operation, and a client has one app.
#[derive(Default)]
pub(crate) struct RateLimiters {
    /// Number of limiters. It is nearly always 0, and then a call does not have to look further.
    count: AtomicUsize,
    map: Mutex<Map>,
    configured: ConfiguredRates,
    passes: Passes,
    /// What other processes take part in.
    fleet: Option<Fleet>,
}

/// The limits that the user set.
#[derive(Default)]
pub(crate) struct ConfiguredRates {
    /// By operation.
    pub(crate) of_operations: HashMap<String, Rate>,
    /// Whether the others are limited as the platform documents it.
    pub(crate) are_documented_kept: bool,
    /// Of all the rest.
    pub(crate) default: Option<Rate>,
}

/// The operation of a call, and what is known about it.
#[derive(Clone, Copy)]
pub(crate) struct Limited<'a> {
    pub(crate) operation: &'a str,
    pub(crate) facts: Option<OperationFacts>,
    /// Whether the call keeps the documented limits, whatever the client does.
    pub(crate) keeps_documented: bool,
}

/// The limiters.
struct Map {
    queues: HashMap<Key, Arc<Queue>>,
    /// Number at which the expired ones are dropped. As many must have been added since the last time, or a
    /// client of many tenants would look at all of them for each.
    full: usize,
}

type Key = (String, Option<Arc<str>>);

/// A limiter and the calls that wait for it.
pub(super) struct Queue {
    /// Held by the call that is next. A fair lock, so calls follow in the order of arrival.
    head: tokio::sync::Mutex<()>,
    limiter: Mutex<RateLimiter>,
    /// Permits of the fleet.
    lease: Mutex<Lease>,
}

/// Whether a call may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    /// It may be made now.
    Granted,
    /// Only at this time, which is after the call's deadline.
    TooLate(Instant),
}

impl RateLimiters {
    pub(crate) fn new(configured: ConfiguredRates) -> Self {
        Self { configured, ..Self::default() }
    }

    /// Limits that other processes keep as well, under keys that begin with `prefix`.
    pub(crate) fn shared(self, shared: Arc<dyn SharedRateLimits>, prefix: String) -> Self {
        Self { fleet: Some(Fleet::new(shared, prefix)), ..self }
    }

    /// Hears of the refusals of other processes from now on.
    pub(crate) fn listen(self: &Arc<Self>) {
        if let Some(fleet) = &self.fleet {
            fleet.listen(self);
        }
    }

    /// Whether calls need not ask.
    pub(crate) fn is_unlimited(&self) -> bool {
        self.count.load(Ordering::Acquire) == 0 && self.configured.is_empty()
    }

    /// Waits until a call may be made, in the order of arrival.
    pub(crate) fn admit<'a>(
        &'a self,
        call: Limited<'a>,
        tenant: Option<&'a Arc<str>>,
        deadline: Instant,
    ) -> BoxFuture<'a, Admission> {
        Box::pin(async move {
            let Some(queue) = self.queue(call, tenant) else { return Admission::Granted };
            if let Some(until) = queue.lock().blocked_until().filter(|until| *until > deadline) {
                return Admission::TooLate(until);
            }
            let mut turn = pin!(queue.head.lock());
            let head = loop {
                if let Ok(head) = timeout(HEAD_PATIENCE, turn.as_mut()).await {
                    break Some(head);
                }
                // The first in line would have gone: nobody drives its runtime, or it asks for a permit.
                if queue.lock().check(Instant::now()) == Decision::Admit {
                    break None;
                }
            };
            while head.is_some() {
                let decision = queue.lock().check(Instant::now());
                match decision {
                    Decision::Admit => break,
                    Decision::WaitUntil(until) if until > deadline => {
                        return Admission::TooLate(until);
                    }
                    Decision::WaitUntil(until) => sleep_until(until).await,
                }
            }
            let admission = match &self.fleet {
                None => Admission::Granted,
                Some(fleet) => {
                    let permit = fleet.admit(&queue, call.operation, tenant, deadline);
                    let admission = permit.await;
                    queue.lock().sent(Instant::now());
                    admission
                }
            };
            drop(head);
            self.remove_if_idle(call.operation, tenant, &queue);
            admission
        })
    }

    /// Records that the platform took a call.
    pub(crate) fn passed(&self, call: Limited<'_>, tenant: Option<&Arc<str>>) {
        self.passes.record(call.operation, tenant, Instant::now());
    }

    /// Records that the platform rejected a call for its rate.
    pub(crate) fn throttled(
        &self,
        call: Limited<'_>,
        tenant: Option<&Arc<str>>,
        pushback: Pushback,
    ) {
        let now = Instant::now();
        let prior = Prior {
            passed: self.passes.per_second(call.operation, tenant, now),
            documented: call.facts.and_then(|facts| facts.rate_limits().min_by_key(|it| it.window)),
        };
        let mut map = self.map();
        let key = key(call.operation, tenant);
        let queue = map.queues.get(&key).cloned().unwrap_or_else(|| {
            let queue = Queue::new(self.configured.limiter(call));
            self.add(&mut map, key, &queue);
            queue
        });
        let refusal = queue.lock().throttled(pushback, prior, now);
        if let (Some(fleet), Some(refusal)) = (&self.fleet, refusal) {
            fleet.tell(call.operation, tenant, refusal);
        }
    }

    /// Records that the platform rejected a call of another process.
    pub(super) fn heard(&self, key: &str, refusal: Refusal) {
        let parts = self.fleet.as_ref().and_then(|fleet| fleet.parts(key));
        let Some((operation, tenant)) = parts else { return };
        let mut map = self.map();
        let key = (operation.to_owned(), tenant.map(Arc::from));
        let queue = map.queues.get(&key).cloned().or_else(|| {
            let limiter = self.configured.limiter_of(operation)?;
            let queue = Queue::new(limiter);
            self.add(&mut map, key, &queue);
            Some(queue)
        });
        if let Some(queue) = queue {
            queue.lock().heard(refusal, Instant::now());
        }
    }

    fn queue(&self, call: Limited<'_>, tenant: Option<&Arc<str>>) -> Option<Arc<Queue>> {
        if self.is_unlimited() && !call.keeps_documented {
            return None;
        }
        let mut map = self.map();
        let key = key(call.operation, tenant);
        if let Some(queue) = map.queues.get(&key) {
            return Some(Arc::clone(queue));
        }
        let limiter = self.configured.limiter(call);
        if limiter.is_idle() {
            return None;
        }
        let queue = Queue::new(limiter);
        self.add(&mut map, key, &queue);
        Some(queue)
    }

    /// Removes a limiter that admits every call.
    fn remove_if_idle(&self, operation: &str, tenant: Option<&Arc<str>>, queue: &Arc<Queue>) {
        if !queue.lock().is_idle() {
            return;
        }
        let mut map = self.map();
        let key = key(operation, tenant);
        if map.queues.get(&key).is_some_and(|current| Arc::ptr_eq(current, queue)) {
            map.queues.remove(&key);
            self.count.store(map.queues.len(), Ordering::Release);
        }
    }

    /// Adds a limiter, and drops expired ones if there are many: each raw request with an id in its
    /// path is a separate operation.
    fn add(&self, map: &mut Map, key: Key, queue: &Arc<Queue>) {
        let Map { queues, full } = map;
        if queues.len() >= *full {
            let now = Instant::now();
            queues.retain(|_, queue| !queue.lock().is_expired(now));
            *full = (queues.len() * 2).max(MANY);
        }
        queues.insert(key, Arc::clone(queue));
        self.count.store(queues.len(), Ordering::Release);
    }

    fn map(&self) -> MutexGuard<'_, Map> {
        lock(&self.map)
    }
}

impl Default for Map {
    fn default() -> Self {
        Self { queues: HashMap::new(), full: MANY }
    }
}

impl ConfiguredRates {
    fn is_empty(&self) -> bool {
        self.of_operations.is_empty() && !self.are_documented_kept && self.default.is_none()
    }

    /// A new limiter of a call's operation.
    fn limiter(&self, call: Limited<'_>) -> RateLimiter {
        if let Some(rate) = self.of_operations.get(call.operation) {
            return RateLimiter::new(&[*rate]);
        }
        if let Some(facts) =
            call.facts.filter(|_| self.are_documented_kept || call.keeps_documented)
        {
            let rates: Vec<Rate> = facts.rate_limits().collect();
            if !rates.is_empty() {
                return RateLimiter::new(&rates);
            }
        }
        RateLimiter::new(self.default.as_slice())
    }

    /// The same for an operation of which no more is known. None if its documented limits are needed: its
    /// first call makes the limiter.
    fn limiter_of(&self, operation: &str) -> Option<RateLimiter> {
        let is_set = self.of_operations.contains_key(operation);
        let call = Limited { operation, facts: None, keeps_documented: false };
        (is_set || !self.are_documented_kept).then(|| self.limiter(call))
    }
}

impl Queue {
    fn new(limiter: RateLimiter) -> Arc<Self> {
        let head = tokio::sync::Mutex::new(());
        Arc::new(Self { head, limiter: Mutex::new(limiter), lease: Mutex::default() })
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, RateLimiter> {
        lock(&self.limiter)
    }

    pub(super) fn lease(&self) -> MutexGuard<'_, Lease> {
        lock(&self.lease)
    }
}

fn key(operation: &str, tenant: Option<&Arc<str>>) -> Key {
    (operation.to_owned(), tenant.cloned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn many_tenants_cost_each_of_them_little_and_do_not_stay() {
        let default = Some(Rate::per_second(5));
        let limiters = RateLimiters::new(ConfiguredRates { default, ..ConfiguredRates::default() });
        let call = Limited { operation: "x", facts: None, keeps_documented: false };
        let admit = async |numbers: std::ops::Range<u32>| {
            let mut looks = 0;
            for number in numbers {
                let tenant = Arc::from(number.to_string());
                let full = limiters.map().full;
                limiters.admit(call, Some(&tenant), Instant::now()).await;
                looks += u32::from(limiters.map().full != full);
            }
            looks
        };
        assert_eq!(admit(0..20_000).await, 7, "at 256, 512, .. 16,384");
        tokio::time::advance(Duration::from_secs(60)).await;
        admit(20_000..40_000).await;
        let kept = limiters.map().queues.len();
        assert!((7_000..=20_000).contains(&kept), "{kept}: the first have expired");
    }
}
