//! Ranges of cells.

use std::fmt;
use std::str::FromStr;

use super::parse;
use super::{CellAddress, RangeError, letters};

/// Cells of a sheet, by A1 notation.
///
/// | Text | Cells |
/// |---|---|
/// | `Orders!A1:C9` | from one cell to another |
/// | `Orders!B7` | one cell |
/// | `Orders!A:C` | whole columns |
/// | `Orders!A2:C` | columns from a row on |
/// | `Orders!2:5` | whole rows |
/// | `Orders` | the whole sheet |
/// | `A1:C9` | of the only sheet there is |
///
/// The sheet is its title or its id. A name may be in quotes, `'Q1 Orders'!A1`, and must be if it could be
/// read as something else: one with a `!` and no cells behind it, or one like `'ABC1'`. A quote within a
/// quoted name is doubled. Letters are of either case, `$` is ignored, and the ends come in any order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Range {
    pub(super) sheet: Option<String>,
    pub(super) cells: Cells,
}

/// The cells of a range. Numbers count from 1, and both ends belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Cells {
    All,
    Bounded { columns: (u32, u32), rows: (u32, u32) },
    Columns { columns: (u32, u32), from: u32 },
    Rows { rows: (u32, u32) },
}

impl Range {
    /// A whole sheet, by its title or its id.
    #[must_use]
    pub fn sheet(name: impl Into<String>) -> Self {
        Self { sheet: Some(name.into()), cells: Cells::All }
    }

    /// The cells between two corners, of the only sheet there is unless [`on_sheet`](Self::on_sheet) names one.
    #[must_use]
    pub fn between(corner: CellAddress, opposite: CellAddress) -> Self {
        let ordered = |a: u32, b: u32| (a.min(b), a.max(b));
        let columns = ordered(corner.column(), opposite.column());
        let rows = ordered(corner.row(), opposite.row());
        Self { sheet: None, cells: Cells::Bounded { columns, rows } }
    }

    /// The same cells of a sheet, by its title or its id.
    #[must_use]
    pub fn on_sheet(mut self, name: impl Into<String>) -> Self {
        self.sheet = Some(name.into());
        self
    }

    /// The title or the id of the sheet; `None` for the only one there is.
    #[must_use]
    pub fn sheet_name(&self) -> Option<&str> {
        self.sheet.as_deref()
    }

    /// The cell at the top left.
    #[must_use]
    pub fn first(&self) -> CellAddress {
        match self.cells {
            Cells::All => CellAddress::at(1, 1),
            Cells::Bounded { columns, rows } => CellAddress::at(columns.0, rows.0),
            Cells::Columns { columns, from } => CellAddress::at(columns.0, from),
            Cells::Rows { rows } => CellAddress::at(1, rows.0),
        }
    }

    /// The cell at the bottom right; `None` where the size of the sheet decides.
    #[must_use]
    pub fn last(&self) -> Option<CellAddress> {
        match self.cells {
            Cells::Bounded { columns, rows } => Some(CellAddress::at(columns.1, rows.1)),
            Cells::All | Cells::Columns { .. } | Cells::Rows { .. } => None,
        }
    }

    pub(crate) fn shape(&self) -> Cells {
        self.cells
    }
}

impl FromStr for Range {
    type Err = RangeError;

    fn from_str(text: &str) -> Result<Self, RangeError> {
        parse::range(text)
    }
}

impl TryFrom<&str> for Range {
    type Error = RangeError;

    fn try_from(text: &str) -> Result<Self, RangeError> {
        text.parse()
    }
}

impl TryFrom<String> for Range {
    type Error = RangeError;

    fn try_from(text: String) -> Result<Self, RangeError> {
        text.parse()
    }
}

impl TryFrom<&String> for Range {
    type Error = RangeError;

    fn try_from(text: &String) -> Result<Self, RangeError> {
        text.parse()
    }
}

/// A single cell.
impl From<CellAddress> for Range {
    fn from(cell: CellAddress) -> Self {
        Self::between(cell, cell)
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(sheet) = &self.sheet {
            match needs_quotes(sheet) {
                true => write!(f, "'{}'", sheet.replace('\'', "''"))?,
                false => f.write_str(sheet)?,
            }
            if self.cells != Cells::All {
                f.write_str("!")?;
            }
        }
        self.cells.fmt(f)
    }
}

impl fmt::Display for Cells {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::All => Ok(()),
            Self::Bounded { columns, rows } => {
                let (first, last) =
                    (CellAddress::at(columns.0, rows.0), CellAddress::at(columns.1, rows.1));
                match first == last {
                    true => first.fmt(f),
                    false => write!(f, "{first}:{last}"),
                }
            }
            Self::Columns { columns, from: 1 } => {
                write!(f, "{}:{}", letters(columns.0), letters(columns.1))
            }
            Self::Columns { columns, from } => {
                write!(f, "{}{from}:{}", letters(columns.0), letters(columns.1))
            }
            Self::Rows { rows } => write!(f, "{}:{}", rows.0, rows.1),
        }
    }
}

/// Whether a name would be read as something else, or looks so.
fn needs_quotes(name: &str) -> bool {
    let is_plain = |it: char| it.is_alphanumeric() || it == '_';
    !name.chars().all(is_plain) || parse::cells(name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match text.parse::<Range>() {
            Ok(range) => range.to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn each_form_is_read_and_printed() {
        for (text, expected) in [
            ("A1:C9", "A1:C9"),
            ("$c$9:a1", "A1:C9"),
            ("Orders!B7", "Orders!B7"),
            ("Orders!B7:b7", "Orders!B7"),
            ("Orders!C:A", "Orders!A:C"),
            ("Orders!A2:C", "Orders!A2:C"),
            ("Orders!5:2", "Orders!2:5"),
            ("Orders", "Orders"),
            ("销售 2026!a1:zz10", "'销售 2026'!A1:ZZ10"),
            ("Wow!Really!A1", "'Wow!Really'!A1"),
            ("'Wow!Really'", "'Wow!Really'"),
            ("'it''s'!A1", "'it''s'!A1"),
            ("ABC1", "ABC1"),
            ("'ABC1'", "'ABC1'"),
            ("Sheet1", "Sheet1"),
            ("2026", "2026"),
            (" Q7PlXT!A1:B2 ", "Q7PlXT!A1:B2"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
            assert_eq!(shown(&shown(text)), expected, "{text}");
        }
        assert_eq!("ABC1".parse::<Range>().map(|it| it.sheet), Ok(None));
        assert_eq!("'ABC1'".parse::<Range>().map(|it| it.sheet), Ok(Some("ABC1".to_owned())));
    }

    #[test]
    fn an_error_says_what_is_wrong() {
        for (text, reason) in [
            ("", "it is empty"),
            ("Orders!A0", "rows count from 1"),
            ("Orders!", "\"\" is no cell"),
            ("!A1", "no name before the !"),
            ("'Orders!A1", "does not end"),
            ("'Orders'A1", "there must be a !"),
            ("''!A1", "the name is empty"),
            ("Orders!A", "a whole column is A:A"),
            ("Orders!7", "a whole row is 7:7"),
            ("Orders!AAAA1", "beyond ZZZ"),
            ("A1:B2:C3", "\"B2:C3\" is no cell"),
            ("Orders!A:9", "the ends are"),
            ("Orders!A1:Z99999999", "beyond 9999999"),
        ] {
            let error = text.parse::<Range>().expect_err(text).to_string();
            assert!(error.contains(reason), "{text}: {error}");
        }
    }
}
