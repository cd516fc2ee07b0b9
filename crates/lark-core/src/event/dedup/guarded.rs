//! The user's dedup store, whose panics and silence are errors.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::{sleep, timeout};

use super::{Claim, Dedup};
use crate::event::stop::Stop;
use crate::store::{StoreError, StoreFuture};
use crate::util::{caught, poll_once, try_run, unless};

/// Longest time to record the end of an event. Its place is taken meanwhile.
const RECORD_LIMIT: Duration = Duration::from_secs(5);
/// The part of it that is left when the router stops.
const STOP_LIMIT: Duration = Duration::from_millis(500);

/// The store of a router. Whatever it does, each method ends with a result.
pub(in crate::event) struct GuardedDedup(Box<dyn Dedup>);

impl GuardedDedup {
    pub(in crate::event) fn new(store: Box<dyn Dedup>) -> Self {
        Self(store)
    }

    /// Claims an event; `None` if the router stops. If the store is silent for longer than `limit`, it
    /// may have claimed the event nevertheless, until it drops the claim as that of an instance that died.
    pub(in crate::event) async fn claim(
        &self,
        keys: &[String],
        limit: Duration,
        stop: &Stop,
    ) -> Option<Result<Claim, StoreError>> {
        let mut work = pin!(answer(|| self.0.claim(keys)));
        // Most stores are in memory and need no timer.
        if let Poll::Ready(done) = poll_once(work.as_mut()).await {
            return Some(done);
        }
        let limited = Box::pin(timeout(limit, stop.unless_stopped(work)));
        limited.await.unwrap_or_else(|_| Some(Err(silent(limit))))
    }

    /// Records the end of an event.
    async fn record<'a>(
        work: impl FnOnce() -> StoreFuture<'a, ()>,
        stop: &Stop,
    ) -> Result<(), StoreError> {
        let mut work = pin!(answer(work));
        if let Poll::Ready(done) = poll_once(work.as_mut()).await {
            return done;
        }
        let patience = async {
            let stopped = async {
                stop.wait().await;
                sleep(STOP_LIMIT).await;
            };
            _ = timeout(RECORD_LIMIT, stopped).await;
        };
        Box::pin(unless(work, patience)).await.unwrap_or_else(|| Err(silent(RECORD_LIMIT)))
    }
}

async fn answer<'a, T>(make: impl FnOnce() -> StoreFuture<'a, T>) -> Result<T, StoreError> {
    caught(make).await.unwrap_or_else(|_| Err(StoreError::new("the dedup store panicked")))
}

fn silent(limit: Duration) -> StoreError {
    StoreError::new(format!("the dedup store gave no answer within {limit:?}"))
}

/// A claimed event. The claim is released when this is dropped, because then nobody knows whether the
/// event was handled.
pub(in crate::event) struct ClaimGuard {
    store: Arc<GuardedDedup>,
    keys: Vec<String>,
}

impl ClaimGuard {
    pub(in crate::event) fn new(store: Arc<GuardedDedup>, keys: Vec<String>) -> Self {
        Self { store, keys }
    }

    /// The event was handled.
    pub(in crate::event) async fn finish(mut self, stop: &Stop) {
        let keys = std::mem::take(&mut self.keys);
        log(GuardedDedup::record(|| self.store.0.finish(&keys), stop).await);
    }

    /// The event was not handled, so a redelivery has to be.
    pub(in crate::event) async fn release(mut self, stop: &Stop) {
        let keys = std::mem::take(&mut self.keys);
        log(GuardedDedup::record(|| self.store.0.release(&keys), stop).await);
    }
}

impl Drop for ClaimGuard {
    fn drop(&mut self) {
        let keys = std::mem::take(&mut self.keys);
        if keys.is_empty() {
            return;
        }
        let store = self.store.clone();
        let mut work = Box::pin(async move {
            log(GuardedDedup::record(|| store.0.release(&keys), &Stop::default()).await);
        });
        // A store in memory needs no runtime, which may be gone.
        if work.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending()
            && let Ok(runtime) = Handle::try_current()
        {
            runtime.spawn(work);
        }
    }
}

fn log(recorded: Result<(), StoreError>) {
    if let Err(error) = recorded {
        // The text is the user's.
        _ = try_run(|| {
            tracing::error!(target: "lark_core::event", %error, "the dedup store failed to record the end");
        });
    }
}
