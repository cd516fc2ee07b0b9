//! What the platform would not take, before it is sent.

use super::{CellError, SheetError};
use crate::a1::{CellAddress, Range};
use crate::cell::Cell;

/// Characters of a cell.
const MAX_CHARACTERS: usize = 50_000;
/// Mentions of a call.
pub(super) const MAX_MENTIONS: usize = 50;

/// Where rows go, for errors.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub(super) title: &'a str,
    pub(super) left: u32,
    pub(super) top: u32,
    /// Whether the top is where they certainly go; appended rows are counted instead.
    pub(super) is_known: bool,
}

impl Place<'_> {
    fn of(self, row: usize, column: usize) -> String {
        let (row, column) = (row as u32, column as u32);
        match self.is_known {
            true => {
                let cell = CellAddress::at(self.left + column, self.top + row);
                Range::from(cell).on_sheet(self.title).to_string()
            }
            false => {
                let column = crate::a1::letters(self.left + column);
                format!("row {} of those to be appended, column {column}", row + 1)
            }
        }
    }
}

/// Finds the first cell that the platform would not take.
pub(super) fn check(rows: &[Vec<Cell>], place: Place<'_>) -> Result<(), SheetError> {
    for (row, cells) in rows.iter().enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            check_cell(cell, || place.of(row, column))?;
        }
        let count: usize = cells.iter().map(Cell::mentions).sum();
        if count > MAX_MENTIONS {
            let (what, place, limit) = ("mentions in a row", place.of(row, 0), MAX_MENTIONS);
            return Err(SheetError::TooMany { what, place, count, limit });
        }
    }
    Ok(())
}

fn check_cell(cell: &Cell, place: impl Fn() -> String) -> Result<(), SheetError> {
    let unfit = |wanted: &str, found: String| {
        let wanted = wanted.to_owned();
        Err(CellError { place: place(), column: None, wanted, found }.into())
    };
    match cell {
        Cell::Number(number) if !number.is_finite() => {
            return unfit("a finite number", number.to_string());
        }
        Cell::Formula(text) if !text.starts_with('=') => {
            return unfit("a formula that begins with =", cell.describe());
        }
        Cell::MultipleValues(options) => {
            let with_comma =
                options.iter().find(|it| it.as_str().is_some_and(|it| it.contains(',')));
            if let Some(option) = with_comma {
                return unfit("options without a comma", option.to_string());
            }
        }
        _ => {}
    }
    // A text of n bytes has at most n characters.
    let count = match cell {
        Cell::Empty | Cell::Number(_) | Cell::Bool(_) | Cell::Image(_) => 0,
        Cell::Text(text) | Cell::Formula(text) if text.len() <= MAX_CHARACTERS => 0,
        Cell::Text(text) | Cell::Formula(text) => text.chars().count(),
        cell => cell.plain_text().chars().count(),
    };
    match count > MAX_CHARACTERS {
        true => Err(SheetError::TooMany {
            what: "characters in a cell",
            place: place(),
            count,
            limit: MAX_CHARACTERS,
        }),
        false => Ok(()),
    }
}
