//! Delays, replays, and what is removed.

use std::time::{Duration, SystemTime};

use super::super::rule::{Outcome, Rule, expect, expect_eq, rules};
use super::Handles;
use super::fixtures::{LONG, SHORT, acquire, append, event, ids, limits, read};
use crate::event::inbox::{Appended, Position, Step, Store};

pub(super) const RULES: &[Rule<Handles>] =
    rules![delays, replays, removes_what_is_old, removes_what_is_too_much, forgets_old_keys];

async fn delays([one, other]: Handles) -> Outcome {
    let lease = acquire(&*one, "p", LONG).await?;
    let with = |id: &str, delay: Duration| {
        let mut event = event(id);
        event.delay = Some(delay);
        event
    };
    let events = [with("e1", LONG), with("e2", SHORT)];
    let appended = other.append(&events, &limits()).await?;
    expect_eq("the answers", &appended, &vec![Appended::Stored; 2])?;
    append(&*other, &["e3"]).await?;
    while ids(&*one, &lease).await?.len() < 2 {
        one.news(&[(1, Position::default())]).await?;
        tokio::task::yield_now().await;
    }
    let mut found = ids(&*one, &lease).await?;
    found.sort_unstable();
    expect_eq("what is due", &found, &["e2", "e3"].map(str::to_owned).to_vec())?;
    let gauges = one.gauges().await?;
    expect_eq("waiting, delayed", &(gauges.waiting, gauges.delayed), &(2, 1))?;
    expect_eq("a copy", &append(&*one, &["e1"]).await?, &vec![Appended::Known])
}

/// Handles all events of partition 1.
async fn finish(store: &dyn Store) -> Result<(), super::super::rule::Failure> {
    let lease = acquire(store, "p", LONG).await?;
    let events = read(store, &lease).await?;
    let steps: Vec<Step> = events.iter().map(|it| Step::Done { position: it.position }).collect();
    expect(store.settle(&lease, &steps).await?, "a lease is not valid")?;
    store.release(&lease).await?;
    Ok(())
}

async fn replays([one, other]: Handles) -> Outcome {
    append(&*one, &["e1", "e2"]).await?;
    finish(&*one).await?;
    append(&*one, &["e3"]).await?;
    let now = SystemTime::now();
    let later = now.checked_add(LONG).unwrap_or(now);
    expect_eq("those of the future", &other.replay(later).await?, &0)?;
    let before = now.checked_sub(LONG).unwrap_or(now);
    expect_eq("those that are replayed", &other.replay(before).await?, &2)?;
    let lease = acquire(&*one, "p", LONG).await?;
    let found = ids(&*one, &lease).await?;
    expect_eq("what waits", &found, &["e3", "e1", "e2"].map(str::to_owned).to_vec())?;
    let gauges = one.gauges().await?;
    expect_eq("waiting, kept", &(gauges.waiting, gauges.kept), &(3, 0))
}

async fn removes_what_is_old([one, other]: Handles) -> Outcome {
    append(&*one, &["e1", "e2"]).await?;
    finish(&*one).await?;
    append(&*one, &["e3"]).await?;
    other.sweep(1, &limits()).await?;
    expect_eq("kept before it is old", &one.gauges().await?.kept, &2)?;
    let mut limits = limits();
    limits.keep = Duration::ZERO;
    while other.gauges().await?.kept > 0 {
        other.sweep(1, &limits).await?;
        tokio::task::yield_now().await;
    }
    let lease = acquire(&*one, "p", LONG).await?;
    expect_eq("what waits", &ids(&*one, &lease).await?, &vec!["e3".to_owned()])?;
    let appended = append(&*one, &["e1", "e3"]).await?;
    expect_eq("copies of what was removed", &appended, &vec![Appended::Known; 2])
}

async fn removes_what_is_too_much([one, _]: Handles) -> Outcome {
    append(&*one, &["e1"]).await?;
    finish(&*one).await?;
    append(&*one, &["e2"]).await?;
    let mut limits = limits();
    limits.keep_bytes = 0;
    while one.gauges().await?.kept > 0 {
        one.sweep(1, &limits).await?;
    }
    expect_eq("what waits", &one.gauges().await?.waiting, &1)
}

async fn forgets_old_keys([one, _]: Handles) -> Outcome {
    let mut limits = limits();
    limits.remember = SHORT;
    let first = event("e1");
    one.append(std::slice::from_ref(&first), &limits).await?;
    loop {
        for partition in 0..4 {
            one.sweep(partition, &limits).await?;
        }
        if one.append(std::slice::from_ref(&first), &limits).await? == [Appended::Stored] {
            return Ok(());
        }
        tokio::task::yield_now().await;
    }
}
