//! Which events are new, in progress and done, whatever the time.

use std::sync::Arc;

use tokio::task::JoinSet;

use super::super::rule::{Outcome, Rule, expect, rules};
use super::super::similar_keys;
use super::fixtures::{Case, EVENTS, claimed, owned};
use crate::event::Claim;

/// Tasks that claim one event at the same time.
const TASKS: usize = 8;

pub(super) const RULES: &[Rule<Case>] = rules![
    a_new_event_is_claimed_once,
    a_finished_event_is_done,
    a_released_event_is_new_again,
    one_known_key_is_enough,
    a_rejected_claim_leaves_nothing_behind,
    every_key_is_an_event_of_its_own,
    release_drops_its_own_keys_only,
    many_claims_are_kept,
    a_claim_is_kept_while_others_finish,
    many_finished_events_are_remembered,
    one_of_many_claims_succeeds,
];

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
    let keys = similar_keys();
    let keys: Vec<_> = keys.iter().map(String::as_str).collect();
    for key in keys.iter().copied() {
        claimed(&*case.one, &[key], Claim::New).await?;
    }
    for (place, key) in keys.iter().enumerate() {
        if place % 2 == 0 {
            case.one.finish(&owned(&[key])).await?;
        }
    }
    for (place, key) in keys.iter().enumerate() {
        let expected = if place % 2 == 0 { Claim::Done } else { Claim::InProgress };
        claimed(&*case.other, &[key], expected).await?;
    }
    Ok(())
}

async fn release_drops_its_own_keys_only(case: Case) -> Outcome {
    let keys = similar_keys();
    for key in &keys {
        claimed(&*case.one, &[key], Claim::New).await?;
    }
    // Every released key is claimed again, so all of them are known all the time.
    for released in &keys {
        case.one.release(&owned(&[released])).await?;
        claimed(&*case.other, &[released], Claim::New).await?;
        for key in &keys {
            claimed(&*case.other, &[key], Claim::InProgress).await?;
        }
    }
    // What is done is not forgotten either.
    let (done, released): (Vec<_>, Vec<_>) = keys.iter().partition(|key| key.contains('k'));
    for key in &done {
        case.other.finish(&owned(&[key])).await?;
    }
    for key in released {
        case.other.release(&owned(&[key])).await?;
    }
    for key in done {
        claimed(&*case.other, &[key], Claim::Done).await?;
    }
    Ok(())
}

async fn many_claims_are_kept(case: Case) -> Outcome {
    let ids: Vec<_> = (0..EVENTS).map(|event| format!("e{event}")).collect();
    for id in &ids {
        claimed(&*case.one, &[id], Claim::New).await?;
    }
    for id in &ids {
        claimed(&*case.other, &[id], Claim::InProgress).await?;
    }
    Ok(())
}

async fn a_claim_is_kept_while_others_finish(case: Case) -> Outcome {
    claimed(&*case.one, &["running"], Claim::New).await?;
    for event in 0..EVENTS {
        case.handle(&[&format!("e{event}")]).await?;
    }
    claimed(&*case.other, &["running"], Claim::InProgress).await
}

async fn many_finished_events_are_remembered(case: Case) -> Outcome {
    let ids: Vec<_> = (0..EVENTS).map(|event| format!("e{event}")).collect();
    for id in &ids {
        case.handle(&[id]).await?;
    }
    for id in &ids {
        claimed(&*case.other, &[id], Claim::Done).await?;
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
