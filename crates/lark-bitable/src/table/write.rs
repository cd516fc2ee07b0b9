//! Records that are written: what a caller chooses, and what comes of it.

use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::Arc;

use super::error::WriteError;
use super::handle::Table;
use super::plan::Goal;
use super::run::Queue;

/// Most records of a call that creates or changes some.
const BATCH: usize = 1000;

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Written {
    /// The record of each row, in the order of the rows.
    pub record_ids: Vec<String>,
    /// How many records were created.
    pub created: usize,
    /// How many records were changed.
    pub updated: usize,
    /// How many rows of an upsert were there already, the same.
    pub unchanged: usize,
    /// How many records were deleted.
    pub deleted: usize,
    /// How many batches were written.
    pub calls: usize,
}

/// How far records are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Rows that are done.
    pub written: usize,
    /// Rows in all.
    pub total: usize,
}

/// A change of a table: its settings. Awaiting it makes the calls.
///
/// Batches are written one after the other. If the future is dropped, the batch that is under way may be
/// written or not.
#[must_use = "nothing is written until it is awaited"]
pub struct Write {
    pub(super) table: Table,
    /// `None` once there is a queue that does not have to be made again.
    pub(super) goal: Option<Goal>,
    pub(super) queue: Queue,
    /// Most records of a call.
    pub(super) batch_size: usize,
    pub(super) on_progress: Option<Arc<dyn Fn(Progress) + Send + Sync>>,
}

impl Write {
    pub(super) fn new(table: &Table, goal: Goal) -> Self {
        let queue = Queue::new(goal.len());
        let table = table.clone();
        Self { table, goal: Some(goal), queue, batch_size: BATCH, on_progress: None }
    }

    /// How many records a call writes. Default 1,000, the most that the platform takes; if it takes less
    /// (1254104), batches are halved. Deletions have 500 at most.
    pub fn batch_size(mut self, records: usize) -> Self {
        self.batch_size = records.clamp(1, BATCH);
        self
    }

    /// Called after each batch.
    pub fn on_progress(mut self, hook: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.on_progress = Some(Arc::new(hook));
        self
    }

    pub(super) fn table_id(&self) -> &str {
        &self.table.table_id
    }

    pub(super) fn progress(&self) -> Progress {
        let done = self.queue.record_ids.iter().flatten().count();
        Progress { written: done, total: self.queue.record_ids.len() }
    }

    pub(super) fn record_ids(&self) -> &[Option<String>] {
        &self.queue.record_ids
    }
}

impl IntoFuture for Write {
    type Output = Result<Written, WriteError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(mut self) -> Self::IntoFuture {
        Box::pin(async move {
            match self.run().await {
                Ok(()) => Ok(self.queue.into_written()),
                Err(cause) => Err(WriteError { cause, rest: Box::new(self) }),
            }
        })
    }
}

impl fmt::Debug for Write {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Write")
            .field("table", &self.table)
            .field("progress", &self.progress())
            .finish_non_exhaustive()
    }
}
