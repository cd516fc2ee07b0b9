//! Which partitions this process has, and that it is alive.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::super::router::Inner;
use super::engine::{Control, Engine};
use super::partition::{End, Partition};
use super::report::PartitionChange;
use super::store::{Beat, Lease, Position};
use super::upkeep;
use crate::store::StoreError;
use crate::util::{caught, lock, random, spawn, try_run};

/// A sign of life comes at least so often, which is also how soon a partition that is free is seen. Two of them
/// and what follows must fit into a second.
const BEAT: Duration = Duration::from_millis(300);
/// What is stored is looked for at least so often, if it is heard of.
const LOOK: Duration = Duration::from_millis(500);
/// Who has no partition asks the store for so long at least.
const UNHURRIED: Duration = Duration::from_secs(2);

struct Supervisor {
    engine: Arc<Engine>,
    router: Weak<Inner>,
    leases: Vec<Lease>,
    tasks: JoinSet<(Lease, PartitionChange)>,
    next_beat: Instant,
    next_look: Instant,
    is_failing: bool,
    /// What was free at the last beat.
    free: Vec<u32>,
    /// Since when it has more partitions than its share.
    above_since: Option<Instant>,
}

/// Runs until the inbox is drained or its router is gone.
pub(super) async fn run(engine: Arc<Engine>, router: Weak<Inner>) {
    let now = Instant::now();
    let sweeper = spawn(upkeep::sweep(Arc::clone(&engine)));
    let listener = spawn(upkeep::listen(Arc::clone(&engine)));
    let (leases, tasks, free, above_since) = (Vec::new(), JoinSet::new(), Vec::new(), None);
    let mut supervisor = Supervisor {
        engine,
        router,
        leases,
        tasks,
        next_beat: now,
        next_look: now,
        is_failing: false,
        free,
        above_since,
    };
    supervisor.work().await;
    sweeper.abort();
    listener.abort();
    let engine = supervisor.engine;
    if let Err(error) = engine.ask(|| engine.store.leave(&engine.owner)).await {
        _ = try_run(
            || tracing::debug!(target: "lark_core::event", %error, "the leases end by themselves"),
        );
    }
    _ = engine.is_over.send(true);
}

impl Supervisor {
    async fn work(&mut self) {
        loop {
            if self.router.strong_count() == 0 {
                self.engine.is_draining.store(true, Ordering::SeqCst);
                lock(&self.engine.held).values().for_each(|control| control.leave());
            }
            let is_draining = self.engine.is_draining.load(Ordering::SeqCst);
            if is_draining && self.tasks.is_empty() {
                return;
            }
            if Instant::now() >= self.next_beat {
                self.beat(is_draining).await;
            }
            let poll = match self.engine.is_listening.load(Ordering::SeqCst) {
                // What is stored is heard of. A delay that is over is not.
                true => self.engine.options.poll.max(LOOK),
                false => self.engine.options.poll,
            };
            self.next_look = self.next_look.min(Instant::now() + poll);
            if Instant::now() >= self.next_look {
                self.next_look = Instant::now() + poll;
                self.look_for_news().await;
            }
            let engine = Arc::clone(&self.engine);
            tokio::select! {
                () = engine.changed.notified() => {}
                () = sleep_until(self.next_look.min(self.next_beat)) => {}
                Some(ended) = self.tasks.join_next() => {
                    if let Ok((lease, change)) = ended {
                        self.give_back(lease, change);
                    }
                }
            }
        }
    }

    async fn beat(&mut self, is_draining: bool) {
        let (start, lease) = (Instant::now(), self.engine.options.lease);
        self.next_beat = start + BEAT.min(lease / 4);
        let engine = Arc::clone(&self.engine);
        let leases = self.leases();
        // When the leases are over, handlers stop, whether the store has answered or not.
        let limit = match leases.is_empty() {
            true => lease.max(UNHURRIED),
            false => lock(&engine.alive_until).saturating_duration_since(start).max(lease / 4),
        };
        let beat = || engine.store.beat(&engine.owner, &leases, lease);
        let beat = engine.ask_for(limit, beat).await;
        match beat {
            Ok(beat) => {
                // In this order: a handler that is about to start would take the new time for that of a
                // partition that was lost.
                self.lose(&beat.lost);
                *lock(&engine.alive_until) = start + lease;
                self.is_failing = false;
                if !is_draining {
                    self.balance(beat).await;
                }
            }
            Err(error) => self.failed(&error),
        }
        if Instant::now() >= *lock(&engine.alive_until) && !leases.is_empty() {
            // Another process may have taken over, and its handlers must not run beside these.
            _ = try_run(|| {
                tracing::warn!(target: "lark_core::event", "the inbox's leases ended before they were renewed");
            });
            let all: Vec<u32> = leases.iter().map(|it| it.partition).collect();
            self.lose(&all);
        }
    }

    /// The leases that count: not those of partitions that are being given up.
    fn leases(&self) -> Vec<Lease> {
        let held = lock(&self.engine.held);
        let is_lost = |it: &&Lease| {
            held.get(&it.partition).is_some_and(|it| it.is_lost.load(Ordering::SeqCst))
        };
        self.leases.iter().filter(|it| !is_lost(it)).cloned().collect()
    }

    /// How long the next sign of life may have to wait for something else.
    fn patience(&self) -> Duration {
        match self.leases().is_empty() {
            true => self.engine.options.lease.max(UNHURRIED),
            false => self.engine.options.lease / 2,
        }
    }

    fn failed(&mut self, error: &StoreError) {
        // Once, not twice a second.
        if !std::mem::replace(&mut self.is_failing, true) {
            _ = try_run(|| {
                tracing::error!(target: "lark_core::event", %error, "the inbox's store fails; it is tried again");
            });
        }
    }

    fn lose(&self, partitions: &[u32]) {
        let held = lock(&self.engine.held);
        for control in partitions.iter().filter_map(|it| held.get(it)) {
            control.lose();
        }
    }

    /// Takes partitions that are free, or gives some back, until each process has about as many. A process
    /// that died counts until its lease is over, so nothing is given back before that, and what is free at
    /// two beats is taken by whoever sees it.
    async fn balance(&mut self, beat: Beat) {
        let has = self.leases().len();
        let share = self.engine.store.partitions().div_ceil(beat.processes.max(1)) as usize;
        let was_free = std::mem::replace(&mut self.free, beat.free);
        // As long as something is free, nobody wants more.
        if has > share && self.free.is_empty() {
            let since = *self.above_since.get_or_insert_with(Instant::now);
            if since.elapsed() > self.engine.options.lease {
                self.above_since = None;
                let held = lock(&self.engine.held);
                held.values().take(has - share).for_each(|it| it.leave());
            }
        } else {
            self.above_since = None;
        }
        let mut free = self.free.clone();
        if !free.is_empty() {
            // Processes that start together do not begin with the same one.
            let start = usize::try_from(random::number() % free.len() as u64).unwrap_or(0);
            free.rotate_left(start);
        }
        free.retain(|it| !lock(&self.engine.held).contains_key(it));
        let mut count = has;
        free.retain(|it| {
            let is_ours = count < share || was_free.contains(it);
            count += usize::from(is_ours);
            is_ours
        });
        self.acquire(free).await;
    }

    /// Acquires partitions, all at once: one after the other would take seconds where a flush of the disk is
    /// slow, and the last one's events would wait for all of them.
    async fn acquire(&mut self, partitions: Vec<u32>) {
        let (limit, mut acquiring) = (self.patience(), JoinSet::new());
        for partition in partitions {
            let engine = Arc::clone(&self.engine);
            acquiring.spawn(async move {
                if engine.is_draining.load(Ordering::SeqCst) {
                    return Ok(None);
                }
                let ttl = engine.options.lease;
                let acquire = || engine.store.acquire(&engine.owner, partition, ttl);
                engine.ask_for(limit, acquire).await
            });
        }
        while let Some(acquired) = acquiring.join_next().await {
            match acquired {
                Ok(Ok(Some(lease))) => self.start(lease),
                // Only the end of the runtime is an error of the task.
                Ok(Ok(None)) | Err(_) => {}
                Ok(Err(error)) => self.failed(&error),
            }
        }
    }

    fn start(&mut self, lease: Lease) {
        let control = Arc::<Control>::default();
        lock(&self.engine.held).insert(lease.partition, Arc::clone(&control));
        // The drain may have begun before it was there to be told.
        if self.engine.is_draining.load(Ordering::SeqCst) {
            control.leave();
        }
        if self.engine.stop.load(Ordering::SeqCst) {
            control.lose();
        }
        self.leases.push(lease.clone());
        self.engine.report_partition(lease.partition, PartitionChange::Acquired);
        let (engine, router) = (Arc::clone(&self.engine), self.router.clone());
        let partition = Partition::new(engine, router, control, lease.clone());
        self.tasks.spawn(async move {
            let change = match caught(|| Box::pin(partition.run())).await {
                Ok(End::Idle) => PartitionChange::GivenBack,
                Ok(End::Lost) => PartitionChange::Lost,
                Err(_) => {
                    _ = try_run(|| {
                        tracing::error!(target: "lark_core::event", "a partition of the inbox panicked");
                    });
                    PartitionChange::GivenBack
                }
            };
            (lease, change)
        });
    }

    /// Gives a partition back whose task has ended. If it was lost, that changes nothing. In a task of its
    /// own: with a store that hangs, the sign of life must not wait for one partition after the other.
    fn give_back(&mut self, lease: Lease, change: PartitionChange) {
        self.engine.report_partition(lease.partition, change);
        lock(&self.engine.held).remove(&lease.partition);
        self.leases.retain(|it| *it != lease);
        let engine = Arc::clone(&self.engine);
        spawn(async move {
            if let Err(error) = engine.ask(|| engine.store.release(&lease)).await {
                let tell = || tracing::debug!(target: "lark_core::event", %error, "a lease ends by itself");
                _ = try_run(tell);
            }
        });
    }

    /// Wakes the partitions that have events which another process has stored, or whose delay is over.
    async fn look_for_news(&mut self) {
        let read: Vec<(u32, Position)> = {
            let held = lock(&self.engine.held);
            held.iter().map(|(partition, it)| (*partition, *lock(&it.read_to))).collect()
        };
        if read.is_empty() {
            return;
        }
        match self.engine.ask_for(self.patience(), || self.engine.store.news(&read)).await {
            Ok(news) => {
                let held = lock(&self.engine.held);
                news.iter().filter_map(|it| held.get(it)).for_each(|control| control.news());
            }
            Err(error) => self.failed(&error),
        }
    }
}
