//! The HTTP status in which tokens are rejected. The platform is seen to use several.

use std::sync::atomic::{AtomicU16, Ordering};

use crate::http::Rejection;

/// The status a test has chosen; zero for none.
#[derive(Default)]
pub(crate) struct InvalidTokenStatus(AtomicU16);

impl InvalidTokenStatus {
    pub(crate) fn set(&self, status: u16) {
        self.0.store(status, Ordering::Relaxed);
    }

    pub(crate) fn apply(&self, mut rejection: Rejection) -> Rejection {
        match self.0.load(Ordering::Relaxed) {
            0 => {}
            status => rejection.status = status,
        }
        rejection
    }
}
