//! The user's dedup store, whose panics and silence are errors.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::{sleep, timeout};

use super::{Claim, Dedup};
use crate::event::stop::Stop;
use crate::store::{StoreError, StoreFuture};
use crate::util::{Panicked, caught, try_run, unless};

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
        match begin(|| self.0.claim(keys)).await {
            Begun::Done(done) => Some(done),
            Begun::Waiting(work) => claim_slowly(work, limit, stop).await,
        }
    }

    /// Records the end of an event.
    async fn record<'a>(
        work: impl FnOnce() -> StoreFuture<'a, ()>,
        stop: &Stop,
    ) -> Result<(), StoreError> {
        match begin(work).await {
            Begun::Done(done) => done,
            Begun::Waiting(work) => record_slowly(work, stop).await,
        }
    }
}

/// What a store that was asked something has come to at once.
enum Begun<'a, T> {
    Done(Result<T, StoreError>),
    Waiting(StoreFuture<'a, T>),
}

/// Asks the store. Most stores are in memory and answer at once, without a timer; what others need is
/// in memory of its own, so that the others do not pay for it.
async fn begin<'a, T>(make: impl FnOnce() -> StoreFuture<'a, T>) -> Begun<'a, T> {
    let mut make = Some(make);
    poll_fn(move |cx| {
        let Some(make) = make.take() else { return Poll::Pending };
        let begun = try_run(|| {
            let mut work = make();
            match work.as_mut().poll(cx) {
                Poll::Ready(done) => Begun::Done(done),
                Poll::Pending => Begun::Waiting(work),
            }
        });
        Poll::Ready(begun.unwrap_or_else(|panic| Begun::Done(answered(Err(panic)))))
    })
    .await
}

type Slowly<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

fn claim_slowly<'a>(
    work: StoreFuture<'a, Claim>,
    limit: Duration,
    stop: &'a Stop,
) -> Slowly<'a, Option<Result<Claim, StoreError>>> {
    Box::pin(async move {
        match timeout(limit, stop.unless_stopped(caught(|| work))).await {
            Ok(claim) => claim.map(answered),
            Err(_) => Some(Err(silent(limit))),
        }
    })
}

fn record_slowly<'a>(
    work: StoreFuture<'a, ()>,
    stop: &'a Stop,
) -> Slowly<'a, Result<(), StoreError>> {
    Box::pin(async move {
        let patience = async {
            let stopped = async {
                stop.wait().await;
                sleep(STOP_LIMIT).await;
            };
            _ = timeout(RECORD_LIMIT, stopped).await;
        };
        match unless(caught(|| work), patience).await {
            Some(done) => answered(done),
            None => Err(silent(RECORD_LIMIT)),
        }
    })
}

fn answered<T>(answer: Result<Result<T, StoreError>, Panicked>) -> Result<T, StoreError> {
    answer.unwrap_or_else(|_| Err(StoreError::new("the dedup store panicked")))
}

fn silent(limit: Duration) -> StoreError {
    StoreError::new(format!("the dedup store gave no answer within {limit:?}"))
}

/// A claimed event. The claim is released when this is dropped, because then nobody knows whether the
/// event was handled.
pub(in crate::event) struct ClaimGuard<'a> {
    store: &'a Arc<GuardedDedup>,
    keys: &'a [String],
    is_claimed: bool,
}

impl<'a> ClaimGuard<'a> {
    pub(in crate::event) fn new(store: &'a Arc<GuardedDedup>, keys: &'a [String]) -> Self {
        Self { store, keys, is_claimed: true }
    }

    /// The event was handled.
    pub(in crate::event) async fn finish(mut self, stop: &Stop) {
        self.is_claimed = false;
        log(GuardedDedup::record(|| self.store.0.finish(self.keys), stop).await);
    }

    /// The event was not handled, so a redelivery has to be.
    pub(in crate::event) async fn release(mut self, stop: &Stop) {
        self.is_claimed = false;
        log(GuardedDedup::record(|| self.store.0.release(self.keys), stop).await);
    }
}

impl Drop for ClaimGuard<'_> {
    fn drop(&mut self) {
        if !self.is_claimed {
            return;
        }
        let (store, keys) = (Arc::clone(self.store), self.keys.to_vec());
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
