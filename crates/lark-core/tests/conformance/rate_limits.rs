//! Rate limits of several processes: a fake that keeps the contract, and those that break it.

use lark_core::conformance::shared_rate_limits;
use lark_test_support::{LimitsFault as Fault, SharedLimits};

use crate::{all, broken_rules};

const FAULTS: [(Fault, &[&str]); 11] = [
    (Fault::GrantsOneMore, &["a_budget_is_granted_once"]),
    (Fault::GrantsOneLess, &["a_budget_is_granted_once"]),
    (Fault::IsNotAtomic, &["one_budget_is_for_all_who_ask_at_once"]),
    (Fault::KnowsOneRate, &["every_rate_holds"]),
    (Fault::TakesWhatIsTooLate, &["a_permit_that_is_too_late_is_not_taken"]),
    (Fault::IgnoresCase, &["every_key_has_a_budget_of_its_own"]),
    (Fault::IgnoresPauses, &["a_pause_holds_for_all"]),
    (Fault::ShorterPauseWins, &["a_shorter_pause_ends_no_longer_one"]),
    (Fault::PausesAllKeys, &["a_pause_is_of_its_key_only"]),
    (Fault::TellsAnotherLimit, &["refusals_are_heard"]),
    (Fault::EndsAtOnce, &["refusals_are_heard"]),
];

fn handles(fault: Fault) -> [SharedLimits; 2] {
    let one = SharedLimits::new(fault);
    [one.clone(), one]
}

#[tokio::test(start_paused = true)]
async fn every_rule_has_limits_that_break_it() {
    let run = |fault| shared_rate_limits(async move || handles(fault));
    let broken = broken_rules(FAULTS, run).await;
    let report = run(Fault::None).await;
    assert!(report.skipped.is_empty());
    assert_eq!(broken, all(&report));
}

#[tokio::test(start_paused = true)]
async fn handles_that_share_nothing_are_found_out() {
    let run = |()| shared_rate_limits(async || [Fault::None; 2].map(SharedLimits::new));
    let rules = &["a_budget_is_granted_once", "a_pause_holds_for_all"][..];
    broken_rules([((), rules)], run).await;
}
