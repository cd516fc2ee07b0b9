//! The client's side of rate limits that several processes keep together.

use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, sleep_until};

use super::limiters::{Admission, Queue, RateLimiters};
use super::rate::Rate;
use super::shared::{PermitRequest, Permits, Refusal, SharedRateLimits};
use crate::store::{StoreError, guard};
use crate::util::{BoxFuture, caught, later, lock, spawn};

const NAME: &str = "the store of the shared rate limits";
/// Longest time to take a permit. Calls wait for it in line.
const PATIENCE: Duration = Duration::from_millis(500);
/// How long the process keeps the limits alone after a failure.
const PAUSE: Duration = Duration::from_secs(5);
/// Most permits at once.
const MOST: u32 = 64;

/// The rate limits of a fleet, as one process sees them.
pub(super) struct Fleet {
    shared: Arc<dyn SharedRateLimits>,
    /// Begins the keys of the app.
    prefix: String,
    /// Until when nothing is asked.
    alone_until: Mutex<Option<Instant>>,
    listener: Mutex<Option<JoinHandle<()>>>,
}

impl Fleet {
    pub(super) fn new(shared: Arc<dyn SharedRateLimits>, prefix: String) -> Self {
        Self { shared, prefix, alone_until: Mutex::default(), listener: Mutex::default() }
    }

    pub(super) fn key(&self, operation: &str, tenant: Option<&Arc<str>>) -> String {
        let tenant = tenant.map(|tenant| &**tenant).unwrap_or_default();
        format!("{}|{operation}|{tenant}", self.prefix)
    }

    /// The operation and the tenant of a key, if it is one of the app.
    pub(super) fn parts<'a>(&self, key: &'a str) -> Option<(&'a str, Option<&'a str>)> {
        let (operation, tenant) =
            key.strip_prefix(&self.prefix)?.strip_prefix('|')?.rsplit_once('|')?;
        Some((operation, Some(tenant).filter(|tenant| !tenant.is_empty())))
    }

    /// Waits for the permit of a call that the limiter of this process admits.
    pub(super) fn admit<'a>(
        &'a self,
        queue: &'a Queue,
        operation: &'a str,
        tenant: Option<&'a Arc<str>>,
        deadline: Instant,
    ) -> BoxFuture<'a, Admission> {
        Box::pin(async move {
            loop {
                let (rates, now) = (queue.lock().rates(), Instant::now());
                if rates.is_empty() || queue.lease().take_one(now) {
                    return Admission::Granted;
                }
                let (key, most) = (self.key(operation, tenant), queue.lease().next_size());
                let patience = deadline.saturating_duration_since(now);
                let until = match self.take(&key, &rates, most, patience).await {
                    None => return Admission::Granted,
                    Some(Permits::Granted { count, wait: Duration::ZERO, lease }) => {
                        // Counted from when it was asked for, which is before it was granted.
                        queue.lease().begin(count, later(now, lease));
                        return Admission::Granted;
                    }
                    Some(Permits::Granted { wait, .. }) => later(Instant::now(), wait),
                    Some(Permits::TooLate { wait }) => {
                        return Admission::TooLate(later(Instant::now(), wait.max(patience)));
                    }
                };
                queue.lock().hold(until);
                sleep_until(until).await;
                // A refusal that came meanwhile holds for this permit as well.
                let blocked = queue.lock().blocked_until().filter(|until| Instant::now() < *until);
                match blocked {
                    None => return Admission::Granted,
                    Some(until) if until > deadline => return Admission::TooLate(until),
                    Some(until) => sleep_until(until).await,
                }
            }
        })
    }

    async fn take(
        &self,
        key: &str,
        rates: &[Rate],
        most: u32,
        patience: Duration,
    ) -> Option<Permits> {
        if lock(&self.alone_until).is_some_and(|until| Instant::now() < until) {
            return None;
        }
        let request = PermitRequest { key, rates, most, patience };
        let answer = guard(NAME, PATIENCE, caught(|| self.shared.take(request))).await;
        answer.map_err(|error| self.go_on_alone(&error)).ok()
    }

    fn go_on_alone(&self, error: &StoreError) {
        *lock(&self.alone_until) = Some(Instant::now() + PAUSE);
        tracing::warn!(
            %error,
            "the shared rate limits cannot be asked: this process keeps them alone for 5 s"
        );
    }

    /// Tells others of a refusal. Nothing waits for that.
    pub(super) fn tell(&self, operation: &str, tenant: Option<&Arc<str>>, refusal: Refusal) {
        let (shared, key) = (Arc::clone(&self.shared), self.key(operation, tenant));
        spawn(async move {
            let told = caught(|| shared.refused(&key, refusal));
            if let Err(error) = guard(NAME, PATIENCE, told).await {
                tracing::warn!(%error, "other processes do not get to know that calls are refused");
            }
        });
    }

    /// Hears of refusals from now on, unless that goes on already.
    pub(super) fn listen(&self, limiters: &Arc<RateLimiters>) {
        let mut listener = lock(&self.listener);
        // It ends with its runtime.
        if listener.as_ref().is_none_or(JoinHandle::is_finished) {
            let (limiters, shared) = (Arc::downgrade(limiters), Arc::clone(&self.shared));
            *listener = Some(spawn(hear_all(limiters, shared)));
        }
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        if let Some(listener) = lock(&self.listener).take() {
            listener.abort();
        }
    }
}

/// Hears of refusals as long as there are limiters.
async fn hear_all(limiters: Weak<RateLimiters>, shared: Arc<dyn SharedRateLimits>) {
    while limiters.strong_count() > 0 {
        let hear = |key: &str, refusal: Refusal| {
            if let Some(limiters) = limiters.upgrade() {
                limiters.heard(key, refusal);
            }
        };
        let ended = caught(|| shared.listen(&hear)).await;
        if let Ok(Err(error)) = ended {
            tracing::warn!(%error, "this process hears of no refusals of others");
        }
        sleep(PAUSE).await;
    }
}

/// Permits that were taken together.
#[derive(Debug)]
pub(super) struct Lease {
    left: u32,
    until: Option<Instant>,
    /// How many there were, and how many of them were used.
    size: u32,
    used: u32,
}

impl Default for Lease {
    fn default() -> Self {
        Self { left: 0, until: None, size: 1, used: 1 }
    }
}

impl Lease {
    fn take_one(&mut self, now: Instant) -> bool {
        let is_valid = self.left > 0 && self.until.is_some_and(|until| now < until);
        if is_valid {
            self.left -= 1;
            self.used += 1;
        }
        is_valid
    }

    /// How many to ask for: twice as many as were of use, if all were.
    fn next_size(&self) -> u32 {
        match self.left {
            0 => self.size.saturating_mul(2).min(MOST),
            _ => self.used.max(1),
        }
    }

    /// The first of so many permits is used.
    fn begin(&mut self, count: u32, until: Instant) {
        let count = count.max(1);
        *self = Self { left: count - 1, until: Some(until), size: count, used: 1 };
    }
}
