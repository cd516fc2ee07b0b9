//! The batches of a change, one after the other.

use std::collections::{HashSet, VecDeque};

use lark_core::__private::{codes, random_uuid};
use lark_core::Operation;

use super::busy;
use super::error::TableError;
use super::plan::{Cells, Goal};
use super::write::{Write, Written};
use crate::v1::{AppTableRecord, app_table_record};

/// Most records of a call that deletes some.
const DELETIONS: usize = 500;
/// Most records of a call that looks some up.
const LOOKUPS: usize = 100;

/// What the platform says if it has not all records that were named; nothing is done then.
const NO_SUCH_RECORD: i64 = 1_254_043;

/// What becomes of a row.
#[derive(Clone, Debug)]
pub(super) struct Change {
    pub(super) row: usize,
    /// Empty for a record that is created.
    pub(super) record_id: String,
    pub(super) cells: Cells,
}

/// What is to be written, and what is.
#[derive(Debug)]
pub(super) struct Queue {
    pub(super) updates: VecDeque<Change>,
    pub(super) creates: VecDeque<Change>,
    pub(super) deletes: VecDeque<Change>,
    /// The batch whose outcome is not known, or that is to be sent next.
    open: Option<Batch>,
    /// The record of each row that is done.
    pub(super) record_ids: Vec<Option<String>>,
    pub(super) unchanged: usize,
    created: usize,
    updated: usize,
    deleted: usize,
    calls: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Update,
    Create,
    Delete,
}

/// The records of a call, under the key that makes it idempotent.
#[derive(Debug)]
struct Batch {
    kind: Kind,
    changes: Vec<Change>,
    token: String,
    /// Whether the call failed before, so that it may have been executed.
    is_uncertain: bool,
}

impl Queue {
    pub(super) fn new(rows: usize) -> Self {
        Self {
            updates: VecDeque::new(),
            creates: VecDeque::new(),
            deletes: VecDeque::new(),
            open: None,
            record_ids: vec![None; rows],
            unchanged: 0,
            created: 0,
            updated: 0,
            deleted: 0,
            calls: 0,
        }
    }

    /// Forgets what is not begun.
    pub(super) fn clear(&mut self) {
        self.updates.clear();
        self.creates.clear();
        self.deletes.clear();
    }

    pub(super) fn done(&mut self, row: usize, record_id: String) {
        if let Some(slot) = self.record_ids.get_mut(row) {
            *slot = Some(record_id);
        }
    }

    fn of(&mut self, kind: Kind) -> &mut VecDeque<Change> {
        match kind {
            Kind::Update => &mut self.updates,
            Kind::Create => &mut self.creates,
            Kind::Delete => &mut self.deletes,
        }
    }

    /// The batch that is open, or the next one.
    fn next(&mut self, size: usize) -> Option<Batch> {
        if let Some(open) = self.open.take() {
            return Some(open);
        }
        let kinds = [Kind::Update, Kind::Create, Kind::Delete];
        let kind = kinds.into_iter().find(|it| !self.of(*it).is_empty())?;
        let most = if kind == Kind::Delete { size.min(DELETIONS) } else { size };
        let queue = self.of(kind);
        let changes = queue.drain(..most.min(queue.len())).collect();
        Some(Batch { kind, changes, token: random_uuid(), is_uncertain: false })
    }

    /// Takes a batch back, to be divided differently.
    fn put_back(&mut self, batch: Batch) {
        let queue = self.of(batch.kind);
        batch.changes.into_iter().rev().for_each(|it| queue.push_front(it));
    }

    pub(super) fn into_written(self) -> Written {
        Written {
            record_ids: self.record_ids.into_iter().map(Option::unwrap_or_default).collect(),
            created: self.created,
            updated: self.updated,
            unchanged: self.unchanged,
            deleted: self.deleted,
            calls: self.calls,
        }
    }
}

impl Write {
    pub(super) async fn run(&mut self) -> Result<(), TableError> {
        // What is there must not change between the reading and the writing of an upsert.
        let turn = match self.goal {
            Some(Goal::Upsert(..)) => Some(self.table.turn().await),
            _ => None,
        };
        if let Some(open) = self.queue.open.take() {
            self.write(open, turn.is_none()).await?;
        }
        self.plan().await?;
        while let Some(batch) = self.queue.next(self.batch_size) {
            self.write(batch, turn.is_none()).await?;
        }
        Ok(())
    }

    /// Writes a batch; if it fails, the batch is open.
    async fn write(&mut self, mut batch: Batch, waits: bool) -> Result<(), TableError> {
        let turn = if waits { Some(self.table.turn().await) } else { None };
        let outcome = match batch.kind {
            Kind::Create => self.create(&batch).await,
            Kind::Update => self.update(&batch).await,
            Kind::Delete => self.delete(&batch).await,
        };
        drop(turn);
        match outcome {
            Ok(ids) => {
                self.queue.calls += 1;
                let count = ids.len();
                *match batch.kind {
                    Kind::Create => &mut self.queue.created,
                    Kind::Update => &mut self.queue.updated,
                    Kind::Delete => &mut self.queue.deleted,
                } += count;
                batch.changes.iter().zip(ids).for_each(|(it, id)| self.queue.done(it.row, id));
                if let Some(hook) = &self.on_progress {
                    hook(self.progress());
                }
                Ok(())
            }
            Err(TableError::Call(error))
                if error.code() == Some(codes::BASE_TOO_MANY_RECORDS)
                    && batch.changes.len() > 1 =>
            {
                // The platform takes less than its documents say.
                self.batch_size = batch.changes.len().div_ceil(2);
                self.queue.put_back(batch);
                Ok(())
            }
            Err(error) => {
                // A code of the platform says that nothing was executed, unless the platform failed.
                let is_refused = |it: &lark_core::Error| it.code().is_some() && !it.is_transient();
                batch.is_uncertain |= !matches!(&error, TableError::Call(it) if is_refused(it));
                self.queue.open = Some(batch);
                Err(error)
            }
        }
    }

    async fn send<O: Operation + Clone>(&self, request: O) -> Result<O::Response, TableError> {
        Ok(busy::send(&self.table.client, &request, self.table.patience).await?)
    }

    async fn create(&self, batch: &Batch) -> Result<Vec<String>, TableError> {
        let records = batch.changes.iter().map(|it| AppTableRecord::new().fields(it.cells.clone()));
        let table = &self.table;
        let mut request = app_table_record::batch_create(&table.app_token, &table.table_id)
            .client_token(&batch.token)
            .records(records);
        request.user_id_type.clone_from(&table.user_id_type);
        let response = self.send(request).await?;
        let ids: Vec<String> = response.records.into_iter().filter_map(|it| it.record_id).collect();
        check_count(ids.len(), batch.changes.len())?;
        Ok(ids)
    }

    async fn update(&self, batch: &Batch) -> Result<Vec<String>, TableError> {
        let records = batch
            .changes
            .iter()
            .map(|it| AppTableRecord::new().record_id(&it.record_id).fields(it.cells.clone()));
        let table = &self.table;
        let mut request = app_table_record::batch_update(&table.app_token, &table.table_id)
            .client_token(&batch.token)
            .records(records);
        request.user_id_type.clone_from(&table.user_id_type);
        match self.send(request).await {
            Ok(response) => {
                check_count(response.records.len(), batch.changes.len())?;
                Ok(batch.ids())
            }
            Err(error) if is_missing(&error) => Err(self.missing(batch).await?.unwrap_or(error)),
            Err(error) => Err(error),
        }
    }

    /// Which records of a batch are not there.
    async fn missing(&self, batch: &Batch) -> Result<Option<TableError>, TableError> {
        let absent = self.absent(batch).await?;
        let record_ids: Vec<String> =
            batch.ids().into_iter().filter(|it| absent.contains(it)).collect();
        Ok((!record_ids.is_empty()).then_some(TableError::Missing { record_ids }))
    }

    async fn delete(&self, batch: &Batch) -> Result<Vec<String>, TableError> {
        // Deletions have no key, and the platform rejects those of records that are gone.
        let mut gone = if batch.is_uncertain { self.absent(batch).await? } else { HashSet::new() };
        loop {
            let ids = batch.changes.iter().map(|it| &it.record_id);
            let left: Vec<&String> = ids.filter(|it| !gone.contains(*it)).collect();
            if left.is_empty() {
                return Ok(batch.ids());
            }
            let table = &self.table;
            let request = app_table_record::batch_delete(&table.app_token, &table.table_id);
            match self.send(request.records(left)).await {
                Err(error) if is_missing(&error) => {
                    // Somebody else was faster.
                    let now = self.absent(batch).await?;
                    if now.len() <= gone.len() {
                        return Err(error);
                    }
                    gone = now;
                }
                Err(error) => return Err(error),
                Ok(response) => {
                    let kept = response.records.iter().find(|it| it.deleted == Some(false));
                    let Some(id) = kept.and_then(|it| it.record_id.as_ref()) else {
                        return Ok(batch.ids());
                    };
                    return Err(TableError::response(format!("record {id} was not deleted")));
                }
            }
        }
    }

    /// The records of a batch that are not there.
    async fn absent(&self, batch: &Batch) -> Result<HashSet<String>, TableError> {
        let mut absent = HashSet::new();
        for part in batch.changes.chunks(LOOKUPS) {
            let table = &self.table;
            let request = app_table_record::batch_get(&table.app_token, &table.table_id)
                .record_ids(part.iter().map(|it| &it.record_id));
            absent.extend(self.send(request).await?.absent_record_ids);
        }
        Ok(absent)
    }
}

impl Batch {
    fn ids(&self) -> Vec<String> {
        self.changes.iter().map(|it| it.record_id.clone()).collect()
    }
}

/// Whether the platform has a record that was named no longer.
fn is_missing(error: &TableError) -> bool {
    matches!(error, TableError::Call(it) if it.code() == Some(NO_SUCH_RECORD))
}

/// A response has a record for each that was sent.
fn check_count(found: usize, sent: usize) -> Result<(), TableError> {
    match found == sent {
        true => Ok(()),
        false => Err(TableError::response(format!("the response has {found} records for {sent}"))),
    }
}
