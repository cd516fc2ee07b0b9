//! Stores of handled events: that of the crate, and those that break the contract.

use std::sync::Arc;

use lark_core::MemoryDedup;
use lark_core::conformance::{Time, dedup, shared_dedup};

use crate::defective_dedup::{CLAIM_LIFETIME, Defect, DefectiveDedup};
use crate::{all, broken_rules};

const DEFECTS: [(Defect, &[&str]); 11] = [
    (Defect::ClaimsTwice, &["a_new_event_is_claimed_once"]),
    (Defect::FinishForgetsSecondKey, &["a_finished_event_is_done"]),
    (Defect::ReleaseDoesNothing, &["a_released_event_is_new_again"]),
    (Defect::ReleaseIsFinish, &["a_released_event_is_new_again"]),
    (Defect::AllKeysMustBeKnown, &["one_known_key_is_enough"]),
    (Defect::RejectedClaimKeepsNewKeys, &["a_rejected_claim_leaves_nothing_behind"]),
    (Defect::IgnoresCase, &["every_key_is_an_event_of_its_own"]),
    (Defect::ClaimIsNotAtomic, &["one_of_many_claims_succeeds"]),
    (Defect::ForgetsAfterAnHour, &["a_finished_event_is_remembered_until_the_last_delivery"]),
    (Defect::ClaimEndsAfterAMinute, &["a_claim_outlasts_its_handler"]),
    (Defect::ClaimNeverEnds, &["a_claim_of_a_dead_instance_ends"]),
];

fn time() -> Time {
    Time::advanced_by(tokio::time::advance)
}

#[tokio::test(start_paused = true)]
async fn every_rule_has_a_store_that_breaks_it() {
    let time = || time().claims_end_after(CLAIM_LIFETIME);
    let run = |defect| dedup(async move || DefectiveDedup::new(defect), time());
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
    assert_eq!(report.skipped, ["a_claim_of_a_dead_instance_ends"]);
    let shared = async || {
        let store = Arc::new(MemoryDedup::default());
        [Arc::clone(&store), store]
    };
    shared_dedup(shared, time()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_store_remembers_is_not_checked_in_real_time() {
    let report = dedup(async || MemoryDedup::default(), Time::real()).await;
    assert_eq!((report.checked.len(), report.skipped.len()), (7, 3));
}
