//! The rules of `SharedRateLimits`.

mod budgets;
mod refusals;

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::rule::Rule;
use crate::rate_limit::{PermitRequest, Permits, Rate, SharedRateLimits};
use crate::store::StoreError;

pub(super) const RULES: &[&[Rule<Case>]] = &[budgets::RULES, refusals::RULES];

/// Longer than any wait in these rules.
const LONG: Duration = Duration::from_secs(1000);

/// Two handles on the same limits, which may be one and the same.
pub(super) struct Case {
    one: Arc<dyn SharedRateLimits>,
    other: Arc<dyn SharedRateLimits>,
}

impl Case {
    pub(super) fn new([one, other]: [Arc<dyn SharedRateLimits>; 2]) -> Self {
        Self { one, other }
    }

    /// The handles in turn.
    fn turn(&self, turn: usize) -> &Arc<dyn SharedRateLimits> {
        if turn.is_multiple_of(2) { &self.one } else { &self.other }
    }
}

/// A permit, and the times between which it is used: nobody knows when it was granted.
#[derive(Debug)]
struct Permit {
    earliest: Instant,
    latest: Instant,
    count: u32,
}

/// One permit of `key` or several. None if they come after the patience.
async fn take(
    limits: &Arc<dyn SharedRateLimits>,
    key: &str,
    rates: &[Rate],
    most: u32,
    patience: Duration,
) -> Result<Option<Permit>, StoreError> {
    let asked = Instant::now();
    let request = PermitRequest { key, rates, most, patience };
    Ok(match limits.take(request).await? {
        Permits::TooLate { wait } if wait <= patience => {
            let why =
                format!("a permit after {wait:?} was refused, with a patience of {patience:?}");
            return Err(StoreError::new(why));
        }
        Permits::TooLate { .. } => None,
        Permits::Granted { count: 0, .. } => return Err(StoreError::new("no permit was granted")),
        Permits::Granted { count, .. } if count > most => {
            return Err(StoreError::new(format!("{count} permits were granted instead of {most}")));
        }
        Permits::Granted { count: 2.., wait, lease } if !wait.is_zero() || lease.is_zero() => {
            let why = format!("several permits after {wait:?}, for {lease:?}");
            return Err(StoreError::new(why));
        }
        Permits::Granted { count, wait, .. } => {
            Some(Permit { earliest: asked + wait, latest: Instant::now() + wait, count })
        }
    })
}
