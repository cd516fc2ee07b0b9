//! How many permits there are.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use super::super::rule::{Failure, Outcome, Rule, expect, expect_eq, rules};
use super::super::similar_keys;
use super::{Case, LONG, take};
use crate::rate_limit::Rate;

/// Tasks that take permits at the same time.
const TASKS: usize = 8;
const CALLS: u32 = 40;

pub(super) const RULES: &[Rule<Case>] = rules![
    a_budget_is_granted_once,
    one_budget_is_for_all_who_ask_at_once,
    every_rate_holds,
    a_permit_that_is_too_late_is_not_taken,
    every_key_has_a_budget_of_its_own,
];

async fn a_budget_is_granted_once(case: Case) -> Outcome {
    for most in [1, 64] {
        let (key, mut granted) = (format!("op{most}"), 0);
        for turn in 0.. {
            let rates = [Rate::per_minute(CALLS)];
            match take(case.turn(turn), &key, &rates, most, Duration::ZERO).await? {
                Some(permit) => granted += permit.count,
                None => break,
            }
            expect(granted <= CALLS, format!("{granted} permits of {CALLS} in a minute"))?;
        }
        expect_eq("permits in a minute", &granted, &CALLS)?;
    }
    Ok(())
}

async fn one_budget_is_for_all_who_ask_at_once(case: Case) -> Outcome {
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let limits = Arc::clone(case.turn(task));
        tasks.spawn(async move {
            let mut granted = 0;
            for _ in 0..CALLS {
                let rates = [Rate::per_minute(CALLS)];
                let permit = take(&limits, "op", &rates, 1, Duration::ZERO).await?;
                granted += permit.map_or(0, |permit| permit.count);
            }
            Ok::<_, Failure>(granted)
        });
    }
    let mut granted = 0;
    while let Some(task) = tasks.join_next().await {
        granted += task??;
    }
    expect_eq("permits in a minute", &granted, &CALLS)
}

async fn every_rate_holds(case: Case) -> Outcome {
    let rates = [Rate::per_second(2), Rate::per_minute(5)];
    let mut permits = Vec::new();
    for turn in 0..8 {
        let permit = take(case.turn(turn), "op", &rates, 1, LONG).await?;
        permits.push(permit.ok_or_else(|| Failure::broken("no permit for a patient call"))?);
    }
    for rate in rates {
        let calls = usize::try_from(rate.calls()).unwrap_or(usize::MAX);
        for (first, last) in permits.iter().zip(permits.iter().skip(calls)) {
            let apart = last.latest - first.earliest;
            let why = format!("{} permits within {apart:?} at {rate:?}", calls + 1);
            expect(apart >= rate.window(), why)?;
        }
    }
    Ok(())
}

async fn a_permit_that_is_too_late_is_not_taken(case: Case) -> Outcome {
    let rates = [Rate::per_minute(1)];
    let first = take(&case.one, "op", &rates, 1, Duration::ZERO).await?;
    expect(first.is_some(), "no permit of a whole budget")?;
    for turn in 0..5 {
        let late = take(case.turn(turn), "op", &rates, 1, Duration::from_secs(1)).await?;
        expect(late.is_none(), format!("two permits within a minute: {late:?}"))?;
    }
    let next = take(&case.other, "op", &rates, 1, LONG).await?;
    let (Some(first), Some(next)) = (first, next) else {
        return Err(Failure::broken("no permit for a patient call"));
    };
    let apart = next.earliest - first.latest;
    expect(
        apart < Duration::from_secs(90),
        format!("the second permit comes {apart:?} after the first"),
    )
}

async fn every_key_has_a_budget_of_its_own(case: Case) -> Outcome {
    let (keys, rates) = (similar_keys(), [Rate::per_minute(1)]);
    for (turn, key) in keys.iter().enumerate() {
        let permit = take(case.turn(turn), key, &rates, 1, Duration::ZERO).await?;
        expect(permit.is_some(), format!("no permit of {key:?}, of which none was taken"))?;
    }
    for (turn, key) in keys.iter().enumerate() {
        let permit = take(case.turn(turn + 1), key, &rates, 1, Duration::ZERO).await?;
        expect(permit.is_none(), format!("two permits of {key:?} within a minute"))?;
    }
    Ok(())
}
