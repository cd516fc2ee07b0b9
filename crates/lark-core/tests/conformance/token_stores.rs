//! Token stores: those of the crate, and those that break the contract.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use lark_core::conformance::{shared_token_store, token_store};
use lark_core::{FileStore, MemoryStore};
use lark_test_support::{Directory, LocklessStore};

use crate::defective_store::{Defect, DefectiveStore};
use crate::{all, broken_rules};

const DEFECTS: [(Defect, &[&str]); 33] = [
    (Defect::MissingIsEmpty, &["a_new_store_is_empty"]),
    (Defect::TrimsValues, &["an_entry_is_returned_as_it_was_put"]),
    (Defect::ExpiresAnHourLate, &["expires_at_is_kept_to_the_second"]),
    (Defect::IgnoresCase, &["every_key_has_an_entry_of_its_own"]),
    (Defect::HoldsFewEntries, &["many_entries_are_kept"]),
    (Defect::PutNeverReplaces, &["put_replaces_the_entry"]),
    (Defect::RemoveDoesNothing, &["a_removed_entry_is_gone"]),
    (Defect::RemoveOfNothingFails, &["removing_nothing_is_no_error"]),
    (Defect::RemoveIsByPrefix, &["other_entries_are_not_removed"]),
    (Defect::RemoveIsByPattern, &["other_entries_are_not_removed"]),
    (Defect::CompareAndSetNeverRemoves, &["compare_and_set_changes_what_was_expected"]),
    (Defect::CompareAndSetOfNothingFails, &["compare_and_set_changes_what_was_expected"]),
    (Defect::CompareAndSetIgnoresExpected, &["compare_and_set_changes_nothing_else"]),
    (Defect::CompareAndSetIgnoresCase, &["compare_and_set_compares_whole_values"]),
    (Defect::CompareAndSetTrims, &["compare_and_set_compares_whole_values"]),
    (Defect::CompareAndSetReadsStart, &["compare_and_set_compares_whole_values"]),
    (Defect::CompareAndSetOfEqualFails, &["compare_and_set_to_the_same_value_succeeds"]),
    (Defect::CompareAndSetDropsExpiry, &["compare_and_set_sets_expires_at"]),
    (Defect::CompareAndSetKeepsExpiry, &["compare_and_set_sets_expires_at"]),
    (Defect::InsertDropsExpiry, &["compare_and_set_sets_expires_at"]),
    (Defect::GetHidesExpired, &["get_and_compare_and_set_agree_on_expired_entries"]),
    (Defect::CompareAndSetIsNotAtomic, &["one_of_many_changes_succeeds", "no_change_is_lost"]),
    (Defect::LocksShortKeysOnly, &["all_keys_have_locks_or_none"]),
    (Defect::LockExcludesNobody, &["a_held_lock_excludes_others"]),
    (Defect::PutFreesLock, &["only_dropping_a_lock_frees_it"]),
    (Defect::CompareAndSetFreesLock, &["only_dropping_a_lock_frees_it"]),
    (Defect::RemoveFreesLock, &["only_dropping_a_lock_frees_it"]),
    (Defect::LockEndsWithPrefix, &["only_dropping_a_lock_frees_it"]),
    (Defect::LockIsNeverFreed, &["a_dropped_lock_is_free"]),
    (Defect::OneLockForAllKeys, &["locks_of_different_keys_are_independent"]),
    (Defect::LockBlocksWrites, &["a_held_lock_blocks_no_reads_or_changes"]),
    (Defect::AbandonedWaitHoldsLock, &["an_abandoned_wait_holds_nothing"]),
    (Defect::LockIsNotAtomic, &["no_step_under_a_lock_is_lost"]),
];

#[tokio::test(start_paused = true)]
async fn every_rule_has_a_store_that_breaks_it() {
    let run = |defect| token_store(async move || DefectiveStore::new(defect));
    let broken = broken_rules(DEFECTS, run).await;
    let report = token_store(async || MemoryStore::new()).await;
    assert_eq!(broken, all(&report));
}

#[tokio::test(start_paused = true)]
async fn handles_that_share_nothing_are_found_out() {
    let run = |()| shared_token_store(async || [MemoryStore::new(), MemoryStore::new()]);
    let rules = &["an_entry_is_returned_as_it_was_put", "a_held_lock_excludes_others"][..];
    broken_rules([((), rules)], run).await;
}

#[tokio::test(start_paused = true)]
async fn the_rules_of_locks_are_skipped_without_locks() {
    let report = token_store(async || LocklessStore::default()).await;
    assert_eq!((report.checked.len(), report.skipped.len()), (17, 8));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory() {
    let report = token_store(async || MemoryStore::new()).await;
    assert!(report.skipped.is_empty());
    shared_token_store(async || {
        let store = MemoryStore::new();
        [store.clone(), store]
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files() {
    let (root, count) = (Directory::new(), AtomicUsize::new(0));
    let directory = || root.path().join(count.fetch_add(1, Ordering::Relaxed).to_string());
    let open = |path: &Path| FileStore::open(path).expect("it can be opened");
    let report = token_store(async || open(&directory())).await;
    assert!(report.skipped.is_empty());
    // As two processes open it.
    shared_token_store(async || {
        let directory = directory();
        [open(&directory), open(&directory)]
    })
    .await;
}
