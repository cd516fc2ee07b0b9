//! The place of a cell, and the letters of a column.

use std::fmt;
use std::str::FromStr;

use super::RangeError;
use super::parse::{self, Corner};

/// The last column with three letters, ZZZ.
pub(super) const MAX_COLUMN: u32 = 18_278;
/// Rows of a name: at most seven digits.
pub(super) const MAX_ROW: u32 = 9_999_999;

/// The place of a cell within its sheet, such as `B7`. Columns and rows count from 1.
///
/// ```
/// use lark_sheets::a1::CellAddress;
///
/// let cell: CellAddress = "AB7".parse()?;
/// assert_eq!((cell.column(), cell.row()), (28, 7));
/// # Ok::<(), lark_sheets::a1::RangeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellAddress {
    row: u32,
    column: u32,
}

impl CellAddress {
    /// The cell in a column (1 is A) and a row (1 is the first).
    ///
    /// # Errors
    /// A column beyond 18,278 (ZZZ), a row beyond 9,999,999, or a 0.
    pub fn new(column: u32, row: u32) -> Result<Self, RangeError> {
        let text = || format!("column {column}, row {row}");
        if !(1..=MAX_COLUMN).contains(&column) {
            return Err(RangeError::new(text(), format!("columns are 1 to {MAX_COLUMN}")));
        }
        if !(1..=MAX_ROW).contains(&row) {
            return Err(RangeError::new(text(), format!("rows are 1 to {MAX_ROW}")));
        }
        Ok(Self { row, column })
    }

    /// The same for numbers that are in bounds.
    pub(crate) fn at(column: u32, row: u32) -> Self {
        Self { row: row.clamp(1, MAX_ROW), column: column.clamp(1, MAX_COLUMN) }
    }

    /// The column; 1 is A.
    #[must_use]
    pub fn column(self) -> u32 {
        self.column
    }

    /// The row; 1 is the first.
    #[must_use]
    pub fn row(self) -> u32 {
        self.row
    }
}

impl fmt::Display for CellAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", letters(self.column), self.row)
    }
}

impl FromStr for CellAddress {
    type Err = RangeError;

    fn from_str(text: &str) -> Result<Self, RangeError> {
        match parse::corner(text.trim()).map_err(|reason| RangeError::new(text, reason))? {
            Corner { column: Some(column), row: Some(row) } => Ok(Self { row, column }),
            _ => Err(RangeError::new(text, "a cell has a column and a row, such as B7")),
        }
    }
}

/// The letters of a column: 28 is AB.
pub(crate) fn letters(mut column: u32) -> String {
    let mut letters = Vec::new();
    while column > 0 {
        column -= 1;
        letters.push(char::from(b'A' + (column % 26) as u8));
        column /= 26;
    }
    letters.iter().rev().collect()
}
