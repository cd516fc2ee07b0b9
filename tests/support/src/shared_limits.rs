//! Rate limits of several processes, in memory.

use std::collections::{HashMap, VecDeque};
use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use lark_core::{PermitRequest, Permits, Rate, Refusal, SharedRateLimits, StoreError, StoreFuture};
use tokio::sync::broadcast;
use tokio::task::yield_now;
use tokio::time::{Instant, sleep};

/// What is wrong with limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitsFault {
    /// Nothing.
    None,
    /// Each answer takes 100 ms.
    Slow,
    /// They give no answer.
    Hangs,
    /// Each answer is an error.
    Fails,
    /// They panic.
    Panics,
    /// A window has a permit more than the rate allows.
    GrantsOneMore,
    /// A window has a permit less.
    GrantsOneLess,
    /// Others come in between looking and taking.
    IsNotAtomic,
    /// Only the first rate holds.
    KnowsOneRate,
    /// A permit is gone although it comes too late.
    TakesWhatIsTooLate,
    /// Keys are equal if they are in lower case.
    IgnoresCase,
    /// Permits are granted after a refusal as before.
    IgnoresPauses,
    /// The last pause counts, also if it ends first.
    ShorterPauseWins,
    /// A pause holds for all keys.
    PausesAllKeys,
    /// Others hear of another limit.
    TellsAnotherLimit,
    /// Nobody can listen.
    EndsAtOnce,
}

/// Limits that go by tokio's clock. Copies are the handles of processes.
#[derive(Clone)]
pub struct SharedLimits {
    state: Arc<Mutex<State>>,
    told: broadcast::Sender<(String, Refusal)>,
    asked: Arc<AtomicUsize>,
    listening: Arc<AtomicUsize>,
    fault: LimitsFault,
}

#[derive(Default)]
struct State {
    /// When the permits of a key are used, at the latest.
    permits: HashMap<String, VecDeque<Instant>>,
    blocked: HashMap<String, Instant>,
}

impl SharedLimits {
    /// Limits of which nothing is used.
    #[must_use]
    pub fn new(fault: LimitsFault) -> Self {
        let (state, asked, listening) = (Arc::default(), Arc::default(), Arc::default());
        Self { state, told: broadcast::channel(99).0, asked, listening, fault }
    }

    /// How often somebody has asked for permits.
    #[must_use]
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }

    /// How many listen.
    #[must_use]
    pub fn listening(&self) -> usize {
        self.listening.load(Ordering::Relaxed)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic")
    }

    fn has(&self, fault: LimitsFault) -> bool {
        self.fault == fault
    }

    fn key(&self, key: &str) -> String {
        if self.has(LimitsFault::IgnoresCase) { key.to_lowercase() } else { key.to_owned() }
    }

    /// What can be granted, and when what is granted is used at the latest.
    fn grant(&self, request: &PermitRequest<'_>) -> (Permits, Instant) {
        const LEASE: Duration = Duration::from_millis(250);
        let (now, state) = (Instant::now(), self.lock());
        let permits = state.permits.get(&self.key(request.key)).cloned().unwrap_or_default();
        let blocked = match self.fault {
            LimitsFault::IgnoresPauses => None,
            LimitsFault::PausesAllKeys => state.blocked.values().copied().max(),
            _ => state.blocked.get(request.key).copied(),
        };
        let (mut at, mut count) = (blocked.unwrap_or(now).max(now), request.most);
        let known = if self.has(LimitsFault::KnowsOneRate) { 1 } else { request.rates.len() };
        for rate in &request.rates[..known] {
            let calls = self.calls(*rate);
            if let Some(place) = permits.len().checked_sub(calls) {
                at = at.max(permits[place] + rate.window() + Duration::from_millis(1));
            }
            let used = permits.iter().filter(|at| **at + rate.window() > now).count();
            count = count.min(u32::try_from(calls.saturating_sub(used)).expect("small") / 4);
        }
        let wait = at - now;
        if wait > request.patience {
            return (Permits::TooLate { wait }, at);
        }
        let count = if wait.is_zero() { count.max(1) } else { 1 };
        let used_at = if count > 1 { at + LEASE } else { at };
        (Permits::Granted { count, wait, lease: LEASE }, used_at)
    }

    fn calls(&self, rate: Rate) -> usize {
        let calls = usize::try_from(rate.calls()).expect("small");
        match self.fault {
            LimitsFault::GrantsOneMore => calls + 1,
            LimitsFault::GrantsOneLess => calls.saturating_sub(1).max(1),
            _ => calls,
        }
    }

    fn note(&self, key: &str, count: u32, used_at: Instant) {
        let mut state = self.lock();
        let permits = state.permits.entry(self.key(key)).or_default();
        permits.extend((0..count).map(|_| used_at));
    }

    async fn fail(&self) -> Result<(), StoreError> {
        match self.fault {
            LimitsFault::Slow => {
                sleep(Duration::from_millis(100)).await;
                Ok(())
            }
            LimitsFault::Hangs => pending().await,
            LimitsFault::Fails => Err(StoreError::new("Redis at 10.0.0.1: connection refused")),
            LimitsFault::Panics => panic!("limits of the user"),
            _ => Ok(()),
        }
    }
}

impl SharedRateLimits for SharedLimits {
    fn take<'a>(&'a self, request: PermitRequest<'a>) -> StoreFuture<'a, Permits> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move {
            self.fail().await?;
            let (permits, used_at) = self.grant(&request);
            if self.has(LimitsFault::IsNotAtomic) {
                yield_now().await;
            }
            match permits {
                Permits::Granted { count, .. } => self.note(request.key, count, used_at),
                Permits::TooLate { .. } if self.has(LimitsFault::TakesWhatIsTooLate) => {
                    self.note(request.key, 1, used_at);
                }
                Permits::TooLate { .. } => {}
            }
            Ok(permits)
        })
    }

    fn refused<'a>(&'a self, key: &'a str, refusal: Refusal) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            self.fail().await?;
            let until = Instant::now() + refusal.pause;
            let mut state = self.lock();
            let blocked = state.blocked.entry(key.to_owned()).or_insert(until);
            if until > *blocked || self.has(LimitsFault::ShorterPauseWins) {
                *blocked = until;
            }
            drop(state);
            let refusal = match self.fault {
                LimitsFault::TellsAnotherLimit => Refusal { limit: Some(1), ..refusal },
                _ => refusal,
            };
            // Nobody may listen.
            _ = self.told.send((key.to_owned(), refusal));
            Ok(())
        })
    }

    fn listen<'a>(
        &'a self,
        hear: &'a (dyn Fn(&str, Refusal) + Send + Sync),
    ) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            self.fail().await?;
            if self.has(LimitsFault::EndsAtOnce) {
                return Ok(());
            }
            let mut told = self.told.subscribe();
            self.listening.fetch_add(1, Ordering::Relaxed);
            let _ends = Ends(&self.listening);
            while let Ok((key, refusal)) = told.recv().await {
                hear(&key, refusal);
            }
            Ok(())
        })
    }
}

struct Ends<'a>(&'a AtomicUsize);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
