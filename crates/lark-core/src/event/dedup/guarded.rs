//! The user's dedup store, whose panics and silence are errors.

use std::any::Any;
use std::future::poll_fn;
use std::hash::RandomState;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::{sleep, timeout};

use super::{Claim, Dedup, DedupKeys, MemoryDedup};
use crate::event::routes::ErasedEvent;
use crate::event::stop::Stop;
use crate::store::{StoreError, StoreFuture};
use crate::util::{Panicked, caught, spawn_on, try_run, unless};

/// Longest time to record the end of an event. Its place is taken meanwhile.
const RECORD_LIMIT: Duration = Duration::from_secs(5);
/// The part of it that is left when the router stops.
const STOP_LIMIT: Duration = Duration::from_millis(500);

/// The store of a router. Whatever it does, each method ends with a result.
pub(in crate::event) struct GuardedDedup {
    store: Store,
    /// What the hashes of keys are made with.
    hasher: RandomState,
}

enum Store {
    /// Answers at once: without a future, and keys need not be texts.
    Memory(MemoryDedup),
    Other(Box<dyn Dedup>),
}

impl GuardedDedup {
    pub(in crate::event) fn new(store: impl Dedup + 'static) -> Self {
        let mut store = Some(store);
        let memory = (&mut store as &mut dyn Any).downcast_mut::<Option<MemoryDedup>>();
        match (memory.and_then(Option::take), store) {
            (Some(memory), _) => {
                Self { hasher: memory.hasher().clone(), store: Store::Memory(memory) }
            }
            (None, Some(store)) => {
                Self { hasher: RandomState::new(), store: Store::Other(Box::new(store)) }
            }
            // It is one of the two.
            (None, None) => Self::default(),
        }
    }

    /// Whether it answers at once.
    pub(in crate::event) fn is_in_memory(&self) -> bool {
        matches!(self.store, Store::Memory(_))
    }

    /// The keys of an event. `signature` identifies a push whose event has no id.
    pub(in crate::event) fn keys(
        &self,
        event: &dyn ErasedEvent,
        signature: Option<String>,
    ) -> DedupKeys {
        DedupKeys::new(event, signature, &self.hasher, !self.is_in_memory())
    }

    /// Claims an event; `None` if the router stops. If the store is silent for longer than `limit`, it
    /// may have claimed the event nevertheless, until it drops the claim as that of an instance that died.
    pub(in crate::event) async fn claim(
        &self,
        keys: &DedupKeys,
        limit: Duration,
        stop: &Stop,
    ) -> Option<Result<Claim, StoreError>> {
        let store = match &self.store {
            Store::Memory(memory) => return Some(Ok(memory.claim_now(&keys.hashes))),
            Store::Other(store) => store,
        };
        match begin(|| store.claim(&keys.names)).await {
            Begun::Done(done) => Some(done),
            Begun::Waiting(work) => claim_slowly(work, limit, stop).await,
        }
    }

    /// Records the end of a claimed event: that it was handled, or has to come again.
    async fn end(&self, keys: &DedupKeys, was_handled: bool, stop: &Stop) {
        let store = match &self.store {
            Store::Memory(memory) => return memory.end_now(&keys.hashes, was_handled),
            Store::Other(store) => store,
        };
        let make = || match was_handled {
            true => store.finish(&keys.names),
            false => store.release(&keys.names),
        };
        log(match begin(make).await {
            Begun::Done(done) => done,
            Begun::Waiting(work) => record_slowly(work, stop).await,
        });
    }
}

impl Default for GuardedDedup {
    fn default() -> Self {
        Self::new(MemoryDedup::default())
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
    keys: &'a DedupKeys,
    is_claimed: bool,
}

impl<'a> ClaimGuard<'a> {
    pub(in crate::event) fn new(store: &'a Arc<GuardedDedup>, keys: &'a DedupKeys) -> Self {
        Self { store, keys, is_claimed: true }
    }

    /// Records the end of an event in a store in memory. For another one, the claim is returned.
    pub(in crate::event) fn end_now(mut self, was_handled: bool) -> Option<Self> {
        let Store::Memory(memory) = &self.store.store else { return Some(self) };
        self.is_claimed = false;
        memory.end_now(&self.keys.hashes, was_handled);
        None
    }

    /// Records the end of an event. If it was not handled, a redelivery has to be.
    pub(in crate::event) async fn end(mut self, was_handled: bool, stop: &Stop) {
        self.is_claimed = false;
        self.store.end(self.keys, was_handled, stop).await;
    }
}

impl Drop for ClaimGuard<'_> {
    fn drop(&mut self) {
        if !self.is_claimed {
            return;
        }
        if let Store::Memory(memory) = &self.store.store {
            return memory.release_now(&self.keys.hashes);
        }
        let (store, names) = (Arc::clone(self.store), self.keys.names.clone());
        let keys = DedupKeys { hashes: self.keys.hashes, names };
        let runtime = Handle::try_current().ok();
        let has_runtime = runtime.is_some();
        let mut work: Slowly<'_, ()> = Box::pin(async move {
            match (has_runtime, &store.store) {
                (false, Store::Other(store)) => {
                    // Time limits need a runtime. A store that answers at once needs none.
                    if let Begun::Done(done) = begin(|| store.release(&keys.names)).await {
                        log(done);
                    }
                }
                _ => store.end(&keys, false, &Stop::default()).await,
            }
        });
        // The runtime may be ending, and with it its timers, which panic then.
        let mut cx = Context::from_waker(Waker::noop());
        let polled = try_run(|| work.as_mut().poll(&mut cx).is_pending());
        if let (Ok(true), Some(runtime)) = (polled, runtime) {
            spawn_on(&runtime, work);
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

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::sync::Mutex;

    use tokio::sync::Semaphore;
    use tokio::task::yield_now;

    use super::*;
    use crate::util::lock;

    /// A store that notes what it is told, and what it has done.
    #[derive(Clone)]
    struct Noting {
        /// Lets changes through.
        gate: Arc<Semaphore>,
        told: Arc<Mutex<Vec<String>>>,
        done: Arc<Mutex<Vec<String>>>,
    }

    impl Noting {
        fn note<'a>(&'a self, what: &str, keys: &[String]) -> StoreFuture<'a, ()> {
            let what = format!("{what} {}", keys.join(" "));
            lock(&self.told).push(what.clone());
            Box::pin(async move {
                self.gate.acquire().await.expect("never closed").forget();
                lock(&self.done).push(what);
                Ok(())
            })
        }

        fn told(&self) -> Vec<String> {
            lock(&self.told).clone()
        }

        fn done(&self) -> Vec<String> {
            lock(&self.done).clone()
        }
    }

    impl Dedup for Noting {
        fn claim<'a>(&'a self, _: &'a [String]) -> StoreFuture<'a, Claim> {
            Box::pin(async { Ok(Claim::New) })
        }

        fn finish<'a>(&'a self, keys: &'a [String]) -> StoreFuture<'a, ()> {
            self.note("finish", keys)
        }

        fn release<'a>(&'a self, keys: &'a [String]) -> StoreFuture<'a, ()> {
            self.note("release", keys)
        }
    }

    /// A guarded store, and what it guards.
    fn store(is_slow: bool) -> (Arc<GuardedDedup>, Noting) {
        let gate = Arc::new(Semaphore::new(if is_slow { 0 } else { 9 }));
        let noting = Noting { gate, told: Arc::default(), done: Arc::default() };
        (Arc::new(GuardedDedup::new(noting.clone())), noting)
    }

    fn keys() -> DedupKeys {
        let names = vec!["a/e1".to_owned(), "a/om_1".to_owned()];
        DedupKeys { hashes: [Some(1), Some(2)], names }
    }

    #[test]
    fn a_claim_that_is_dropped_is_released_without_a_runtime() {
        let (store, noting) = store(false);
        drop(ClaimGuard::new(&store, &keys()));
        assert_eq!(noting.done(), ["release a/e1 a/om_1"]);
    }

    #[tokio::test]
    async fn a_slow_store_releases_it_in_a_task() {
        let (store, noting) = store(true);
        drop(ClaimGuard::new(&store, &keys()));
        assert_eq!((noting.told().len(), noting.done().len()), (1, 0));
        noting.gate.add_permits(1);
        yield_now().await;
        assert_eq!(noting.done(), ["release a/e1 a/om_1"]);
    }

    #[test]
    fn a_slow_store_without_a_runtime_is_told_and_nothing_panics() {
        let (store, noting) = store(true);
        drop(ClaimGuard::new(&store, &keys()));
        assert_eq!((noting.told().len(), noting.done().len()), (1, 0));
    }

    #[tokio::test]
    async fn what_was_recorded_is_not_released_once_more() {
        let (keys, stop) = (keys(), Stop::default());
        let (store, noting) = store(false);
        ClaimGuard::new(&store, &keys).end(true, &stop).await;
        assert_eq!(noting.told(), ["finish a/e1 a/om_1"]);
        ClaimGuard::new(&store, &keys).end(false, &stop).await;
        assert_eq!(noting.told(), ["finish a/e1 a/om_1", "release a/e1 a/om_1"]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_claim_is_released_if_the_work_is_dropped_or_panics_in_the_middle() {
        for panics in [false, true] {
            let ((store, noting), keys) = (store(false), keys());
            let work = async {
                let claim = ClaimGuard::new(&store, &keys);
                yield_now().await;
                assert!(!panics, "on purpose");
                pending::<()>().await;
                claim.end(true, &Stop::default()).await;
            };
            let work = timeout(Duration::from_millis(1), caught(|| Box::pin(work)));
            assert_eq!(work.await.is_ok(), panics);
            assert_eq!(noting.done(), ["release a/e1 a/om_1"]);
        }
    }
}
