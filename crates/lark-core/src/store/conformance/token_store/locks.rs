//! What `lock` does in stores that have locks.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use tokio::task::{JoinSet, yield_now};

use super::super::rule::{Failure, Outcome, Rule, expect_eq, rules};
use super::super::similar_keys;
use super::fixtures::{Handles, STEPS, TASKS, limited, number, set, unlimited, value};
use crate::store::{StoreFuture, StoreLock, TokenStore};

pub(super) const RULES: &[Rule<Handles>] = rules![
    all_keys_have_locks_or_none,
    a_held_lock_excludes_others,
    only_dropping_a_lock_frees_it,
    a_dropped_lock_is_free,
    locks_of_different_keys_are_independent,
    a_held_lock_blocks_no_reads_or_changes,
    an_abandoned_wait_holds_nothing,
    no_step_under_a_lock_is_lost,
];

/// The lock of `key`, or the end of the check if the store has no locks.
async fn lock(store: &dyn TokenStore, key: &str) -> Result<StoreLock, Failure> {
    store.lock(key).await?.ok_or(Failure::Skipped)
}

async fn all_keys_have_locks_or_none([one, other]: Handles) -> Outcome {
    let first = one.lock("k").await?.is_some();
    for key in ["k", "another key"] {
        let found = other.lock(key).await?.is_some();
        expect_eq(&format!("whether {key:?} has a lock"), &found, &first)?;
    }
    if first { Ok(()) } else { Err(Failure::Skipped) }
}

/// Checks that a wait for a lock does not end, for longer than taking a free one needs.
///
/// It is polled here, not in a task: there might be no thread that runs the task in time.
async fn expect_waiting(
    waiting: &mut StoreFuture<'_, Option<StoreLock>>,
    store: &dyn TokenStore,
    when: &str,
) -> Outcome {
    // Reads take as long as taking a lock does, whatever the store talks to.
    for _ in 0..2 * STEPS {
        if let Poll::Ready(taken) = poll_fn(|cx| Poll::Ready(waiting.as_mut().poll(cx))).await {
            taken?;
            return Err(Failure::broken(format!("it was taken a second time {when}")));
        }
        yield_now().await;
        value(store, "k").await?;
    }
    Ok(())
}

async fn a_held_lock_excludes_others([one, other]: Handles) -> Outcome {
    let held = lock(&*one, "k").await?;
    let mut waiting = other.lock("k");
    expect_waiting(&mut waiting, &*one, "while it was held").await?;
    drop(held);
    waiting.await?;
    Ok(())
}

async fn only_dropping_a_lock_frees_it([one, other]: Handles) -> Outcome {
    let held = lock(&*one, "k").await?;
    for store in [&one, &other] {
        store.put("k", unlimited("1")).await?;
        expect_waiting(&mut other.lock("k"), &*one, "after put").await?;
        set(&**store, "k", Some("1"), Some(limited("2"))).await?;
        expect_waiting(&mut other.lock("k"), &*one, "after compare_and_set").await?;
        set(&**store, "k", Some("2"), None).await?;
        expect_waiting(&mut other.lock("k"), &*one, "after compare_and_set to None").await?;
        store.remove("k").await?;
        expect_waiting(&mut other.lock("k"), &*one, "after remove").await?;
        for key in ["K", "k:1", "k ", ""] {
            drop(lock(&**store, key).await?);
            store.remove(key).await?;
        }
        expect_waiting(&mut other.lock("k"), &*one, "after the locks of other keys").await?;
    }
    drop(held);
    Ok(())
}

async fn a_dropped_lock_is_free([one, other]: Handles) -> Outcome {
    for _ in 0..STEPS {
        drop(lock(&*one, "k").await?);
        drop(lock(&*other, "k").await?);
    }
    Ok(())
}

async fn locks_of_different_keys_are_independent([one, other]: Handles) -> Outcome {
    let mut held = Vec::new();
    for (place, key) in similar_keys().iter().enumerate() {
        held.push(lock(if place % 2 == 0 { &*one } else { &*other }, key).await?);
    }
    Ok(())
}

async fn a_held_lock_blocks_no_reads_or_changes([one, other]: Handles) -> Outcome {
    let held = lock(&*one, "k").await?;
    for store in [one, other] {
        store.put("k", unlimited("1")).await?;
        set(&*store, "k", Some("1"), Some(unlimited("2"))).await?;
        expect_eq("get under the lock", &value(&*store, "k").await?.as_deref(), &Some("2"))?;
        store.remove("k").await?;
    }
    drop(held);
    Ok(())
}

async fn an_abandoned_wait_holds_nothing([one, other]: Handles) -> Outcome {
    let held = lock(&*one, "k").await?;
    for _ in 0..3 {
        let mut waiting = other.lock("k");
        for _ in 0..STEPS {
            // Whether it is taken already is another rule.
            if poll_fn(|cx| Poll::Ready(waiting.as_mut().poll(cx).is_ready())).await {
                break;
            }
            value(&*one, "k").await?;
        }
    }
    drop(held);
    drop(lock(&*one, "k").await?);
    drop(lock(&*other, "k").await?);
    Ok(())
}

/// Counts up in several tasks with a read and a write, between which others would come without the
/// lock.
async fn no_step_under_a_lock_is_lost(handles: Handles) -> Outcome {
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let store = Arc::clone(&handles[task % 2]);
        tasks.spawn(async move {
            for _ in 0..STEPS {
                let held = lock(&*store, "n").await?;
                let count = number(&*store, "n").await?;
                yield_now().await;
                store.put("n", unlimited((count + 1).to_string())).await?;
                drop(held);
            }
            Ok::<_, Failure>(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    expect_eq("the number of steps", &number(&*handles[0], "n").await?, &(TASKS * STEPS))
}
