//! The HTTP status in which tokens are refused. The platform is seen to use several.

use std::sync::atomic::{AtomicU16, Ordering};

use crate::http::Refusal;

/// The status a test has chosen; zero for none.
#[derive(Default)]
pub(crate) struct RefusalStatus(AtomicU16);

impl RefusalStatus {
    pub(crate) fn set(&self, status: u16) {
        self.0.store(status, Ordering::Relaxed);
    }

    pub(crate) fn apply(&self, mut refusal: Refusal) -> Refusal {
        match self.0.load(Ordering::Relaxed) {
            0 => {}
            status => refusal.status = status,
        }
        refusal
    }
}
