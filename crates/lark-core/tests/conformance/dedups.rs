//! Stores of handled events: that of the crate, and those that break the contract.

use std::sync::Arc;

use lark_core::MemoryDedup;
use lark_core::conformance::{Time, dedup, shared_dedup};

use crate::defective_dedup::{CLAIM_LIFETIME, Defect, DefectiveDedup};
use crate::{all, broken_rules};

const DEFECTS: [(Defect, &[&str]); 21] = [
    (Defect::ClaimsTwice, &["a_new_event_is_claimed_once"]),
    (Defect::FinishForgetsSecondKey, &["a_finished_event_is_done"]),
    (Defect::ReleaseDoesNothing, &["a_released_event_is_new_again"]),
    (Defect::ReleaseIsFinish, &["a_released_event_is_new_again"]),
    (Defect::AllKeysMustBeKnown, &["one_known_key_is_enough"]),
    (Defect::RejectedClaimKeepsNewKeys, &["a_rejected_claim_leaves_nothing_behind"]),
    (Defect::IgnoresCase, &["every_key_is_an_event_of_its_own"]),
    (Defect::ReleaseIgnoresCase, &["release_drops_its_own_keys_only"]),
    (Defect::ReleaseIsByPrefix, &["release_drops_its_own_keys_only"]),
    (Defect::HoldsFewClaims, &["many_claims_are_kept"]),
    (Defect::FinishedEventsDisplaceClaims, &["a_claim_is_kept_while_others_finish"]),
    (Defect::HoldsFewFinishedEvents, &["many_finished_events_are_remembered"]),
    (Defect::ClaimIsNotAtomic, &["one_of_many_claims_succeeds"]),
    (Defect::ForgetsAfterAnHour, &["a_finished_event_is_remembered_until_the_last_delivery"]),
    (Defect::ClaimEndsAfterAMinute, &["a_claim_outlasts_its_handler"]),
    (Defect::ClaimNeverEnds, &["a_claim_of_a_dead_instance_ends"]),
    (Defect::RejectedClaimExtends, &["a_rejected_claim_extends_no_claim"]),
    (Defect::ReleaseKeepsDeadline, &["a_claim_after_a_release_outlasts_its_handler"]),
    (Defect::DeadClaimKeepsDeadline, &["a_claim_after_a_dead_instance_outlasts_its_handler"]),
    (
        Defect::FinishIgnoresOwner,
        &["a_claim_that_ended_under_a_slow_handler_cannot_be_finished_by_it"],
    ),
    (Defect::ReleaseIgnoresOwner, &["nor_can_it_be_released_by_it"]),
];

fn time() -> Time {
    Time::advanced_by(tokio::time::advance)
}

#[tokio::test(start_paused = true)]
async fn every_rule_has_a_store_that_breaks_it() {
    let time = || time().claims_end_after(CLAIM_LIFETIME);
    let run = |defect| shared_dedup(async move || DefectiveDedup::handles(defect), time());
    let broken = broken_rules(DEFECTS, run).await;
    let report = run(Defect::None).await;
    assert!(report.skipped.is_empty());
    assert_eq!(broken, all(&report));
}

#[tokio::test(start_paused = true)]
async fn handles_that_share_nothing_are_found_out() {
    let run = |()| shared_dedup(async || [MemoryDedup::default(), MemoryDedup::default()], time());
    broken_rules([((), &["a_finished_event_is_done"][..])], run).await;
}

/// Its claims end with the process, as it does.
#[tokio::test(start_paused = true)]
async fn memory() {
    let report = dedup(async || MemoryDedup::default(), time()).await;
    let dead = [
        "a_claim_of_a_dead_instance_ends",
        "a_rejected_claim_extends_no_claim",
        "a_claim_after_a_dead_instance_outlasts_its_handler",
        "a_claim_that_ended_under_a_slow_handler_cannot_be_finished_by_it",
        "nor_can_it_be_released_by_it",
    ];
    assert_eq!(report.skipped, dead);
    let shared = async || {
        let store = Arc::new(MemoryDedup::default());
        [Arc::clone(&store), store]
    };
    shared_dedup(shared, time()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_store_remembers_is_not_checked_in_real_time() {
    let report = dedup(async || MemoryDedup::default(), Time::real()).await;
    assert_eq!((report.checked.len(), report.skipped.len()), (11, 8));
}
