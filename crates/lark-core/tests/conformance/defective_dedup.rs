//! A store of handled events that breaks the contract in a chosen way.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};
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
    ClaimIsNotAtomic,
    ForgetsAfterAnHour,
    ClaimEndsAfterAMinute,
    ClaimNeverEnds,
}

pub(crate) struct DefectiveDedup {
    defect: Defect,
    /// What is known of a key, and until when.
    keys: Mutex<HashMap<String, (Claim, Instant)>>,
}

impl DefectiveDedup {
    pub(crate) fn new(defect: Defect) -> Self {
        Self { defect, keys: Mutex::default() }
    }

    fn has(&self, defect: Defect) -> bool {
        self.defect == defect
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
        self.lock().extend(keys.iter().map(|key| (self.key(key), (claim, end))));
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
                self.note(keys, Claim::InProgress);
                return Ok(Claim::New);
            }
            if self.has(Defect::RejectedClaimKeepsNewKeys) {
                let new = |key: &&String| self.known(std::slice::from_ref(*key)).is_empty();
                let new: Vec<_> = keys.iter().filter(new).cloned().collect();
                self.note(&new, Claim::InProgress);
            }
            Ok(if known.contains(&Claim::Done) { Claim::Done } else { Claim::InProgress })
        })
    }

    fn finish<'a>(&'a self, keys: &'a [String]) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let count = if self.has(Defect::FinishForgetsSecondKey) { 1 } else { keys.len() };
            self.note(&keys[..count], Claim::Done);
            Ok(())
        })
    }

    fn release<'a>(&'a self, keys: &'a [String]) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            match self.defect {
                Defect::ReleaseDoesNothing => {}
                Defect::ReleaseIsFinish => self.note(keys, Claim::Done),
                _ => self.lock().retain(|key, _| !keys.iter().any(|it| self.key(it) == *key)),
            }
            Ok(())
        })
    }
}
