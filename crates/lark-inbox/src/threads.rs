//! The threads that use the file: one writes, many changes at once; one brings them to the disk, many such
//! groups with one flush, and answers; one reads.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use lark_core::StoreError;
use rusqlite::{Connection, Error};
use tokio::sync::oneshot;

use crate::clock::Clock;
use crate::disk::Disk;
use crate::error::store_error;
use crate::log::Log;

/// Most changes of one transaction.
const GROUP: usize = 256;

/// The way to the threads, which end when this is dropped.
pub(crate) struct Threads {
    path: Arc<Path>,
    clock: Arc<Clock>,
    writes: Sender<Write>,
    reads: Sender<Read>,
}

/// Whether a change has to outlive the loss of power, or only the end of the process.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Durability {
    Disk,
    Process,
}

struct Write {
    durability: Durability,
    work: Box<dyn Work>,
}

type Read = Box<dyn FnOnce(&Connection) + Send>;

/// A change, and then the answer to it.
trait Work: Send {
    /// Makes the change within a transaction.
    fn run(&mut self, connection: &Connection, now: i64) -> Result<(), Error>;

    /// Answers, once the transaction has been committed or not.
    fn answer(self: Box<Self>, committed: Result<(), StoreError>);
}

struct Change<T, F> {
    change: Option<F>,
    value: Option<T>,
    sender: oneshot::Sender<Result<T, StoreError>>,
}

impl<T: Send, F: FnOnce(&Connection, i64) -> Result<T, Error> + Send> Work for Change<T, F> {
    fn run(&mut self, connection: &Connection, now: i64) -> Result<(), Error> {
        if let Some(change) = self.change.take() {
            self.value = Some(change(connection, now)?);
        }
        Ok(())
    }

    fn answer(self: Box<Self>, committed: Result<(), StoreError>) {
        let Self { value, sender, .. } = *self;
        let none = || StoreError::new("the inbox: a change was not made");
        // Nobody waits any more if this fails.
        _ = sender.send(committed.and_then(|()| value.ok_or_else(none)));
    }
}

impl Threads {
    pub(crate) fn start(
        path: PathBuf,
        clock: Clock,
        writer: Connection,
        reader: Connection,
    ) -> Result<Self, StoreError> {
        let (path, clock): (Arc<Path>, _) = (path.into(), Arc::new(clock));
        let (writes, to_write) = channel();
        let (reads, to_read) = channel::<Read>();
        let (to_flush, committed) = channel();
        let failed = Arc::<OnceLock<StoreError>>::default();
        let mut disk = Disk::new(Arc::clone(&path), Arc::clone(&failed));
        spawn("lark-inbox-flush", move || flush(&mut disk, &committed))?;
        let (of_writer, to_tick) = (Arc::clone(&path), Arc::clone(&clock));
        let mut writer = Writer {
            log: Log::new(&path)?,
            path: of_writer,
            clock: to_tick,
            connection: writer,
            to_flush,
            failed,
        };
        spawn("lark-inbox-write", move || writer.run(&to_write))?;
        spawn("lark-inbox-read", move || to_read.iter().for_each(|read| read(&reader)))?;
        Ok(Self { path, clock, writes, reads })
    }

    /// Makes a change, and waits until it is committed.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        durability: Durability,
        change: impl FnOnce(&Connection, i64) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (sender, answer) = oneshot::channel();
        let work = Box::new(Change { change: Some(change), value: None, sender });
        self.writes.send(Write { durability, work }).map_err(|_| ended())?;
        answer.await.unwrap_or_else(|_| Err(ended()))
    }

    /// Reads what was committed.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection, i64) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (sender, answer) = oneshot::channel();
        let (path, clock) = (Arc::clone(&self.path), Arc::clone(&self.clock));
        let read = move |connection: &Connection| {
            let value = in_transaction(connection, "BEGIN", || read(connection, clock.now()));
            // Nobody waits any more.
            _ = sender.send(value.map_err(|error| store_error(&path, error)));
        };
        self.reads.send(Box::new(read)).map_err(|_| ended())?;
        answer.await.unwrap_or_else(|_| Err(ended()))
    }

    /// A moment of the machine's clock as one of the inbox's.
    pub(crate) fn at(&self, time: SystemTime) -> i64 {
        self.clock.at(time)
    }
}

fn ended() -> StoreError {
    StoreError::new("the inbox: its thread has ended")
}

fn spawn(name: &str, run: impl FnOnce() + Send + 'static) -> Result<(), StoreError> {
    let thread = std::thread::Builder::new().name(name.to_owned()).spawn(run);
    let failed = |error| StoreError::new("the inbox has no thread").with_source(error);
    thread.map(drop).map_err(failed)
}

/// Makes changes, until nobody can send any more.
struct Writer {
    path: Arc<Path>,
    clock: Arc<Clock>,
    connection: Connection,
    log: Log,
    to_flush: Sender<Vec<Box<dyn Work>>>,
    /// Why nothing more can be written.
    failed: Arc<OnceLock<StoreError>>,
}

impl Writer {
    /// Makes all changes that wait in one transaction.
    fn run(&mut self, to_write: &Receiver<Write>) {
        while let Ok(first) = to_write.recv() {
            let mut group: Vec<Write> =
                std::iter::once(first).chain(to_write.try_iter().take(GROUP - 1)).collect();
            if let Some(error) = self.failed.get() {
                group.drain(..).for_each(|it| it.work.answer(Err(error.clone())));
            }
            while !group.is_empty() {
                group = self.together(group);
            }
            self.log.shorten();
        }
    }

    /// Makes changes in one transaction. Returns those that it did not come to, because one before them has
    /// ended the transaction, as a full disk does.
    fn together(&self, mut group: Vec<Write>) -> Vec<Write> {
        let (path, connection) = (&*self.path, &self.connection);
        let mut failures = Vec::new();
        let committed = in_transaction(connection, "BEGIN IMMEDIATE", || {
            let now = self.clock.tick(connection)?;
            for Write { work, .. } in &mut group {
                let made = alone(connection, now, &mut **work);
                let ended = made.as_ref().err().filter(|_| connection.is_autocommit()).map(copy);
                failures.push(made);
                ended.map_or(Ok(()), Err)?;
            }
            Ok(())
        });
        // If it has not even begun, the error is that of all.
        let reached = if failures.is_empty() { group.len() } else { failures.len() };
        let rest = group.split_off(reached);
        failures.resize_with(reached, || Ok(()));
        let mut to_flush = Vec::new();
        for (Write { durability, work }, failure) in group.into_iter().zip(failures) {
            let result = match (&committed, failure) {
                (_, Err(error)) => Err(store_error(path, error)),
                (Err(error), _) => Err(store_error(path, copy(error))),
                (Ok(()), Ok(())) => Ok(()),
            };
            // Without the flush, a commit outlives the process, because the system has it, but not the machine.
            match durability == Durability::Disk && result.is_ok() {
                true => to_flush.push(work),
                false => work.answer(result),
            }
        }
        if !to_flush.is_empty() {
            // Its thread ends after this one.
            _ = self.to_flush.send(to_flush);
        }
        rest
    }
}

/// Brings to the disk what was committed, all that was meanwhile with one flush, and answers.
fn flush(disk: &mut Disk, committed: &Receiver<Vec<Box<dyn Work>>>) {
    while let Ok(first) = committed.recv() {
        let all: Vec<_> = std::iter::once(first).chain(committed.try_iter()).flatten().collect();
        let flushed = disk.flush();
        all.into_iter().for_each(|work| work.answer(flushed.clone()));
    }
}

/// Makes one change of a group: if it fails, the others stay.
fn alone(connection: &Connection, now: i64, work: &mut dyn Work) -> Result<(), Error> {
    connection.execute_batch("SAVEPOINT change")?;
    match work.run(connection, now) {
        Ok(()) => connection.execute_batch("RELEASE change"),
        Err(error) => {
            // A full disk has ended the whole transaction already.
            _ = connection.execute_batch("ROLLBACK TO change; RELEASE change");
            Err(error)
        }
    }
}

fn in_transaction<T>(
    connection: &Connection,
    begin: &str,
    work: impl FnOnce() -> Result<T, Error>,
) -> Result<T, Error> {
    connection.execute_batch(begin)?;
    let done = work().and_then(|value| connection.execute_batch("COMMIT").map(|()| value));
    if done.is_err() && !connection.is_autocommit() {
        _ = connection.execute_batch("ROLLBACK");
    }
    done
}

/// The same error once more: all changes of a group have it.
fn copy(error: &Error) -> Error {
    match error {
        Error::SqliteFailure(failure, text) => Error::SqliteFailure(*failure, text.clone()),
        other => Error::InvalidParameterName(other.to_string()),
    }
}
