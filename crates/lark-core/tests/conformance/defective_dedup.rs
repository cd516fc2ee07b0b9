//! A store of handled events that breaks the contract in a chosen way.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use lark_core::{Claim, Dedup, StoreFuture};
use tokio::task::yield_now;
use tokio::time::Instant;

pub(crate) const CLAIM_LIFETIME: Duration = Duration::from_secs(10 * 60);
const MEMORY: Duration = Duration::from_secs(8 * 60 * 60);

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Defect {
    /// For comparison.
    None,
    ClaimsTwice,
    FinishForgetsSecondKey,
    ReleaseDoesNothing,
    ReleaseIsFinish,
    AllKeysMustBeKnown,
    RejectedClaimKeepsNewKeys,
    IgnoresCase,
    ReleaseIgnoresCase,
    ReleaseIsByPrefix,
    HoldsFewClaims,
    FinishedEventsDisplaceClaims,
    HoldsFewFinishedEvents,
    ClaimIsNotAtomic,
    ForgetsAfterAnHour,
    ClaimEndsAfterAMinute,
    ClaimNeverEnds,
    RejectedClaimExtends,
    ReleaseKeepsDeadline,
    DeadClaimKeepsDeadline,
    FinishIgnoresOwner,
    ReleaseIgnoresOwner,
}

/// One of the handles of a store.
pub(crate) struct DefectiveDedup {
    defect: Defect,
    /// Owns the claims of this handle.
    number: usize,
    /// What is known of a key, and until when.
    keys: Arc<Mutex<HashMap<String, (Claim, Instant)>>>,
    /// When the first claim of a key ends.
    first: Arc<Mutex<HashMap<String, Instant>>>,
    /// The handle that claimed a key last.
    owners: Arc<Mutex<HashMap<String, usize>>>,
}

impl DefectiveDedup {
    /// Two handles on the same data.
    pub(crate) fn handles(defect: Defect) -> [Self; 2] {
        let (keys, first, owners) = (Arc::default(), Arc::default(), Arc::default());
        [0, 1].map(|number| Self {
            defect,
            number,
            keys: Arc::clone(&keys),
            first: Arc::clone(&first),
            owners: Arc::clone(&owners),
        })
    }

    fn has(&self, defect: Defect) -> bool {
        self.defect == defect
    }

    /// Whether another handle has a claim of one of the keys.
    fn is_lost(&self, keys: &[String]) -> bool {
        let owners = self.owners.lock().expect("no panic");
        let is_owner =
            |key: &String| owners.get(&self.key(key)).is_none_or(|owner| *owner == self.number);
        !keys.iter().all(is_owner)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, (Claim, Instant)>> {
        self.keys.lock().expect("no panic")
    }

    fn key(&self, key: &str) -> String {
        if self.has(Defect::IgnoresCase) { key.to_lowercase() } else { key.to_owned() }
    }

    fn known(&self, keys: &[String]) -> Vec<Claim> {
        let known = self.lock();
        let state = |key: &String| {
            let (claim, until) = known.get(&self.key(key))?;
            (Instant::now() < *until).then_some(*claim)
        };
        keys.iter().filter_map(state).collect()
    }

    fn note(&self, keys: &[String], claim: Claim) {
        let lifetime = match claim {
            Claim::Done if self.has(Defect::ForgetsAfterAnHour) => Duration::from_secs(60 * 60),
            Claim::Done => MEMORY,
            _ if self.has(Defect::ClaimEndsAfterAMinute) => Duration::from_secs(60),
            _ if self.has(Defect::ClaimNeverEnds) => MEMORY,
            _ => CLAIM_LIFETIME,
        };
        let end = Instant::now() + lifetime;
        for key in keys {
            let end = if claim == Claim::Done { end } else { self.deadline(key, end) };
            self.lock().insert(self.key(key), (claim, end));
        }
        self.evict(claim);
    }

    /// When the claim of `key` ends, with those defects that confuse it with an earlier claim.
    fn deadline(&self, key: &str, end: Instant) -> Instant {
        let first = *self.first.lock().expect("no panic").entry(key.to_owned()).or_insert(end);
        match self.defect {
            Defect::ReleaseKeepsDeadline => first,
            Defect::DeadClaimKeepsDeadline if first <= Instant::now() => {
                first + Duration::from_secs(60)
            }
            _ => end,
        }
    }

    /// Forgets too much when there is much.
    fn evict(&self, added: Claim) {
        let mut keys = self.lock();
        let evicted = match self.defect {
            Defect::HoldsFewClaims => Claim::InProgress,
            Defect::FinishedEventsDisplaceClaims if added == Claim::Done => Claim::InProgress,
            Defect::HoldsFewFinishedEvents => Claim::Done,
            _ => return,
        };
        if keys.len() > 100 {
            keys.retain(|_, (claim, _)| *claim != evicted);
        }
    }

    /// Whether `release` of `key` drops the claim of `known`.
    fn is_released(&self, known: &str, key: &str) -> bool {
        match self.defect {
            Defect::ReleaseIgnoresCase => known.to_lowercase() == key.to_lowercase(),
            Defect::ReleaseIsByPrefix => known.starts_with(&format!("{key}:")) || known == key,
            _ => known == self.key(key),
        }
    }
}

impl Dedup for DefectiveDedup {
    fn claim<'a>(&'a self, keys: &'a [String]) -> StoreFuture<'a, Claim> {
        Box::pin(async move {
            let known = self.known(keys);
            if self.has(Defect::ClaimIsNotAtomic) {
                yield_now().await;
            }
            let is_new = match self.defect {
                Defect::ClaimsTwice => !known.contains(&Claim::Done),
                Defect::AllKeysMustBeKnown => known.len() < keys.len(),
                _ => known.is_empty(),
            };
            if is_new {
                let mut owners = self.owners.lock().expect("no panic");
                owners.extend(keys.iter().map(|key| (self.key(key), self.number)));
                drop(owners);
                self.note(keys, Claim::InProgress);
                return Ok(Claim::New);
            }
            if self.has(Defect::RejectedClaimKeepsNewKeys) {
                let new = |key: &&String| self.known(std::slice::from_ref(*key)).is_empty();
                let new: Vec<_> = keys.iter().filter(new).cloned().collect();
                self.note(&new, Claim::InProgress);
            }
            if self.has(Defect::RejectedClaimExtends) && !known.contains(&Claim::Done) {
                self.note(keys, Claim::InProgress);
            }
            Ok(if known.contains(&Claim::Done) { Claim::Done } else { Claim::InProgress })
        })
    }

    fn finish<'a>(&'a self, keys: &'a [String]) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            if self.is_lost(keys) && !self.has(Defect::FinishIgnoresOwner) {
                return Ok(());
            }
            let count = if self.has(Defect::FinishForgetsSecondKey) { 1 } else { keys.len() };
            self.note(&keys[..count], Claim::Done);
            Ok(())
        })
    }

    fn release<'a>(&'a self, keys: &'a [String]) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            if self.is_lost(keys) && !self.has(Defect::ReleaseIgnoresOwner) {
                return Ok(());
            }
            match self.defect {
                Defect::ReleaseDoesNothing => {}
                Defect::ReleaseIsFinish => self.note(keys, Claim::Done),
                _ => self
                    .lock()
                    .retain(|known, _| !keys.iter().any(|it| self.is_released(known, it))),
            }
            Ok(())
        })
    }
}
