//! Rate limits of operations, counted per operation, app and tenant.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::SystemTime;

use crate::http::{Rejection, codes};
use crate::platform::Caller;
use crate::services::{RateLimit, WindowCounter, WindowFull};

/// A rejection for too many calls.
pub(super) fn rejection(status: u16, limit: u32, reset: Option<u64>) -> Rejection {
    let mut rejection = Rejection::of(codes::RATE_LIMIT);
    rejection.status = status;
    rejection.add_header("x-ogw-ratelimit-limit", limit.to_string());
    if let Some(seconds) = reset {
        rejection.add_header("x-ogw-ratelimit-reset", seconds.to_string());
    }
    rejection
}

/// The limits of a sandbox.
#[derive(Default)]
pub(crate) struct Limits {
    table: Mutex<Table>,
}

#[derive(Default)]
struct Table {
    limits: HashMap<&'static str, RateLimit>,
    calls: WindowCounter<Counted>,
    rejected: HashMap<&'static str, u64>,
}

/// What is counted by itself.
#[derive(PartialEq, Eq, Hash)]
struct Counted {
    operation_id: &'static str,
    app_id: Option<String>,
    tenant_key: Option<String>,
}

impl Limits {
    /// Limits an operation; None lifts its limit.
    pub(crate) fn set(&self, operation_id: &'static str, limit: Option<RateLimit>) {
        let mut table = crate::lock(&self.table);
        table.calls.retain(|counted| counted.operation_id != operation_id);
        match limit {
            Some(limit) => drop(table.limits.insert(operation_id, limit)),
            None => drop(table.limits.remove(operation_id)),
        }
    }

    /// Counts a call, unless it is one too many. Rejected ones do not count.
    pub(super) fn admit(
        &self,
        operation_id: &'static str,
        caller: &Caller,
        now: SystemTime,
    ) -> Result<(), Rejection> {
        let mut table = crate::lock(&self.table);
        let Some(limit) = table.limits.get(operation_id).copied() else { return Ok(()) };
        let (app_id, tenant_key) = (caller.app_id.clone(), caller.tenant_key.clone());
        let counted = Counted { operation_id, app_id, tenant_key };
        let Err(WindowFull(left)) = table.calls.admit(counted, limit, now) else { return Ok(()) };
        *table.rejected.entry(operation_id).or_default() += 1;
        let seconds = left.as_nanos().div_ceil(1_000_000_000).max(1);
        let reset = limit.sends_reset.then(|| u64::try_from(seconds).unwrap_or(u64::MAX));
        Err(rejection(limit.status, limit.calls, reset))
    }

    /// The number of calls of an operation that were rejected.
    pub(crate) fn rejected(&self, operation_id: &str) -> u64 {
        crate::lock(&self.table).rejected.get(operation_id).copied().unwrap_or_default()
    }

    /// The same for every operation that has rejected any.
    pub(crate) fn all_rejected(&self) -> HashMap<&'static str, u64> {
        crate::lock(&self.table).rejected.clone()
    }
}
