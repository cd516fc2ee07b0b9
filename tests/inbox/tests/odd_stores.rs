//! Stores that panic, are slow, or have another clock.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant, SystemTime};

use lark_core::inbox::{
    Appended, Beat, DeadLetter, Gauges, Inbox, Lease, Limits, NewEvent, Position, Step, Store,
    StoredEvent,
};
use lark_core::{EventReply, StoreFuture};
use lark_inbox::FileInbox;
use tokio::sync::{Notify, Semaphore};

use crate::support::{Diary, Place, router, send, told};

/// A file with oddities.
pub(crate) struct Odd {
    file: FileInbox,
    /// The next batch that is to be stored panics.
    panics: AtomicBool,
    /// Each acquisition takes one.
    acquisitions: Arc<Semaphore>,
    /// Signs of life, questions for news and steps get no answer.
    hangs: Arc<AtomicBool>,
    /// Each acquisition takes so long.
    slow: Duration,
    /// How many events were read.
    pub(crate) read: Arc<AtomicUsize>,
    /// How many of them when the first steps were taken.
    pub(crate) read_at_first: Arc<OnceLock<usize>>,
    /// What is added to the wait of each event that is read.
    more_wait: Duration,
    /// The first steps are answered together with a sign of life, which says that all is lost.
    race: Option<Arc<Race>>,
}

/// Two answers that come one right after the other.
struct Race {
    has_begun: AtomicBool,
    is_lost: AtomicBool,
    /// A permit for each that waits to be told.
    waiting: Semaphore,
    settled: Notify,
    beaten: Notify,
    diary: Diary,
}

impl Odd {
    pub(crate) fn new(place: &Place) -> Self {
        Self::with_partitions(place, 1)
    }

    fn with_partitions(place: &Place, partitions: u32) -> Self {
        let path = place.0.path().join("inbox");
        let file = FileInbox::with_partitions(path, partitions).expect("a file");
        let acquisitions = Arc::new(Semaphore::new(1000));
        let (panics, hangs, slow, read, read_at_first, more_wait, race) = Default::default();
        Self { file, panics, acquisitions, hangs, slow, read, read_at_first, more_wait, race }
    }

    async fn hang(&self) {
        if self.hangs.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
    }
}

impl Store for Odd {
    fn partitions(&self) -> u32 {
        self.file.partitions()
    }

    fn append<'a>(
        &'a self,
        events: &'a [NewEvent],
        limits: &'a Limits,
    ) -> StoreFuture<'a, Vec<Appended>> {
        assert!(!self.panics.swap(false, Ordering::SeqCst), "on purpose");
        self.file.append(events, limits)
    }

    fn beat<'a>(
        &'a self,
        owner: &'a str,
        leases: &'a [Lease],
        ttl: Duration,
    ) -> StoreFuture<'a, Beat> {
        Box::pin(async move {
            self.hang().await;
            let mut beat = self.file.beat(owner, leases, ttl).await?;
            if let Some(race) = &self.race
                && race.has_begun.load(Ordering::SeqCst)
                && !race.is_lost.swap(true, Ordering::SeqCst)
            {
                race.waiting.add_permits(1);
                race.beaten.notified().await;
                beat.lost = leases.iter().map(|it| it.partition).collect();
            }
            Ok(beat)
        })
    }

    fn acquire<'a>(
        &'a self,
        owner: &'a str,
        partition: u32,
        ttl: Duration,
    ) -> StoreFuture<'a, Option<Lease>> {
        Box::pin(async move {
            self.acquisitions.acquire().await.expect("it is open").forget();
            tokio::time::sleep(self.slow).await;
            let lease = self.file.acquire(owner, partition, ttl).await?;
            self.race.as_ref().filter(|_| lease.is_some()).inspect(|it| it.diary.note("acquired"));
            Ok(lease)
        })
    }

    fn release<'a>(&'a self, lease: &'a Lease) -> StoreFuture<'a, ()> {
        self.file.release(lease)
    }

    fn leave<'a>(&'a self, owner: &'a str) -> StoreFuture<'a, ()> {
        self.file.leave(owner)
    }

    fn read<'a>(
        &'a self,
        lease: &'a Lease,
        after: Position,
        limit: usize,
    ) -> StoreFuture<'a, Option<Vec<StoredEvent>>> {
        Box::pin(async move {
            let mut read = self.file.read(lease, after, limit).await?;
            self.read.fetch_add(read.iter().flatten().count(), Ordering::SeqCst);
            read.iter_mut().flatten().for_each(|it| it.wait += self.more_wait);
            Ok(read)
        })
    }

    fn load<'a>(
        &'a self,
        lease: &'a Lease,
        positions: &'a [Position],
    ) -> StoreFuture<'a, Option<Vec<StoredEvent>>> {
        self.file.load(lease, positions)
    }

    fn settle<'a>(&'a self, lease: &'a Lease, steps: &'a [Step]) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            self.hang().await;
            self.read_at_first.get_or_init(|| self.read.load(Ordering::SeqCst));
            let is_settled = self.file.settle(lease, steps).await?;
            if let Some(race) = &self.race
                && !race.has_begun.swap(true, Ordering::SeqCst)
            {
                race.waiting.add_permits(1);
                race.settled.notified().await;
            }
            Ok(is_settled)
        })
    }

    fn news<'a>(&'a self, read: &'a [(u32, Position)]) -> StoreFuture<'a, Vec<u32>> {
        Box::pin(async move {
            self.hang().await;
            self.file.news(read).await
        })
    }

    fn sweep<'a>(&'a self, partition: u32, limits: &'a Limits) -> StoreFuture<'a, bool> {
        self.file.sweep(partition, limits)
    }

    fn gauges(&self) -> StoreFuture<'_, Gauges> {
        self.file.gauges()
    }

    fn dead_letters<'a>(
        &'a self,
        after: Option<&'a str>,
        limit: usize,
    ) -> StoreFuture<'a, Vec<DeadLetter>> {
        self.file.dead_letters(after, limit)
    }

    fn retry<'a>(&'a self, id: &'a str) -> StoreFuture<'a, bool> {
        self.file.retry(id)
    }

    fn discard<'a>(&'a self, id: &'a str) -> StoreFuture<'a, bool> {
        self.file.discard(id)
    }

    fn replay(&self, from: SystemTime) -> StoreFuture<'_, u64> {
        self.file.replay(from)
    }
}

fn status(reply: &EventReply) -> u16 {
    reply.status.as_u16()
}

#[tokio::test]
async fn a_store_that_panicked_is_asked_again() {
    let place = Place::new();
    let odd = Odd::new(&place);
    odd.panics.store(true, Ordering::SeqCst);
    let (inbox, mut told) = told(Inbox::builder(odd));
    let router = router(&inbox.build(), |_| async { Ok(()) });
    assert_eq!(status(&send(&router, "e1", "oc_1").await), 503);
    assert_eq!(status(&send(&router, "e1", "oc_1").await), 200);
    told.wait_for("committed e1").await;
}

/// A partition that is acquired while the process is being drained handles nothing.
#[tokio::test]
async fn a_drain_does_not_miss_a_partition_that_is_being_acquired() {
    let place = Place::new();
    let mut odd = Odd::new(&place);
    let acquisitions = Arc::new(Semaphore::new(0));
    odd.acquisitions = Arc::clone(&acquisitions);
    let (inbox, _told) = told(Inbox::builder(odd));
    let (inbox, diary) = (inbox.build(), Diary::default());
    let of_handler = diary.clone();
    let router = router(&inbox, move |event| {
        of_handler.note(&event.header.event_id);
        async { Ok(()) }
    });
    assert_eq!(status(&send(&router, "e1", "oc_1").await), 200);
    let start = Instant::now();
    let drained = inbox.drain(Duration::from_secs(20));
    let acquired = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        acquisitions.add_permits(1);
    };
    tokio::join!(drained, acquired);
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    assert_eq!(diary.entries(), [""; 0]);
}

/// The time of the next attempt was stored under a clock that was put back since.
#[tokio::test]
async fn a_pause_that_is_longer_than_any_is_not_believed() {
    let place = Place::new();
    let mut odd = Odd::new(&place);
    odd.more_wait = Duration::from_secs(3600);
    let (inbox, mut told) = told(Inbox::builder(odd));
    let router = router(&inbox.build(), |_| async { Ok(()) });
    send(&router, "e1", "oc_1").await;
    told.wait_for("committed e1").await;
}

/// Notes that its handler ends.
struct Ends(Diary);

impl Drop for Ends {
    fn drop(&mut self) {
        self.0.note("ends");
    }
}

/// Another process may have taken over, so its handlers stop when the lease is over, not when the store is
/// given up.
#[tokio::test]
async fn handlers_outlive_no_lease_while_the_store_hangs() {
    let place = Place::new();
    let odd = Odd::new(&place);
    let (hangs, diary) = (Arc::clone(&odd.hangs), Diary::default());
    let (inbox, mut told) = told(Inbox::builder(odd));
    let of_handler = diary.clone();
    let router = router(&inbox.build(), move |_| {
        let ends = Ends(of_handler.clone());
        async move {
            std::future::pending::<()>().await;
            drop(ends);
            Ok(())
        }
    });
    send(&router, "e1", "oc_1").await;
    told.wait_for("begun e1").await;
    let start = Instant::now();
    hangs.store(true, Ordering::SeqCst);
    // Its beginning cannot be stored.
    send(&router, "e2", "oc_2").await;
    while diary.entries().is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
}

/// A handler that waits for its turn when its partition is lost must not start, however new the last sign of life
/// is.
#[tokio::test]
async fn no_handler_starts_once_its_partition_is_lost() {
    let (place, diary) = (Place::new(), Diary::default());
    let mut odd = Odd::new(&place);
    let race = Arc::new(Race {
        has_begun: AtomicBool::new(false),
        is_lost: AtomicBool::new(false),
        waiting: Semaphore::new(0),
        settled: Notify::new(),
        beaten: Notify::new(),
        diary: diary.clone(),
    });
    odd.race = Some(Arc::clone(&race));
    let (inbox, mut told) = told(Inbox::builder(odd));
    let router = router(&inbox.build(), move |_| {
        diary.note("starts");
        async { Ok(()) }
    });
    send(&router, "e1", "oc_1").await;
    let both = race.waiting.acquire_many(2).await.expect("it is open");
    race.settled.notify_one();
    race.beaten.notify_one();
    told.wait_for("committed e1").await;
    assert_eq!(race.diary.entries(), ["acquired", "acquired", "starts"]);
    drop(both);
}

/// One after the other, the last one would come after 16 times as long.
#[tokio::test]
async fn partitions_are_acquired_at_once() {
    let place = Place::new();
    let mut odd = Odd::with_partitions(&place, 16);
    odd.slow = Duration::from_millis(400);
    let (inbox, _told) = told(Inbox::builder(odd));
    let inbox = inbox.lease(Duration::from_secs(10)).build();
    let start = Instant::now();
    let _router = router(&inbox, |_| async { Ok(()) });
    while inbox.gauges().await.expect("gauges").partitions_held < 16 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(start.elapsed() < 8 * Duration::from_millis(400), "{:?}", start.elapsed());
}
