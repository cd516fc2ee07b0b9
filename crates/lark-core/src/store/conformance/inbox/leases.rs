//! A partition has one process, and one that was taken over is out of it.

use super::super::rule::{Outcome, Rule, expect, expect_eq, rules};
use super::Handles;
use super::fixtures::{LONG, SHORT, acquire, append, ids, read, take_over};
use crate::event::inbox::{Lease, Position, Step};

pub(super) const RULES: &[Rule<Handles>] = rules![
    gives_a_partition_to_one,
    counts_epochs,
    takes_over_what_has_ended,
    lets_go_on_what_nobody_took,
    forgets_who_leaves,
    counts_processes,
];

async fn gives_a_partition_to_one([one, other]: Handles) -> Outcome {
    acquire(&*one, "p", LONG).await?;
    expect(other.acquire("q", 1, LONG).await?.is_none(), "two processes have a partition")?;
    expect(other.acquire("q", 2, LONG).await?.is_some(), "another partition is not free")?;
    let beat = other.beat("q", &[], LONG).await?;
    expect_eq("what is free", &beat.free, &vec![0, 3])
}

async fn counts_epochs([one, other]: Handles) -> Outcome {
    let first = acquire(&*one, "p", LONG).await?;
    one.release(&first).await?;
    let second = acquire(&*other, "q", LONG).await?;
    expect(second.epoch > first.epoch, "the epoch of a later lease is not higher")?;
    one.release(&first).await?;
    expect(one.acquire("p", 1, LONG).await?.is_none(), "an old lease released a newer one")
}

async fn takes_over_what_has_ended([one, other]: Handles) -> Outcome {
    append(&*one, &["e1", "e2"]).await?;
    let old = acquire(&*one, "p", SHORT).await?;
    let position = read(&*one, &old).await?[0].position;
    let new = take_over(&other, "q").await?;
    for step in [Step::Done { position }, Step::Begin { position, attempt: 7 }] {
        let done = one.settle(&old, std::slice::from_ref(&step)).await?;
        expect(!done, format!("a lease that was taken over takes the step {step:?}"))?;
    }
    let gone = one.read(&old, Position::default(), 10).await?;
    expect(gone.is_none(), "a lease that was taken over reads")?;
    expect(one.load(&old, &[position]).await?.is_none(), "a lease that was taken over loads")?;
    let beat = one.beat("p", std::slice::from_ref(&old), LONG).await?;
    expect_eq("the leases that it lost", &beat.lost, &vec![1])?;
    let events = read(&*other, &new).await?;
    expect_eq("the events", &events.len(), &2)?;
    expect_eq("the attempts", &events[0].attempts, &0)
}

async fn lets_go_on_what_nobody_took([one, other]: Handles) -> Outcome {
    append(&*one, &["e1"]).await?;
    let lease = acquire(&*one, "p", SHORT).await?;
    while !other.beat("q", &[], LONG).await?.free.contains(&1) {
        tokio::task::yield_now().await;
    }
    let position = read(&*one, &lease).await?[0].position;
    expect(one.settle(&lease, &[Step::Done { position }]).await?, "it was not taken over")?;
    let leases = std::slice::from_ref(&lease);
    let beat = one.beat("p", leases, LONG).await?;
    expect_eq("the leases that it lost", &beat.lost, &Vec::new())?;
    let free = other.beat("q", &[], LONG).await?.free;
    expect(!free.contains(&1), "a lease that was renewed is free")
}

async fn forgets_who_leaves([one, other]: Handles) -> Outcome {
    let lease: Lease = acquire(&*one, "p", LONG).await?;
    one.beat("p", std::slice::from_ref(&lease), LONG).await?;
    expect_eq("the processes", &other.beat("q", &[], LONG).await?.processes, &2)?;
    one.leave("p").await?;
    let beat = other.beat("q", &[], LONG).await?;
    expect_eq("the processes after it left", &beat.processes, &1)?;
    expect_eq("what is free", &beat.free, &vec![0, 1, 2, 3])?;
    let lease = acquire(&*other, "q", LONG).await?;
    append(&*other, &["e1"]).await?;
    expect_eq("the events", &ids(&*other, &lease).await?.len(), &1)
}

async fn counts_processes([one, other]: Handles) -> Outcome {
    one.beat("p", &[], LONG).await?;
    one.beat("p", &[], LONG).await?;
    other.beat("r", &[], SHORT).await?;
    while one.beat("p", &[], LONG).await?.processes != 1 {
        tokio::task::yield_now().await;
    }
    expect_eq("the processes", &other.beat("q", &[], LONG).await?.processes, &2)
}
