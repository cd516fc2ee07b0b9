//! Rules as named checks, and the run of them all.

use std::fmt::Debug;
use std::pin::Pin;
use std::time::Duration;

use tokio::task::JoinError;
use tokio::time::timeout;

use crate::store::StoreError;

/// How many seconds one check may take, which only a store that hangs uses up.
const TIME_LIMIT: usize = 60;

/// The rules of a contract that a store keeps. A broken rule is a panic, so it is never in a report.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// The names of the rules that were checked.
    pub checked: Vec<&'static str>,
    /// The names of the rules that do not apply, such as those of locks to a store without locks.
    pub skipped: Vec<&'static str>,
}

/// A rule of a contract. `C` is what its check needs: the handles of a new, empty store.
pub(super) struct Rule<C> {
    pub(super) name: &'static str,
    pub(super) check: fn(C) -> Checking,
}

type Checking = Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// How a check ends.
pub(super) type Outcome = Result<(), Failure>;

pub(super) enum Failure {
    /// The rule is broken: what was expected and what happened.
    Broken(String),
    /// The rule does not apply to this store.
    Skipped,
}

impl Failure {
    pub(super) fn broken(message: impl Into<String>) -> Self {
        Self::Broken(message.into())
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Broken(format!("the store failed: {error}"))
    }
}

impl From<JoinError> for Failure {
    fn from(error: JoinError) -> Self {
        Self::Broken(format!("the store panicked: {error}"))
    }
}

/// A table of rules with the names of the functions that check them.
macro_rules! rules {
    ($($name:ident),+ $(,)?) => {
        &[$($crate::store::conformance::rule::Rule {
            name: stringify!($name),
            check: |case| Box::pin($name(case)),
        }),+]
    };
}
pub(super) use rules;

/// Checks all rules, each on a case of its own, and panics if one is broken.
pub(super) async fn run<C>(
    contract: &'static str,
    rules: &'static [&'static [Rule<C>]],
    new_case: impl AsyncFn() -> C,
) -> Report {
    let mut report = Report { checked: Vec::new(), skipped: Vec::new() };
    let mut broken = String::new();
    for group in rules {
        for rule in *group {
            match limited((rule.check)(new_case().await)).await {
                Ok(()) => report.checked.push(rule.name),
                Err(Failure::Skipped) => report.skipped.push(rule.name),
                Err(Failure::Broken(why)) => broken += &format!("\n  {}: {why}", rule.name),
            }
        }
    }
    assert!(broken.is_empty(), "rules of {contract} are broken:{broken}");
    report
}

/// Counts the seconds one by one: a check that moves the clock by hours uses up one with each step.
async fn limited(mut check: Checking) -> Outcome {
    for _ in 0..TIME_LIMIT {
        if let Ok(outcome) = timeout(Duration::from_secs(1), &mut check).await {
            return outcome;
        }
    }
    Err(Failure::broken(format!("not done within {TIME_LIMIT} seconds")))
}

pub(super) fn expect(condition: bool, otherwise: impl Into<String>) -> Outcome {
    if condition { Ok(()) } else { Err(Failure::broken(otherwise)) }
}

/// Compares what a store returned. `what` says which call it was and when.
pub(super) fn expect_eq<T: PartialEq + Debug>(what: &str, found: &T, expected: &T) -> Outcome {
    expect(found == expected, format!("{what}: expected {expected:?}, found {found:?}"))
}
