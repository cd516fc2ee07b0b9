//! The rules of `Dedup`.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use super::rule::{Failure, Outcome, Rule, expect, expect_eq, rules};
use crate::event::{Claim, Dedup};

const MINUTE: Duration = Duration::from_secs(60);
/// The longest that a handler runs on a router with the default settings.
const HANDLER_TIMEOUT: Duration = MINUTE.saturating_mul(5);
/// The platform's last delivery of an event comes 7 h 5 min 15 s after the first.
const LAST_DELIVERY: Duration = MINUTE.saturating_mul(7 * 60 + 6);
/// Tasks that claim one event at the same time.
const TASKS: usize = 8;

pub(super) const RULES: &[&[Rule<Case>]] = &[rules![
    a_new_event_is_claimed_once,
    a_finished_event_is_done,
    a_released_event_is_new_again,
    one_known_key_is_enough,
    a_rejected_claim_leaves_nothing_behind,
    every_key_is_an_event_of_its_own,
    one_of_many_claims_succeeds,
    a_finished_event_is_remembered_until_the_last_delivery,
    a_claim_outlasts_its_handler,
    a_claim_of_a_dead_instance_ends,
]];

/// How time passes for a store, for the rules of how long it remembers.
#[derive(Clone)]
pub struct Time {
    advance: Option<Advance>,
    claims_end_after: Option<Duration>,
}

type Advance = Arc<dyn Fn(Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

impl Time {
    /// It cannot be moved. The rules of how long a store remembers are skipped.
    #[must_use]
    pub fn real() -> Self {
        Self { advance: None, claims_end_after: None }
    }

    /// `advance` moves the clock of the store, such as `tokio::time::advance` in a test with a
    /// paused clock, and is done when the store has noticed.
    #[must_use]
    pub fn advanced_by<F>(advance: impl Fn(Duration) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let advance: Advance = Arc::new(move |by| Box::pin(advance(by)));
        Self { advance: Some(advance), claims_end_after: None }
    }

    /// Also checks that a claim ends by itself after `lifetime`. A store for several instances needs
    /// that, because an instance may die. It must be longer than the timeout of the handlers.
    #[must_use]
    pub fn claims_end_after(mut self, lifetime: Duration) -> Self {
        self.claims_end_after = Some(lifetime);
        self
    }

    async fn advance(&self, by: Duration) -> Outcome {
        let advance = self.advance.as_ref().ok_or(Failure::Skipped)?;
        advance(by).await;
        Ok(())
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Time")
            .field("is_real", &self.advance.is_none())
            .field("claims_end_after", &self.claims_end_after)
            .finish()
    }
}

/// Two handles on the same data, which may be one and the same.
pub(super) struct Case {
    one: Arc<dyn Dedup>,
    other: Arc<dyn Dedup>,
    time: Time,
}

impl Case {
    pub(super) fn new([one, other]: [Arc<dyn Dedup>; 2], time: &Time) -> Self {
        Self { one, other, time: time.clone() }
    }

    /// Claims an event on one handle and finishes it there.
    async fn handle(&self, keys: &[&str]) -> Outcome {
        claimed(&*self.one, keys, Claim::New).await?;
        Ok(self.one.finish(&owned(keys)).await?)
    }
}

fn owned(keys: &[&str]) -> Vec<String> {
    keys.iter().map(|key| (*key).to_owned()).collect()
}

/// Claims an event and checks the result.
async fn claimed(store: &dyn Dedup, keys: &[&str], expected: Claim) -> Outcome {
    let found = store.claim(&owned(keys)).await?;
    expect_eq(&format!("claim of {keys:?}"), &found, &expected)
}

async fn a_new_event_is_claimed_once(case: Case) -> Outcome {
    claimed(&*case.one, &["e1", "m1"], Claim::New).await?;
    claimed(&*case.one, &["e1", "m1"], Claim::InProgress).await?;
    claimed(&*case.other, &["e1", "m1"], Claim::InProgress).await?;
    claimed(&*case.other, &["e2"], Claim::New).await
}

async fn a_finished_event_is_done(case: Case) -> Outcome {
    case.handle(&["e1", "m1"]).await?;
    for keys in [&["e1", "m1"][..], &["e1"], &["m1"]] {
        claimed(&*case.one, keys, Claim::Done).await?;
        claimed(&*case.other, keys, Claim::Done).await?;
    }
    Ok(())
}

async fn a_released_event_is_new_again(case: Case) -> Outcome {
    claimed(&*case.one, &["e1", "m1"], Claim::New).await?;
    claimed(&*case.one, &["e2"], Claim::New).await?;
    case.one.release(&owned(&["e1", "m1"])).await?;
    claimed(&*case.other, &["e1"], Claim::New).await?;
    claimed(&*case.other, &["m1"], Claim::New).await?;
    claimed(&*case.other, &["e2"], Claim::InProgress).await
}

async fn one_known_key_is_enough(case: Case) -> Outcome {
    claimed(&*case.one, &["e1", "m1"], Claim::New).await?;
    claimed(&*case.other, &["e2", "m1"], Claim::InProgress).await?;
    claimed(&*case.other, &["e1", "m2"], Claim::InProgress).await?;
    case.one.finish(&owned(&["e1", "m1"])).await?;
    claimed(&*case.other, &["e3", "m1"], Claim::Done).await?;
    claimed(&*case.other, &["e1", "m3"], Claim::Done).await
}

async fn a_rejected_claim_leaves_nothing_behind(case: Case) -> Outcome {
    claimed(&*case.one, &["m1"], Claim::New).await?;
    case.handle(&["m2"]).await?;
    for (id, message) in [("e1", "m1"), ("e2", "m2")] {
        // Both orders: the new key comes before the known one, and after it.
        for (keys, id) in [([id, message], id), ([message, "last"], "last")] {
            case.other.claim(&owned(&keys)).await?;
            claimed(&*case.other, &[id], Claim::New).await?;
            case.other.release(&owned(&[id])).await?;
        }
    }
    Ok(())
}

async fn every_key_is_an_event_of_its_own(case: Case) -> Outcome {
    let long = "e".repeat(200);
    let keys = ["e", "E", "ee", "e ", " e", "e:1", "e/1", "键", &long];
    for key in keys {
        claimed(&*case.one, &[key], Claim::New).await?;
    }
    case.one.finish(&owned(&["e"])).await?;
    for key in &keys[1..] {
        claimed(&*case.other, &[key], Claim::InProgress).await?;
    }
    Ok(())
}

async fn one_of_many_claims_succeeds(case: Case) -> Outcome {
    for event in 0..10 {
        let keys = [format!("e{event}"), format!("m{event}")];
        let mut tasks = JoinSet::new();
        for task in 0..TASKS {
            let store = Arc::clone(if task % 2 == 0 { &case.one } else { &case.other });
            let mut keys = keys.clone();
            // Stores that lock key after key must not lock each other out.
            if task % 4 < 2 {
                keys.reverse();
            }
            tasks.spawn(async move { store.claim(&keys).await });
        }
        let mut claims = 0;
        while let Some(claim) = tasks.join_next().await {
            claims += usize::from(claim?? == Claim::New);
        }
        expect(claims == 1, format!("{claims} of {TASKS} claims of one event returned New"))?;
    }
    Ok(())
}

async fn a_finished_event_is_remembered_until_the_last_delivery(case: Case) -> Outcome {
    case.handle(&["e1", "m1"]).await?;
    case.time.advance(LAST_DELIVERY).await?;
    claimed(&*case.other, &["e1"], Claim::Done).await?;
    claimed(&*case.other, &["m1"], Claim::Done).await
}

async fn a_claim_outlasts_its_handler(case: Case) -> Outcome {
    claimed(&*case.one, &["e1", "m1"], Claim::New).await?;
    case.time.advance(HANDLER_TIMEOUT).await?;
    claimed(&*case.other, &["e1"], Claim::InProgress).await?;
    claimed(&*case.other, &["m1"], Claim::InProgress).await
}

async fn a_claim_of_a_dead_instance_ends(case: Case) -> Outcome {
    let lifetime = case.time.claims_end_after.ok_or(Failure::Skipped)?;
    claimed(&*case.one, &["e1", "m1"], Claim::New).await?;
    case.time.advance(lifetime).await?;
    claimed(&*case.other, &["e1"], Claim::New).await?;
    claimed(&*case.other, &["m1"], Claim::New).await
}
