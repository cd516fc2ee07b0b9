//! What `compare_and_set` does, alone and among others.

use std::sync::Arc;
use std::time::UNIX_EPOCH;

use tokio::task::JoinSet;

use super::super::rule::{Failure, Outcome, Rule, expect, expect_eq, rules};
use super::fixtures::{
    DAY, HOUR, Handles, STEPS, TASKS, expect_entry, expiring, limited, number, set, shown,
    unlimited, value,
};
use crate::store::{StoreEntry, TokenStore};

/// What each task adds to a counter.
const CHANGES: usize = 2 * STEPS;

pub(super) const RULES: &[Rule<Handles>] = rules![
    compare_and_set_changes_what_was_expected,
    compare_and_set_changes_nothing_else,
    compare_and_set_compares_whole_values,
    compare_and_set_to_the_same_value_succeeds,
    compare_and_set_sets_expires_at,
    get_and_compare_and_set_agree_on_expired_entries,
    one_of_many_changes_succeeds,
    no_change_is_lost,
];

async fn compare_and_set_changes_what_was_expected([one, other]: Handles) -> Outcome {
    let steps = [
        (None, None),
        (None, Some("1")),
        (Some("1"), Some("2")),
        (Some("2"), None),
        (None, None),
        (None, Some("3")),
    ];
    for (expected, new) in steps {
        let what = format!("from {expected:?} to {new:?}");
        let is_set = set(&*one, "k", expected, new.map(unlimited)).await?;
        expect(is_set, format!("{what} returned false"))?;
        expect_eq(&what, &value(&*other, "k").await?.as_deref(), &new)?;
    }
    Ok(())
}

async fn compare_and_set_changes_nothing_else([one, other]: Handles) -> Outcome {
    for (current, expected) in [(None, "1"), (None, ""), (Some("1"), "2"), (Some("1"), "")] {
        for new in [None, Some("3")] {
            rejected(&one, &other, (current, Some(expected), new)).await?;
        }
    }
    for new in [None, Some("3")] {
        rejected(&one, &other, (Some("1"), None, new)).await?;
    }
    Ok(())
}

/// Checks that a change whose expectation is not met is not made.
async fn rejected(
    one: &Arc<dyn TokenStore>,
    other: &Arc<dyn TokenStore>,
    (current, expected, new): (Option<&str>, Option<&str>, Option<&str>),
) -> Outcome {
    match current {
        Some(current) => one.put("k", unlimited(current)).await?,
        None => one.remove("k").await?,
    }
    let what = format!("from {expected:?} to {new:?} while it was {current:?}");
    let is_set = set(&**other, "k", expected, new.map(unlimited)).await?;
    expect(!is_set, format!("{what} returned true"))?;
    expect_eq(&what, &value(&**one, "k").await?.as_deref(), &current)
}

async fn compare_and_set_compares_whole_values([one, other]: Handles) -> Outcome {
    let mut pairs = [
        ("a", "A"),
        ("a", "a "),
        ("a", " a"),
        ("a", "a\n"),
        ("", " "),
        ("1", "01"),
        ("1", "1.0"),
        ("\u{e9}", "e\u{301}"),
        ("ß", "ss"),
    ]
    .map(|(one, other)| (one.to_owned(), other.to_owned()))
    .to_vec();
    for length in [255, 1023, 19_999] {
        let start = "v".repeat(length);
        pairs.push((format!("{start}1"), format!("{start}2")));
        pairs.push((format!("{start}1"), start));
    }
    for (a, b) in &pairs {
        for (current, expected) in [(a, b), (b, a)] {
            let (current, expected) = (current.as_str(), expected.as_str());
            one.put("k", unlimited(current)).await?;
            let is_set = set(&*other, "k", Some(expected), Some(unlimited("new"))).await?;
            let what = format!("{} was expected, it was {}", shown(expected), shown(current));
            expect(!is_set, format!("{what}, and compare_and_set returned true"))?;
            expect_entry(&what, one.get("k").await?.as_ref(), &unlimited(current))?;
        }
    }
    Ok(())
}

/// SQL servers may count the rows that differ now, not those that were found.
async fn compare_and_set_to_the_same_value_succeeds([one, other]: Handles) -> Outcome {
    let entry = limited("1");
    one.put("k", entry.clone()).await?;
    for new in [entry.clone(), entry, unlimited("1"), unlimited("1")] {
        let is_set = set(&*other, "k", Some("1"), Some(new)).await?;
        expect(is_set, "the value was the expected one, and it returned false")?;
    }
    Ok(())
}

async fn compare_and_set_sets_expires_at([one, other]: Handles) -> Outcome {
    for old in [None, Some(unlimited("1")), Some(expiring("1", DAY))] {
        for new in [unlimited("1"), unlimited("2"), expiring("1", HOUR), expiring("2", DAY * 30)] {
            match &old {
                Some(old) => one.put("k", old.clone()).await?,
                None => one.remove("k").await?,
            }
            let expected = old.as_ref().map(|entry| entry.value.expose());
            set(&*other, "k", expected, Some(new.clone())).await?;
            let what = format!("the entry that was {:?}", old.as_ref().map(|it| it.expires_at));
            expect_entry(&what, one.get("k").await?.as_ref(), &new)?;
        }
    }
    Ok(())
}

/// Whether an expired entry is still there is up to the store, but callers that read it and then
/// change it would never get on if the two methods disagreed.
async fn get_and_compare_and_set_agree_on_expired_entries([one, other]: Handles) -> Outcome {
    one.put("k", StoreEntry { value: "1".into(), expires_at: Some(UNIX_EPOCH) }).await?;
    let seen = value(&*one, "k").await?;
    let is_set = set(&*other, "k", seen.as_deref(), Some(unlimited("2"))).await?;
    expect(is_set, format!("get returned {seen:?}, and compare_and_set did not expect that"))?;
    expect_eq("get after that", &value(&*one, "k").await?.as_deref(), &Some("2"))
}

async fn one_of_many_changes_succeeds(handles: Handles) -> Outcome {
    for step in 0..STEPS {
        let key = format!("k{step}");
        let mut tasks = JoinSet::new();
        for task in 0..TASKS {
            let (store, key) = (Arc::clone(&handles[task % 2]), key.clone());
            tasks.spawn(async move {
                let is_set = set(&*store, &key, None, Some(unlimited(task.to_string()))).await?;
                Ok::<_, Failure>(is_set.then_some(task))
            });
        }
        let mut winners = Vec::new();
        while let Some(done) = tasks.join_next().await {
            winners.extend(done??);
        }
        let [winner] = winners[..] else {
            let count = winners.len();
            return Err(Failure::broken(format!("{count} of {TASKS} changes from None succeeded")));
        };
        expect_eq("the value", &number(&*handles[0], &key).await?, &winner)?;
    }
    Ok(())
}

/// Counts up in several tasks: each success is one step.
async fn no_change_is_lost(handles: Handles) -> Outcome {
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let store = Arc::clone(&handles[task % 2]);
        tasks.spawn(async move {
            for _ in 0..CHANGES {
                count_up(&*store).await?;
            }
            Ok::<_, Failure>(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    expect_eq("the number of changes", &number(&*handles[0], "n").await?, &(TASKS * CHANGES))
}

async fn count_up(store: &dyn TokenStore) -> Outcome {
    // Each failure means that another task has succeeded.
    for _ in 0..=TASKS * CHANGES {
        let old = value(store, "n").await?;
        let count = old.as_deref().and_then(|it| it.parse::<usize>().ok()).unwrap_or_default();
        let new = unlimited((count + 1).to_string());
        if set(store, "n", old.as_deref(), Some(new)).await? {
            return Ok(());
        }
        tokio::task::yield_now().await;
    }
    Err(Failure::broken("compare_and_set of what get returned keeps returning false"))
}
