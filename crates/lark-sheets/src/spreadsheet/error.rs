//! Why cells could not be read or written.

use std::{error, fmt};

use super::write::Write;
use crate::a1::RangeError;

/// Why cells could not be read or written.
#[derive(Debug)]
#[non_exhaustive]
pub enum SheetError {
    /// A call failed.
    Call(lark_core::Error),
    /// A text is no range.
    Range(RangeError),
    /// The spreadsheet has no such sheet, or a range without a sheet could be of several.
    #[non_exhaustive]
    UnknownSheet {
        /// The range.
        range: String,
        /// The sheets there are: titles and ids.
        sheets: Vec<String>,
    },
    /// The sheet is something embedded, such as a Base.
    #[non_exhaustive]
    NoCells {
        /// Its title and id.
        sheet: String,
        /// What it is.
        resource_type: String,
    },
    /// A value does not fit the type that wants it, or no cell can hold it.
    Cell(CellError),
    /// The header row lacks a column that the type needs, or has it twice.
    #[non_exhaustive]
    Column {
        /// The name of the column.
        column: String,
        /// How often it is there: never, or several times.
        count: usize,
        /// Where the header row is.
        header: String,
        /// The columns there are.
        columns: Vec<String>,
    },
    /// Something exceeds a limit of the platform, or of the range.
    #[non_exhaustive]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// Where.
        place: String,
        /// How much there is.
        count: usize,
        /// How much there may be.
        limit: usize,
    },
    /// Somebody kept changing the spreadsheet while it was read.
    #[non_exhaustive]
    Changed {
        /// What was read.
        range: String,
        /// The revision at the beginning.
        from: i64,
        /// The revision at the end.
        to: i64,
    },
    /// The platform did not answer what its documents say.
    #[non_exhaustive]
    Response {
        /// What is missing, and where.
        reason: String,
    },
}

/// A value that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CellError {
    /// Where: a cell with its sheet, such as `Orders!C7`; for values that have no cell yet, their row.
    pub place: String,
    /// The name of the column or field, if it has one.
    pub column: Option<String>,
    /// What is wanted there.
    pub wanted: String,
    /// What is there.
    pub found: String,
}

impl fmt::Display for CellError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.place)?;
        if let Some(column) = &self.column {
            write!(f, " ({column:?})")?;
        }
        write!(f, ": wanted {}, found {}", self.wanted, self.found)
    }
}

impl error::Error for CellError {}

impl fmt::Display for SheetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(error) => error.fmt(f),
            Self::Range(error) => error.fmt(f),
            Self::UnknownSheet { range, sheets } => {
                write!(f, "{range}: no such sheet, there are {}", sheets.join(", "))
            }
            Self::NoCells { sheet, resource_type } => {
                write!(f, "sheet {sheet} has no cells, it is a {resource_type}")
            }
            Self::Cell(error) => error.fmt(f),
            Self::Column { column, count: 0, header, columns } => {
                let columns: Vec<String> = columns.iter().map(|it| format!("{it:?}")).collect();
                let columns = columns.join(", ");
                write!(f, "the header row {header} has no column {column:?}, it has {columns}")
            }
            Self::Column { column, count, header, .. } => {
                write!(f, "the header row {header} has {count} columns {column:?}")
            }
            Self::TooMany { what, place, count, limit } => {
                write!(f, "{place}: {count} {what}, the limit is {limit}")
            }
            Self::Changed { range, from, to } => {
                write!(f, "{range} changed while it was read: revision {from} became {to}")
            }
            Self::Response { reason } => f.write_str(reason),
        }
    }
}

/// Without a source, because the text has all of it.
impl error::Error for SheetError {}

impl From<lark_core::Error> for SheetError {
    fn from(error: lark_core::Error) -> Self {
        Self::Call(error)
    }
}

impl From<RangeError> for SheetError {
    fn from(error: RangeError) -> Self {
        Self::Range(error)
    }
}

impl From<CellError> for SheetError {
    fn from(error: CellError) -> Self {
        Self::Cell(error)
    }
}

/// Why cells were not written to the end, and how to go on.
///
/// ```no_run
/// # async fn import(book: lark_sheets::spreadsheet::Spreadsheet) -> Result<(), Box<dyn std::error::Error>> {
/// let rows: Vec<(u32, u32)> = (0..100_000).map(|it| (it, it * it)).collect();
/// let mut written = book.range("Squares!A1").write(&rows).await;
/// for _ in 0..3 {
///     let Err(error) = written else { break };
///     eprintln!("{error}");
///     // What is there already is not written again.
///     written = error.resume().await;
/// }
/// # Ok(())
/// # }
/// ```
pub struct WriteError {
    pub(super) cause: SheetError,
    pub(super) rest: Box<Write>,
}

impl WriteError {
    /// What happened.
    #[must_use]
    pub fn cause(&self) -> &SheetError {
        &self.cause
    }

    /// How many rows are written, all of their cells.
    #[must_use]
    pub fn written(&self) -> usize {
        self.rest.progress().written
    }

    /// How many rows there are.
    #[must_use]
    pub fn total(&self) -> usize {
        self.rest.progress().total
    }

    /// The rest of the work. Writing a range again changes nothing. If it is not known whether rows were
    /// appended, they are looked for first, at the end of the table.
    #[must_use = "the rest is not written until it is awaited"]
    pub fn resume(self) -> Write {
        *self.rest
    }
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (progress, cause) = (self.rest.progress(), &self.cause);
        match progress.calls {
            0 => write!(f, "nothing is written: {cause}"),
            _ => write!(f, "{} of {} rows are written: {cause}", progress.written, progress.total),
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
