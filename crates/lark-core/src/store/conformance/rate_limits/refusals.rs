//! What becomes of a refusal.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use super::super::rule::{Failure, Outcome, Rule, expect, expect_eq, rules};
use super::{Case, LONG, take};
use crate::rate_limit::{Rate, Refusal};

const RATES: [Rate; 1] = [Rate::per_second(5)];
const PAUSE: Duration = Duration::from_secs(30);

pub(super) const RULES: &[Rule<Case>] = rules![
    a_pause_holds_for_all,
    a_shorter_pause_ends_no_longer_one,
    a_pause_is_of_its_key_only,
    refusals_are_heard,
];

fn refusal(pause: Duration, limit: Option<u32>) -> Refusal {
    Refusal { pause, rate: RATES[0], limit }
}

/// Whether permits are for times after the pause that began at this time.
async fn expect_pause(case: &Case, since: Instant) -> Outcome {
    for turn in 0..2 {
        let now = take(case.turn(turn), "op", &RATES, 9, Duration::ZERO).await?;
        expect(now.is_none(), format!("a permit in the pause: {now:?}"))?;
        let later = take(case.turn(turn), "op", &RATES, 9, LONG).await?;
        let later = later.ok_or_else(|| Failure::broken("no permit for a patient call"))?;
        let after = later.latest - since;
        expect(after >= PAUSE, format!("a permit {after:?} after the pause of {PAUSE:?} began"))?;
    }
    Ok(())
}

async fn a_pause_holds_for_all(case: Case) -> Outcome {
    let since = Instant::now();
    case.one.refused("op", refusal(PAUSE, Some(5))).await?;
    expect_pause(&case, since).await
}

async fn a_shorter_pause_ends_no_longer_one(case: Case) -> Outcome {
    let since = Instant::now();
    case.one.refused("op", refusal(PAUSE, Some(5))).await?;
    case.other.refused("op", refusal(Duration::from_millis(1), Some(5))).await?;
    expect_pause(&case, since).await
}

async fn a_pause_is_of_its_key_only(case: Case) -> Outcome {
    case.one.refused("op", refusal(PAUSE, None)).await?;
    for key in ["OP", "op:x", "o"] {
        let permit = take(&case.other, key, &RATES, 1, Duration::ZERO).await?;
        expect(permit.is_some(), format!("a pause of \"op\" holds for {key:?}"))?;
    }
    Ok(())
}

async fn refusals_are_heard(case: Case) -> Outcome {
    for (key, told) in [
        ("op", refusal(PAUSE, None)),
        ("open.feishu.cn/cli_a1|GET /open-apis/x?y=z|tenant", refusal(PAUSE, Some(7))),
        ("一", Refusal { rate: Rate::per_minute(3), ..refusal(PAUSE, Some(0)) }),
    ] {
        let (sender, mut heard) = mpsc::unbounded_channel();
        let other = Arc::clone(&case.other);
        let mut listener = JoinSet::new();
        listener.spawn(async move {
            let hear = |key: &str, refusal| _ = sender.send((key.to_owned(), refusal));
            other.listen(&hear).await
        });
        // Nobody knows from when on it listens.
        let (key_heard, refusal_heard) = loop {
            case.one.refused(key, told).await?;
            if let Ok(Some(heard)) = timeout(Duration::from_millis(10), heard.recv()).await {
                break heard;
            }
            if let Some(ended) = listener.try_join_next() {
                ended??;
                return Err(Failure::broken("listening has ended without an error"));
            }
        };
        expect_eq("the key of a refusal", &key_heard.as_str(), &key)?;
        expect_eq("a refusal", &refusal_heard, &told)?;
    }
    Ok(())
}
