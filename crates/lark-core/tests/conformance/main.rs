//! The conformance kit: the stores of the crate pass it, and each rule has a store that breaks it.
#![allow(missing_docs)]

mod dedups;
mod defective_dedup;
mod defective_store;
mod rate_limits;
mod token_stores;

use std::collections::BTreeSet;

use lark_core::conformance::Report;
use tokio::task::LocalSet;

/// Runs the kit on one store after the other, each with a defect that must break the named rules.
/// Returns the names of all rules that were broken.
async fn broken_rules<D, F>(
    defects: impl IntoIterator<Item = (D, &'static [&'static str])>,
    run: impl Fn(D) -> F,
) -> BTreeSet<&'static str>
where
    D: std::fmt::Debug + Copy,
    F: Future<Output = Report> + 'static,
{
    let mut broken = BTreeSet::new();
    for (defect, rules) in defects {
        let local = LocalSet::new();
        let panicked = local.run_until(local.spawn_local(run(defect))).await;
        let error = panicked.expect_err("a broken rule is a panic");
        let message = *error.into_panic().downcast::<String>().expect("a message");
        for rule in rules {
            let line = format!("\n  {rule}: ");
            assert!(message.contains(&line), "{defect:?} does not break {rule}: {message}");
        }
        broken.extend(rules);
    }
    broken
}

fn all(report: &Report) -> BTreeSet<&'static str> {
    report.checked.iter().chain(&report.skipped).copied().collect()
}
