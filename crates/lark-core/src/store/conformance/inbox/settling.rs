//! What becomes of events.

use super::super::rule::{Outcome, Rule, expect, expect_eq, rules};
use super::Handles;
use super::fixtures::{LONG, acquire, append, ids, read, take_over};
use crate::event::inbox::{Appended, Step};

pub(super) const RULES: &[Rule<Handles>] = rules![
    never_returns_what_is_done,
    counts_attempts,
    keeps_a_retry_with_its_wait,
    sets_aside_and_takes_back,
    takes_a_step_twice_as_once,
];

async fn never_returns_what_is_done([one, other]: Handles) -> Outcome {
    append(&*one, &["e1", "e2"]).await?;
    let lease = acquire(&*one, "p", LONG).await?;
    let position = read(&*one, &lease).await?[0].position;
    let steps = [Step::Begin { position, attempt: 1 }, Step::Done { position }];
    expect(one.settle(&lease, &steps).await?, "a lease is not valid")?;
    expect_eq("what waits", &ids(&*one, &lease).await?, &vec!["e2".to_owned()])?;
    one.release(&lease).await?;
    let lease = take_over(&other, "q").await?;
    expect_eq("what waits for another", &ids(&*other, &lease).await?, &vec!["e2".to_owned()])?;
    let loaded = other.load(&lease, &[position]).await?.unwrap_or_default();
    expect(loaded.is_empty(), "what is done is loaded")?;
    expect_eq("a copy", &append(&*other, &["e1"]).await?, &vec![Appended::Known])?;
    let gauges = other.gauges().await?;
    expect_eq("waiting and kept", &(gauges.waiting, gauges.kept), &(1, 1))?;
    expect_eq("the lag", &gauges.lag, &vec![0, 1, 0, 0])
}

async fn counts_attempts([one, other]: Handles) -> Outcome {
    append(&*one, &["e1", "e2"]).await?;
    let lease = acquire(&*one, "p", LONG).await?;
    let position = read(&*one, &lease).await?[0].position;
    one.settle(&lease, &[Step::Begin { position, attempt: 3 }]).await?;
    one.release(&lease).await?;
    let lease = take_over(&other, "q").await?;
    let attempts: Vec<u32> = read(&*other, &lease).await?.iter().map(|it| it.attempts).collect();
    expect_eq("the attempts", &attempts, &vec![3, 0])
}

async fn keeps_a_retry_with_its_wait([one, other]: Handles) -> Outcome {
    append(&*one, &["e1", "e2"]).await?;
    let lease = acquire(&*one, "p", LONG).await?;
    let position = read(&*one, &lease).await?[0].position;
    let begin = Step::Begin { position, attempt: 1 };
    let again = Step::Retry { position, after: LONG, reason: "no luck\n|".to_owned() };
    one.settle(&lease, &[begin, again]).await?;
    one.release(&lease).await?;
    let lease = take_over(&other, "q").await?;
    let events = read(&*other, &lease).await?;
    let found: Vec<(&str, u32)> = events.iter().map(|it| (&*it.event_id, it.attempts)).collect();
    expect_eq("the events", &found, &vec![("e1", 1), ("e2", 0)])?;
    expect(events[0].wait > LONG / 2 && events[0].wait <= LONG, "its wait is not kept")?;
    expect(events[1].wait.is_zero(), "another event waits with it")
}

async fn sets_aside_and_takes_back([one, other]: Handles) -> Outcome {
    append(&*one, &["e1", "e2", "e3"]).await?;
    let lease = acquire(&*one, "p", LONG).await?;
    let events = read(&*one, &lease).await?;
    let reason = "no luck\n|".to_owned();
    let mut steps = Vec::new();
    for event in &events[..2] {
        steps.push(Step::Begin { position: event.position, attempt: 2 });
        steps.push(Step::Dead { position: event.position, reason: reason.clone() });
    }
    one.settle(&lease, &steps).await?;
    expect_eq("what waits", &ids(&*one, &lease).await?, &vec!["e3".to_owned()])?;
    expect_eq("the gauge", &other.gauges().await?.dead, &2)?;
    let dead = other.dead_letters(None, 10).await?;
    let found: Vec<(&str, &str, u32)> =
        dead.iter().map(|it| (&*it.event_id, &*it.reason, it.attempts)).collect();
    expect_eq("the dead letters", &found, &vec![("e1", &*reason, 2), ("e2", &*reason, 2)])?;
    expect(dead[0].body == events[0].body, "the body has changed")?;
    let behind = other.dead_letters(Some(&dead[0].id), 10).await?;
    expect_eq("those behind the first", &behind.len(), &1)?;
    expect_eq("one at most", &other.dead_letters(None, 1).await?.len(), &1)?;
    expect_eq("a copy", &append(&*one, &["e1"]).await?, &vec![Appended::Known])?;

    expect(other.retry(&dead[0].id).await?, "a dead letter is not found")?;
    expect(!other.retry(&dead[0].id).await?, "a dead letter is retried twice")?;
    let waiting = read(&*one, &lease).await?;
    let found: Vec<(&str, u32)> = waiting.iter().map(|it| (&*it.event_id, it.attempts)).collect();
    expect_eq("what waits after a retry", &found, &vec![("e3", 0), ("e1", 0)])?;
    expect(other.discard(&dead[1].id).await?, "a dead letter is not found")?;
    expect(!other.discard(&dead[1].id).await?, "a dead letter is removed twice")?;
    let nothing = "4294967295-9";
    expect(!other.discard(nothing).await? && !other.retry(nothing).await?, "there is no such one")?;
    expect_eq("the dead letters", &other.dead_letters(None, 10).await?.len(), &0)?;
    let gauges = other.gauges().await?;
    expect_eq("waiting, dead", &(gauges.waiting, gauges.dead), &(2, 0))
}

async fn takes_a_step_twice_as_once([one, _]: Handles) -> Outcome {
    append(&*one, &["e1", "e2", "e3"]).await?;
    let lease = acquire(&*one, "p", LONG).await?;
    let events = read(&*one, &lease).await?;
    let steps = [
        Step::Begin { position: events[1].position, attempt: 1 },
        Step::Done { position: events[0].position },
        Step::Dead { position: events[1].position, reason: "no luck".to_owned() },
    ];
    for _ in 0..2 {
        expect(one.settle(&lease, &steps).await?, "a lease is not valid")?;
    }
    let late = Step::Retry { position: events[0].position, after: LONG, reason: String::new() };
    expect(one.settle(&lease, &[late]).await?, "a lease is not valid")?;
    expect_eq("what waits", &ids(&*one, &lease).await?, &vec!["e3".to_owned()])?;
    let gauges = one.gauges().await?;
    let found = (gauges.waiting, gauges.kept, gauges.dead);
    expect_eq("waiting, kept, dead", &found, &(1, 1, 1))
}
