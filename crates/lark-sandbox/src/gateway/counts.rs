//! The numbers of requests.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// Requests received so far.
#[derive(Default)]
pub(crate) struct Counts {
    all: AtomicU64,
    tokens: AtomicU64,
    operations: Mutex<HashMap<&'static str, u64>>,
}

impl Counts {
    pub(crate) fn count(&self) {
        self.all.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn count_operation(&self, operation_id: &'static str) {
        if crate::platform::auth::issues_tokens(operation_id) {
            self.tokens.fetch_add(1, Ordering::Relaxed);
        }
        *crate::lock(&self.operations).entry(operation_id).or_default() += 1;
    }

    pub(crate) fn all(&self) -> u64 {
        self.all.load(Ordering::Relaxed)
    }

    pub(crate) fn tokens(&self) -> u64 {
        self.tokens.load(Ordering::Relaxed)
    }

    pub(crate) fn by_operation(&self) -> HashMap<&'static str, u64> {
        crate::lock(&self.operations).clone()
    }

    pub(crate) fn of(&self, operation_id: &str) -> u64 {
        crate::lock(&self.operations).get(operation_id).copied().unwrap_or_default()
    }
}
