//! Why records could not be read or written.

use std::{error, fmt};

use super::write::Write;
use crate::v1::AppTableFieldType;

/// Most misfits that an error names.
const NAMED: usize = 5;

/// Why records could not be read or written.
#[derive(Debug)]
#[non_exhaustive]
pub enum TableError {
    /// A call failed.
    Call(lark_core::Error),
    /// Values do not fit the table, or the type they are read into. If it was to be written, nothing
    /// was.
    Misfits(Vec<Misfit>),
    /// What was asked for cannot be done with this table or these rows: a filter, a key, a row that is
    /// no struct. Nothing was sent.
    #[non_exhaustive]
    Request {
        /// What is wrong, and where.
        reason: String,
    },
    /// Records that were to be changed are not there any more. Nothing of their batch was changed.
    #[non_exhaustive]
    Missing {
        /// Their ids.
        record_ids: Vec<String>,
    },
    /// The platform did not answer what its documents say.
    #[non_exhaustive]
    Response {
        /// What is missing, and where.
        reason: String,
    },
}

impl TableError {
    pub(super) fn request(reason: impl Into<String>) -> Self {
        Self::Request { reason: reason.into() }
    }

    pub(super) fn response(reason: impl Into<String>) -> Self {
        Self::Response { reason: reason.into() }
    }

    /// What does not fit; empty for another error.
    #[must_use]
    pub fn misfits(&self) -> &[Misfit] {
        match self {
            Self::Misfits(misfits) => misfits,
            _ => &[],
        }
    }
}

/// A value that does not fit.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Misfit {
    /// The position of the row among those to be written, from 0; `None` when reading, and in
    /// [`check`](super::Table::check).
    pub row: Option<usize>,
    /// The record, when reading and updating.
    pub record_id: Option<String>,
    /// The field, by the key of your struct: its name or id.
    pub field: String,
    /// The type of the field; `None` if the table has no such field.
    pub kind: Option<AppTableFieldType>,
    /// What was wanted: the type of your struct when reading, what the field takes when writing.
    pub wanted: String,
    /// What was found. Long texts are shortened.
    pub found: String,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.record_id, self.row) {
            (Some(id), _) => write!(f, "record {id}, ")?,
            (None, Some(row)) => write!(f, "row {row}, ")?,
            (None, None) => {}
        }
        write!(f, "field {:?}", self.field)?;
        if let Some(kind) = self.kind {
            write!(f, " ({kind:?})")?;
        }
        write!(f, ": wanted {}, found {}", self.wanted, self.found)
    }
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(error) => error.fmt(f),
            Self::Misfits(misfits) => {
                for (at, misfit) in misfits.iter().take(NAMED).enumerate() {
                    let separator = if at == 0 { "" } else { "; " };
                    write!(f, "{separator}{misfit}")?;
                }
                match misfits.len().saturating_sub(NAMED) {
                    0 => Ok(()),
                    more => write!(f, "; and {more} more"),
                }
            }
            Self::Missing { record_ids } => {
                let named = record_ids.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
                match (record_ids.len(), record_ids.len().saturating_sub(NAMED)) {
                    (1, _) => write!(f, "record {named} is not there any more"),
                    (_, 0) => write!(f, "records {named} are not there any more"),
                    (_, more) => {
                        write!(f, "records {named} and {more} more are not there any more")
                    }
                }
            }
            Self::Request { reason } | Self::Response { reason } => f.write_str(reason),
        }
    }
}

/// Without a source, because the text has all of it.
impl error::Error for TableError {}

impl From<lark_core::Error> for TableError {
    fn from(error: lark_core::Error) -> Self {
        Self::Call(error)
    }
}

/// Why not all records were written, and how to go on.
///
/// ```no_run
/// # use lark_bitable::table::{Table, WriteError};
/// # #[derive(serde::Serialize)] struct Task;
/// # async fn load(table: Table, tasks: Vec<Task>) -> Result<(), WriteError> {
/// let mut written = table.create(tasks).await;
/// for _ in 0..3 {
///     let Err(error) = written else { break };
///     eprintln!("{error}");
///     // What is there already is not written again.
///     written = error.resume().await;
/// }
/// # written?;
/// # Ok(())
/// # }
/// ```
pub struct WriteError {
    pub(super) cause: TableError,
    pub(super) rest: Box<Write>,
}

impl WriteError {
    /// What happened.
    #[must_use]
    pub fn cause(&self) -> &TableError {
        &self.cause
    }

    /// How many rows are written: created, updated, deleted, or found to be the same.
    #[must_use]
    pub fn written(&self) -> usize {
        self.rest.progress().written
    }

    /// How many rows there are.
    #[must_use]
    pub fn total(&self) -> usize {
        self.rest.progress().total
    }

    /// The record of each row, in the order of the rows; `None` for those that are not written, or not
    /// known to be.
    #[must_use]
    pub fn record_ids(&self) -> &[Option<String>] {
        self.rest.record_ids()
    }

    /// The rest of the work. A call whose outcome is not known is sent again with the same
    /// `client_token`, so that nothing is written twice. After [`TableError::Misfits`] it fails again.
    #[must_use = "the rest is not written until it is awaited"]
    pub fn resume(self) -> Write {
        *self.rest
    }
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (table, written, total) = (self.rest.table_id(), self.written(), self.total());
        match &self.cause {
            TableError::Misfits(_) | TableError::Request { .. } if written == 0 => {
                write!(f, "nothing is written to table {table}: {}", self.cause)
            }
            cause => write!(f, "{written} of {total} rows are done in table {table}: {cause}"),
        }
    }
}

impl fmt::Debug for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WriteError")
            .field("cause", &self.cause)
            .field("written", &self.written())
            .field("total", &self.total())
            .finish()
    }
}

/// Without a source, because the text has all of it.
impl error::Error for WriteError {}
