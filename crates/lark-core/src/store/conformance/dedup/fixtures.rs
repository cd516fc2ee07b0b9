//! What the rules of `Dedup` share.

use std::sync::Arc;

use super::super::rule::{Outcome, expect_eq};
use super::Time;
use crate::event::{Claim, Dedup};

/// Events that every store can hold.
pub(super) const EVENTS: usize = 256;

/// Two handles on the same data, which may be one and the same.
pub(in super::super) struct Case {
    pub(super) one: Arc<dyn Dedup>,
    pub(super) other: Arc<dyn Dedup>,
    pub(super) time: Time,
}

impl Case {
    pub(in super::super) fn new([one, other]: [Arc<dyn Dedup>; 2], time: &Time) -> Self {
        Self { one, other, time: time.clone() }
    }

    /// Claims an event on one handle and finishes it there.
    pub(super) async fn handle(&self, keys: &[&str]) -> Outcome {
        claimed(&*self.one, keys, Claim::New).await?;
        Ok(self.one.finish(&owned(keys)).await?)
    }
}

pub(super) fn owned(keys: &[&str]) -> Vec<String> {
    keys.iter().map(|key| (*key).to_owned()).collect()
}

/// Claims an event and checks the result.
pub(super) async fn claimed(store: &dyn Dedup, keys: &[&str], expected: Claim) -> Outcome {
    let found = store.claim(&owned(keys)).await?;
    expect_eq(&format!("claim of {keys:?}"), &found, &expected)
}
