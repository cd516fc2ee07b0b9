//! The store in a file.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use lark_core::inbox::{
    Appended, Beat, DeadLetter, Gauges, Lease, Limits, NewEvent, Position, Step, Store, StoredEvent,
};
use lark_core::{StoreError, StoreFuture};

use crate::clock::{Clock, Clocks, Machine};
use crate::open::{connect, open};
use crate::threads::{Durability, Threads};
use crate::{append, dead, lease, read, replay, settle, sweep};

/// Enough for a few processes, of which each has several.
const PARTITIONS: u32 = 16;
/// Each costs room and time, also if it is empty.
const MOST_PARTITIONS: u32 = 1024;

/// An inbox in a file, for [`Inbox::builder`](lark_core::inbox::Inbox::builder). Several processes of one
/// machine may have it open.
///
/// An event is stored when its bytes are on the disk (`fsync`); all that come meanwhile share the next
/// flush. The file is an SQLite database with a write-ahead log, `-wal` and `-shm` beside it, readable by
/// its owner only. It needs a local disk.
pub struct FileInbox {
    path: PathBuf,
    partitions: u32,
    threads: Threads,
}

impl fmt::Debug for FileInbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileInbox").field("path", &self.path).finish_non_exhaustive()
    }
}

impl FileInbox {
    /// Opens the inbox at `path`, and makes it if there is none. Blocks the thread for a moment: a file of
    /// 256 MiB is checked in about half a second, unless another process uses it.
    ///
    /// # Errors
    /// It cannot be read or written, is damaged, of a newer format, or no inbox. The message says what
    /// helps.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::open_with(path.as_ref(), None, Machine::default())
    }

    /// As [`open`](Self::open); a file that is made now has so many partitions, 1 to 1,024, instead of 16. No
    /// more processes than that can handle its events.
    ///
    /// # Errors
    /// Those of `open`, the number is another one, or the file has another number of partitions.
    pub fn with_partitions(path: impl AsRef<Path>, partitions: u32) -> Result<Self, StoreError> {
        if !(1..=MOST_PARTITIONS).contains(&partitions) {
            return Err(StoreError::new(format!(
                "an inbox has 1 to {MOST_PARTITIONS} partitions, not {partitions}"
            )));
        }
        Self::open_with(path.as_ref(), Some(partitions), Machine::default())
    }

    /// As [`open`](Self::open), with other clocks than those of the machine, in tests.
    #[doc(hidden)]
    pub fn open_by_clocks(path: impl AsRef<Path>, clocks: impl Clocks) -> Result<Self, StoreError> {
        Self::open_with(path.as_ref(), None, clocks)
    }

    fn open_with(
        path: &Path,
        wanted: Option<u32>,
        clocks: impl Clocks,
    ) -> Result<Self, StoreError> {
        let (path, clock) = (path.to_path_buf(), Clock::new(clocks));
        let (writer, found) = open(&path, wanted.unwrap_or(PARTITIONS), &clock)?;
        if let Some(partitions) = wanted.filter(|it| *it != found) {
            return Err(StoreError::new(format!(
                "the inbox {} has {found} partitions, not {partitions}: that cannot be changed; \
                 open it with `FileInbox::open`",
                path.display()
            )));
        }
        let reader = connect(&path)?;
        let threads = Threads::start(path.clone(), clock, writer, reader)?;
        Ok(Self { path, partitions: found, threads })
    }

    /// Stands for a disk with so many pages of 4 KiB, in tests.
    #[doc(hidden)]
    pub async fn limit_pages(&self, pages: u32) -> Result<(), StoreError> {
        // Within a transaction it is the rest of the database that counts.
        let limit = move |connection: &rusqlite::Connection, _| {
            let sql = format!("PRAGMA max_page_count = {pages}");
            connection.query_row(&sql, (), |_| Ok(()))
        };
        self.threads.write(Durability::Process, limit).await
    }
}

pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

impl Store for FileInbox {
    fn partitions(&self) -> u32 {
        self.partitions
    }

    fn append<'a>(
        &'a self,
        events: &'a [NewEvent],
        limits: &'a Limits,
    ) -> StoreFuture<'a, Vec<Appended>> {
        let (events, limits) = (events.to_vec(), limits.clone());
        Box::pin(self.threads.write(Durability::Disk, move |connection, now| {
            append::append(connection, now, &events, &limits)
        }))
    }

    fn beat<'a>(
        &'a self,
        owner: &'a str,
        leases: &'a [Lease],
        ttl: Duration,
    ) -> StoreFuture<'a, Beat> {
        let (owner, leases) = (owner.to_owned(), leases.to_vec());
        Box::pin(self.threads.write(Durability::Process, move |connection, now| {
            lease::beat(connection, now, &owner, &leases, ttl)
        }))
    }

    fn acquire<'a>(
        &'a self,
        owner: &'a str,
        partition: u32,
        ttl: Duration,
    ) -> StoreFuture<'a, Option<Lease>> {
        let owner = owner.to_owned();
        Box::pin(self.threads.write(Durability::Process, move |connection, now| {
            lease::acquire(connection, now, &owner, partition, ttl)
        }))
    }

    fn release<'a>(&'a self, lease: &'a Lease) -> StoreFuture<'a, ()> {
        let lease = lease.clone();
        Box::pin(
            self.threads.write(Durability::Process, move |connection, _| {
                lease::release(connection, &lease)
            }),
        )
    }

    fn leave<'a>(&'a self, owner: &'a str) -> StoreFuture<'a, ()> {
        let owner = owner.to_owned();
        Box::pin(
            self.threads
                .write(Durability::Process, move |connection, _| lease::leave(connection, &owner)),
        )
    }

    fn read<'a>(
        &'a self,
        lease: &'a Lease,
        after: Position,
        limit: usize,
    ) -> StoreFuture<'a, Option<Vec<StoredEvent>>> {
        let lease = lease.clone();
        Box::pin(
            self.threads
                .read(move |connection, now| read::read(connection, now, &lease, after, limit)),
        )
    }

    fn begun<'a>(&'a self, lease: &'a Lease) -> StoreFuture<'a, Option<Vec<StoredEvent>>> {
        let lease = lease.clone();
        Box::pin(self.threads.read(move |connection, now| read::begun(connection, now, &lease)))
    }

    fn load<'a>(
        &'a self,
        lease: &'a Lease,
        positions: &'a [Position],
    ) -> StoreFuture<'a, Option<Vec<StoredEvent>>> {
        let (lease, positions) = (lease.clone(), positions.to_vec());
        Box::pin(
            self.threads
                .read(move |connection, now| read::load(connection, now, &lease, &positions)),
        )
    }

    fn settle<'a>(&'a self, lease: &'a Lease, steps: &'a [Step]) -> StoreFuture<'a, bool> {
        let durability = match steps.iter().all(|it| matches!(it, Step::Begin { .. })) {
            true => Durability::Process,
            false => Durability::Disk,
        };
        let (lease, steps) = (lease.clone(), steps.to_vec());
        Box::pin(self.threads.write(durability, move |connection, now| {
            settle::settle(connection, now, &lease, &steps)
        }))
    }

    fn news<'a>(&'a self, read: &'a [(u32, Position)]) -> StoreFuture<'a, Vec<u32>> {
        let read = read.to_vec();
        Box::pin(async move {
            let found =
                self.threads.read(move |connection, now| read::news(connection, now, &read));
            let (mut news, due) = found.await?;
            if !due.is_empty() {
                news.extend(&due);
                let bring = move |connection: &rusqlite::Connection, now| {
                    due.iter().try_for_each(|part| append::bring_due(connection, now, *part))
                };
                self.threads.write(Durability::Disk, bring).await?;
            }
            Ok(news)
        })
    }

    fn sweep<'a>(&'a self, partition: u32, limits: &'a Limits) -> StoreFuture<'a, bool> {
        let limits = limits.clone();
        Box::pin(async move {
            let find = move |connection: &rusqlite::Connection, now| {
                sweep::find(connection, now, partition, &limits)
            };
            let waste = self.threads.read(find).await?;
            let has_more = waste.has_more;
            if !waste.is_empty() {
                let remove =
                    move |connection: &rusqlite::Connection, _| sweep::remove(connection, &waste);
                self.threads.write(Durability::Process, remove).await?;
            }
            Ok(has_more)
        })
    }

    fn gauges(&self) -> StoreFuture<'_, Gauges> {
        Box::pin(self.threads.read(read::gauges))
    }

    fn dead_letters<'a>(
        &'a self,
        after: Option<&'a str>,
        limit: usize,
    ) -> StoreFuture<'a, Vec<DeadLetter>> {
        let after = after.map(str::to_owned);
        Box::pin(
            self.threads
                .read(move |connection, now| dead::list(connection, now, after.as_deref(), limit)),
        )
    }

    fn retry<'a>(&'a self, id: &'a str) -> StoreFuture<'a, bool> {
        let id = id.to_owned();
        Box::pin(
            self.threads.write(Durability::Disk, move |connection, _| dead::retry(connection, &id)),
        )
    }

    fn discard<'a>(&'a self, id: &'a str) -> StoreFuture<'a, bool> {
        let id = id.to_owned();
        Box::pin(
            self.threads
                .write(Durability::Disk, move |connection, _| dead::discard(connection, &id)),
        )
    }

    fn replay(&self, from: SystemTime) -> StoreFuture<'_, u64> {
        let from = self.threads.at(from);
        Box::pin(
            self.threads
                .write(Durability::Disk, move |connection, _| replay::replay(connection, from)),
        )
    }
}
