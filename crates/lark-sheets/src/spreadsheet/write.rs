//! Cells that are written: what a caller chooses, and what comes of it.

use std::collections::VecDeque;
use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::Arc;

use serde::Serialize;

use super::plan::Step;
use super::rows::Table;
use super::{CellError, Spreadsheet, WriteError};
use crate::a1::{Range, RangeError};

/// What was written.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Written {
    /// Where: a range for each write, and for rows that were appended those that follow each other.
    pub ranges: Vec<Range>,
    /// How many rows, headers included.
    pub rows: usize,
    /// How many cells, empty ones included.
    pub cells: u64,
    /// How many calls it took, without those that only read.
    pub calls: usize,
    /// The revision after the last call; `None` if there was nothing to write.
    pub revision: Option<i64>,
}

/// How far a write is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Rows that are written, all of their cells.
    pub written: usize,
    /// Rows to be written.
    pub total: usize,
    /// Calls that were made.
    pub calls: usize,
}

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Write,
    Append,
}

/// Rows and where they go.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) range: Result<Range, RangeError>,
    pub(super) table: Result<Table, CellError>,
    pub(super) mode: Mode,
}

/// A write: its settings. Awaiting it makes the calls.
///
/// Everything is checked before the first call that writes: ranges, names of columns, and the limits of the
/// platform. A call is written whole or not at all; of several, those before a failure stay written, and
/// [`WriteError`] goes on.
#[must_use = "nothing is written until it is awaited"]
pub struct Write {
    pub(super) book: Spreadsheet,
    pub(super) parts: Vec<Part>,
    pub(super) overwrite: bool,
    pub(super) on_progress: Option<Arc<dyn Fn(Progress) + Send + Sync>>,
    /// What is left to do, once that is known.
    pub(super) steps: Option<VecDeque<Step>>,
    pub(super) total: usize,
    pub(super) written: Written,
}

impl Write {
    pub(super) fn new(book: Spreadsheet) -> Self {
        Self {
            book,
            parts: Vec::new(),
            overwrite: false,
            on_progress: None,
            steps: None,
            total: 0,
            written: Written::default(),
        }
    }

    pub(super) fn part(
        mut self,
        range: Result<Range, RangeError>,
        table: Result<Table, CellError>,
        mode: Mode,
    ) -> Self {
        self.parts.push(Part { range, table, mode });
        self
    }

    /// Writes rows into another range as well, as [`Selection::write`](super::Selection::write) does.
    pub fn range<R, T>(self, range: R, rows: impl IntoIterator<Item = T>) -> Self
    where
        R: TryInto<Range>,
        R::Error: Into<RangeError>,
        T: Serialize,
    {
        self.part(range.try_into().map_err(Into::into), Table::of(rows), Mode::Write)
    }

    /// Appended rows take the empty rows below the data, and if those are too few, the rows behind them,
    /// whatever is there. Default: rows are inserted.
    ///
    /// With it, the sheet does not say whether a call without an answer was executed:
    /// [`WriteError::resume`] takes rows that look the same, at the end of the table, for those of the call.
    pub fn overwrite(mut self) -> Self {
        self.overwrite = true;
        self
    }

    /// Called after each call.
    pub fn on_progress(mut self, hook: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.on_progress = Some(Arc::new(hook));
        self
    }

    pub(super) fn progress(&self) -> Progress {
        let Written { rows, calls, .. } = self.written;
        Progress { written: rows, total: self.total, calls }
    }
}

impl IntoFuture for Write {
    type Output = Result<Written, WriteError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(mut self) -> Self::IntoFuture {
        Box::pin(async move {
            match self.run().await {
                Ok(()) => Ok(self.written),
                Err(cause) => Err(WriteError { cause, rest: Box::new(self) }),
            }
        })
    }
}
