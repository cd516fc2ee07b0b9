//! The store of a single machine: a directory with a file for each key.

mod disk;
mod format;
mod name;

use std::fmt;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use self::disk::Disk;
use super::{StoreEntry, StoreError, StoreFuture, StoreLock, TokenStore};
use crate::util::{KeyLocks, Secret, spawn_blocking};

/// First pause before trying again a lock that another process holds.
const FIRST_PAUSE: Duration = Duration::from_millis(5);
/// Longest such pause. A lock is held for an exchange with the platform.
const LONGEST_PAUSE: Duration = Duration::from_millis(80);
/// Longest pause for the lock of all changes, which is held for a write to the disk.
const LONGEST_WRITE_PAUSE: Duration = Duration::from_millis(20);

/// A [`TokenStore`] on disk, for the processes of one machine.
///
/// Each key is a JSON file in one directory. A change is written to a new file next to it, flushed
/// to the disk and renamed, so that a crash leaves the old entry or the new one, never half of one,
/// and acknowledged changes survive it. Changes and [`lock`](TokenStore::lock)s hold across
/// processes; the kernel frees the locks of a process that dies. On Unix only the owner can read
/// the files; their content is not encrypted. The directory must be on a local file system: file
/// locks of network file systems are not reliable.
///
/// A file that cannot be read, or whose content is not an entry, is an error that names the file.
/// It is never overwritten; only [`remove`](TokenStore::remove) deletes it. Expired entries are
/// kept until they are replaced or removed.
///
/// Its methods need a tokio runtime. Clones share their open files; several stores on one directory
/// also work.
///
/// ```no_run
/// use lark_core::{Client, FileStore};
///
/// # fn main() -> lark_core::Result<()> {
/// let store = FileStore::open("/var/lib/bot/tokens")?;
/// let client = Client::builder("cli_a1b2c3d4e5f60718", "app secret").store(store).build()?;
/// # _ = client;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct FileStore {
    disk: Arc<Disk>,
    /// In front of the locks on disk: of many waiters in a process, only the first tries those.
    locks: KeyLocks,
    /// In front of the lock of all changes, in the same way.
    changes: KeyLocks,
}

/// A change of an entry; ends with whether it was made.
type Change = Arc<dyn Fn(&Disk) -> Result<bool, StoreError> + Send + Sync>;

impl FileStore {
    /// Opens the store in `directory`. A missing directory is created, accessible to its owner
    /// only. A directory to which every user can write is used, with a warning in the log: others could
    /// replace tokens there. This call does I/O and blocks.
    ///
    /// # Errors
    /// `directory` cannot be created, is not a directory, or is not writable. The message names it.
    pub fn open(directory: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let disk = Arc::new(Disk::open(directory.into())?);
        Ok(Self { disk, locks: KeyLocks::default(), changes: KeyLocks::default() })
    }

    /// Runs `work` on a thread that may block. It completes even if the future is dropped.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Disk) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let disk = Arc::clone(&self.disk);
        let done = spawn_blocking(move || work(&disk)).await;
        done.unwrap_or_else(|error| {
            Err(StoreError::new("token files: the work on them was given up").with_source(error))
        })
    }

    /// Runs `work` while nobody else changes entries. Waiting for that takes no thread, and can be
    /// given up: a process that was stopped while it writes holds up only those who wait.
    async fn change(&self, work: Change) -> Result<bool, StoreError> {
        let _turn = self.changes.lock(self.changes.key("")).await;
        let mut pause = FIRST_PAUSE;
        loop {
            let work = Arc::clone(&work);
            let attempt = move |disk: &Disk| {
                let Some(_writing) = disk.try_writing()? else { return Ok(None) };
                work(disk).map(Some)
            };
            if let Some(done) = self.blocking(attempt).await? {
                return Ok(done);
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_WRITE_PAUSE);
        }
    }

    async fn wait_for_lock(&self, key: &str) -> Result<StoreLock, StoreError> {
        let turn = self.locks.lock(self.locks.key(key)).await;
        // The next waiter holds the place before the lock, so that a process that releases the lock
        // and asks again immediately has to queue behind it.
        let place = self.poll_lock(key, Disk::PLACE).await?;
        let lock = self.poll_lock(key, Disk::LOCK).await?;
        drop(place);
        Ok(StoreLock::new((lock, turn)))
    }

    /// Polls instead of waiting in the kernel: as many waiters as threads for blocking work would
    /// leave none for the holder of the lock.
    async fn poll_lock(&self, key: &str, ending: &'static str) -> Result<File, StoreError> {
        let mut pause = FIRST_PAUSE;
        loop {
            let key = key.to_owned();
            if let Some(file) = self.blocking(move |disk| disk.try_lock(&key, ending)).await? {
                return Ok(file);
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

impl TokenStore for FileStore {
    fn get<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<StoreEntry>> {
        let key = key.to_owned();
        Box::pin(self.blocking(move |disk| disk.read(&key)))
    }

    fn put<'a>(&'a self, key: &'a str, entry: StoreEntry) -> StoreFuture<'a, ()> {
        let key = key.to_owned();
        let work = move |disk: &Disk| {
            // An entry that cannot be read is not overwritten.
            disk.read(&key)?;
            disk.write(&key, &entry).map(|()| true)
        };
        Box::pin(async { self.change(Arc::new(work)).await.map(drop) })
    }

    fn compare_and_set<'a>(
        &'a self,
        key: &'a str,
        expected: Option<&'a Secret>,
        new: Option<StoreEntry>,
    ) -> StoreFuture<'a, bool> {
        let (key, expected) = (key.to_owned(), expected.cloned());
        let work = move |disk: &Disk| {
            if disk.read(&key)?.map(|entry| entry.value) != expected {
                return Ok(false);
            }
            match &new {
                Some(entry) => disk.write(&key, entry)?,
                None => disk.remove(&key)?,
            }
            Ok(true)
        };
        Box::pin(self.change(Arc::new(work)))
    }

    fn remove<'a>(&'a self, key: &'a str) -> StoreFuture<'a, ()> {
        let key = key.to_owned();
        let work = move |disk: &Disk| disk.remove(&key).map(|()| true);
        Box::pin(async { self.change(Arc::new(work)).await.map(drop) })
    }

    fn lock<'a>(&'a self, key: &'a str) -> StoreFuture<'a, Option<StoreLock>> {
        Box::pin(async { Ok(Some(self.wait_for_lock(key).await?)) })
    }
}

impl fmt::Debug for FileStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileStore").field("directory", &self.disk.directory()).finish()
    }
}
