//! What the machine and the store did meanwhile, so that it is told apart from what the inbox did.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use lark_core::inbox::Lease;

use super::span::Span;
use super::worker::{now, open};

/// A thread that sleeps for so long sees when it runs again.
const TICK: Duration = Duration::from_millis(10);
/// The machine has stalled if that is later by so much.
const STALL: Duration = Duration::from_millis(50);
/// The store is asked for a change so often.
const QUESTION: Duration = Duration::from_millis(50);
/// It has stalled if it needs so long.
const SLOW: Duration = Duration::from_millis(100);

/// How late a thread ran, or how long the store took.
#[derive(Clone, Debug, Default)]
pub struct Delays {
    /// All but a hundredth of them were at most this.
    pub p99: Duration,
    /// The longest.
    pub longest: Duration,
    /// When they were long.
    pub(super) stalls: Vec<Span>,
}

impl Delays {
    fn of(mut all: Vec<Duration>, stalls: Vec<Span>) -> Self {
        all.sort_unstable();
        let p99 = all.get(all.len() * 99 / 100).copied().unwrap_or_default();
        Self { p99, longest: all.last().copied().unwrap_or_default(), stalls }
    }

    /// How long all that were long took together.
    #[must_use]
    pub fn in_all(&self) -> Duration {
        Duration::from_millis(self.stalls.iter().map(|it| it.1 - it.0).sum())
    }
}

/// Calls `stalled` with its milliseconds whenever this thread was kept from running, until it returns false.
/// Calls `tick` with each delay.
pub(super) fn watch(mut tick: impl FnMut(Duration), mut stalled: impl FnMut(u64) -> bool) {
    loop {
        let start = Instant::now();
        std::thread::sleep(TICK);
        let late = start.elapsed().saturating_sub(TICK);
        tick(late);
        let millis = u64::try_from(late.as_millis()).unwrap_or(u64::MAX);
        if !stalled(if late > STALL { millis } else { 0 }) {
            return;
        }
    }
}

/// Threads of the driver that watch.
pub(super) struct Machine {
    is_over: Arc<AtomicBool>,
    delays: JoinHandle<Delays>,
    store: JoinHandle<Delays>,
}

impl Machine {
    pub(super) fn watch(place: &str) -> Self {
        let is_over = Arc::<AtomicBool>::default();
        let (of_ticks, of_store) = (Arc::clone(&is_over), Arc::clone(&is_over));
        let delays = std::thread::spawn(move || ticks(&of_ticks));
        let place = place.to_owned();
        let store = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(ask(&place, &of_store))
        });
        Self { is_over, delays, store }
    }

    /// How late the machine let a thread run, and how long the store took for a change.
    pub(super) fn end(self) -> (Delays, Delays) {
        self.is_over.store(true, Ordering::SeqCst);
        (self.delays.join().expect("no panic"), self.store.join().expect("no panic"))
    }
}

fn ticks(is_over: &AtomicBool) -> Delays {
    let all = Mutex::new(Vec::new());
    let mut stalls = Vec::new();
    watch(
        |late| all.lock().expect("no panic").push(late),
        |millis| {
            if millis > 0 {
                stalls.push((now() - millis, now()));
            }
            !is_over.load(Ordering::SeqCst)
        },
    );
    Delays::of(all.into_inner().expect("no panic"), stalls)
}

/// Asks the store for a change that changes nothing.
async fn ask(place: &str, is_over: &AtomicBool) -> Delays {
    let store = open(place).await.store();
    let nobody = Lease { partition: 0, owner: "nobody".into(), epoch: u64::MAX >> 1 };
    let (mut all, mut stalls) = (Vec::new(), Vec::new());
    while !is_over.load(Ordering::SeqCst) {
        let (start, from) = (Instant::now(), now());
        // Away is not slow: the driver knows when it is.
        if store.release(&nobody).await.is_ok() {
            all.push(start.elapsed());
            if start.elapsed() > SLOW {
                stalls.push((from, now()));
            }
        }
        tokio::time::sleep(QUESTION).await;
    }
    Delays::of(all, stalls)
}
