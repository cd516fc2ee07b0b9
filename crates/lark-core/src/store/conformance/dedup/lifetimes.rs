//! How long claims and finished events are remembered, for stores whose clock can be moved.

use std::sync::Arc;
use std::time::Duration;

use super::super::rule::{Failure, Outcome, Rule, rules};
use super::fixtures::{Case, claimed, owned};
use crate::event::Claim;

const MINUTE: Duration = Duration::from_secs(60);
/// The longest that a handler runs on a router with the default settings.
const HANDLER_TIMEOUT: Duration = MINUTE.saturating_mul(5);
/// The platform's last delivery of an event comes 7 h 5 min 15 s after the first.
const LAST_DELIVERY: Duration = MINUTE.saturating_mul(7 * 60 + 6);

pub(super) const RULES: &[Rule<Case>] = rules![
    a_finished_event_is_remembered_until_the_last_delivery,
    a_claim_outlasts_its_handler,
    a_claim_after_a_release_outlasts_its_handler,
    a_claim_of_a_dead_instance_ends,
    a_rejected_claim_extends_no_claim,
    a_claim_after_a_dead_instance_outlasts_its_handler,
    a_claim_that_ended_under_a_slow_handler_cannot_be_finished_by_it,
    nor_can_it_be_released_by_it,
];

async fn a_finished_event_is_remembered_until_the_last_delivery(case: Case) -> Outcome {
    case.handle(&["e1", "m1"]).await?;
    for _ in 0..2 {
        // The delivery in between must not shorten it.
        case.time.advance(LAST_DELIVERY / 2).await?;
        claimed(&*case.other, &["e1"], Claim::Done).await?;
        claimed(&*case.other, &["m1"], Claim::Done).await?;
    }
    Ok(())
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

/// An event whose handler fails again and again has a new claim each time.
async fn a_claim_after_a_release_outlasts_its_handler(case: Case) -> Outcome {
    for _ in 0..24 {
        claimed(&*case.one, &["e1", "m1"], Claim::New).await?;
        case.time.advance(HANDLER_TIMEOUT).await?;
        claimed(&*case.other, &["e1"], Claim::InProgress).await?;
        claimed(&*case.other, &["m1"], Claim::InProgress).await?;
        case.one.release(&owned(&["e1", "m1"])).await?;
    }
    Ok(())
}

async fn a_rejected_claim_extends_no_claim(case: Case) -> Outcome {
    let lifetime = case.time.claims_end_after.ok_or(Failure::Skipped)?;
    claimed(&*case.one, &["e1", "m1"], Claim::New).await?;
    for _ in 0..4 {
        case.time.advance(lifetime / 5).await?;
        for keys in [&["e1", "m1"][..], &["e1"], &["m1", "m2"]] {
            claimed(&*case.other, keys, Claim::InProgress).await?;
        }
    }
    case.time.advance(lifetime / 5 + Duration::from_millis(1)).await?;
    claimed(&*case.other, &["e1"], Claim::New).await?;
    claimed(&*case.other, &["m1"], Claim::New).await
}

async fn a_claim_after_a_dead_instance_outlasts_its_handler(case: Case) -> Outcome {
    let lifetime = case.time.claims_end_after.ok_or(Failure::Skipped)?;
    claimed(&*case.one, &["e1", "m1"], Claim::New).await?;
    case.time.advance(lifetime).await?;
    claimed(&*case.other, &["e1", "m1"], Claim::New).await?;
    case.time.advance(HANDLER_TIMEOUT).await?;
    claimed(&*case.one, &["e1"], Claim::InProgress).await?;
    claimed(&*case.one, &["m1"], Claim::InProgress).await
}

/// Claims an event that another handle claims once that claim has ended, as that of a dead instance. But it
/// is only slow.
async fn taken_over(case: &Case) -> Outcome {
    let lifetime = case.time.claims_end_after.ok_or(Failure::Skipped)?;
    // One handle cannot tell its own claims apart.
    if Arc::ptr_eq(&case.one, &case.other) {
        return Err(Failure::Skipped);
    }
    claimed(&*case.one, &["e1", "m1"], Claim::New).await?;
    case.time.advance(lifetime).await?;
    claimed(&*case.other, &["e1", "m1"], Claim::New).await
}

async fn a_claim_that_ended_under_a_slow_handler_cannot_be_finished_by_it(case: Case) -> Outcome {
    taken_over(&case).await?;
    // Whether that is an error is up to the store.
    _ = case.one.finish(&owned(&["e1", "m1"])).await;
    claimed(&*case.one, &["e1"], Claim::InProgress).await?;
    claimed(&*case.other, &["m1"], Claim::InProgress).await?;
    // The new claim is as good as any.
    case.other.release(&owned(&["e1", "m1"])).await?;
    claimed(&*case.one, &["e1", "m1"], Claim::New).await?;
    case.one.finish(&owned(&["e1", "m1"])).await?;
    claimed(&*case.other, &["e1"], Claim::Done).await
}

async fn nor_can_it_be_released_by_it(case: Case) -> Outcome {
    taken_over(&case).await?;
    _ = case.one.release(&owned(&["e1", "m1"])).await;
    claimed(&*case.one, &["e1"], Claim::InProgress).await?;
    claimed(&*case.other, &["m1"], Claim::InProgress).await?;
    case.other.finish(&owned(&["e1", "m1"])).await?;
    claimed(&*case.one, &["m1"], Claim::Done).await
}
