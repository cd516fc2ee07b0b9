//! The clock of a store under test.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use super::super::rule::{Failure, Outcome};

/// How time passes for a store, for the rules of how long it remembers.
#[derive(Clone)]
pub struct Time {
    advance: Option<Advance>,
    pub(super) claims_end_after: Option<Duration>,
}

type Advance = Arc<dyn Fn(Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

impl Time {
    /// It cannot be moved. The rules of how long a store remembers are skipped.
    #[must_use]
    pub fn real() -> Self {
        Self { advance: None, claims_end_after: None }
    }

    /// `advance` moves the clock of the store, such as `tokio::time::advance` in a test with a
    /// paused clock, and is done when the store has noticed.
    #[must_use]
    pub fn advanced_by<F>(advance: impl Fn(Duration) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let advance: Advance = Arc::new(move |by| Box::pin(advance(by)));
        Self { advance: Some(advance), claims_end_after: None }
    }

    /// Also checks that a claim ends by itself after `lifetime`. A store for several instances needs
    /// that, because an instance may die. It must be longer than the timeout of the handlers. Between two
    /// handles it then also checks that a claim that ended under a slow handler is not that handler's any
    /// more, so claims of a shared store have an owner.
    #[must_use]
    pub fn claims_end_after(mut self, lifetime: Duration) -> Self {
        self.claims_end_after = Some(lifetime);
        self
    }

    pub(super) async fn advance(&self, by: Duration) -> Outcome {
        let advance = self.advance.as_ref().ok_or(Failure::Skipped)?;
        advance(by).await;
        Ok(())
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Time")
            .field("is_real", &self.advance.is_none())
            .field("claims_end_after", &self.claims_end_after)
            .finish()
    }
}
