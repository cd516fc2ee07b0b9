//! Rectangles of cells, once it is known where they are.

use super::sheets::SheetInfo;
use crate::a1::{CellAddress, Cells, Range, letters};

/// Rows and columns of a call.
pub(super) const MAX_ROWS: u32 = 5000;
pub(super) const MAX_COLUMNS: u32 = 100;

/// Cells of a sheet. Numbers count from 1; there is at least one row and one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) sheet_id: String,
    pub(super) left: u32,
    pub(super) top: u32,
    pub(super) columns: u32,
    pub(super) rows: u32,
}

impl Area {
    /// The part of a range that is on its sheet; `None` if nothing is.
    pub(super) fn within(range: &Range, sheet: &SheetInfo) -> Option<Self> {
        let (columns, rows) = match range.shape() {
            Cells::All => ((1, sheet.columns), (1, sheet.rows)),
            Cells::Bounded { columns, rows } => (columns, rows),
            Cells::Columns { columns, from } => (columns, (from, sheet.rows)),
            Cells::Rows { rows } => ((1, sheet.columns), rows),
        };
        let (right, bottom) = (columns.1.min(sheet.columns), rows.1.min(sheet.rows));
        let is_there = columns.0 <= right && rows.0 <= bottom;
        is_there.then(|| Self {
            sheet_id: sheet.sheet_id.clone(),
            left: columns.0,
            top: rows.0,
            columns: right - columns.0 + 1,
            rows: bottom - rows.0 + 1,
        })
    }

    /// As the platform takes it: with the id of the sheet and both ends, also of a single cell.
    pub(super) fn wire(&self) -> String {
        let (right, bottom) = (self.left + self.columns - 1, self.top + self.rows - 1);
        let (left, top) = (letters(self.left), self.top);
        format!("{}!{left}{top}:{}{bottom}", self.sheet_id, letters(right))
    }

    /// As its user calls it.
    pub(super) fn range(&self, title: &str) -> Range {
        let first = CellAddress::at(self.left, self.top);
        let last = CellAddress::at(self.left + self.columns - 1, self.top + self.rows - 1);
        Range::between(first, last).on_sheet(title)
    }

    pub(super) fn cells(&self) -> u64 {
        u64::from(self.rows) * u64::from(self.columns)
    }

    /// The pieces of a size, row by row of them.
    pub(super) fn pieces(&self, rows: u32, columns: u32) -> Vec<Self> {
        let mut pieces = Vec::new();
        let mut top = 0;
        while top < self.rows {
            let mut left = 0;
            while left < self.columns {
                pieces.push(Self {
                    sheet_id: self.sheet_id.clone(),
                    left: self.left + left,
                    top: self.top + top,
                    columns: columns.min(self.columns - left),
                    rows: rows.min(self.rows - top),
                });
                left += columns;
            }
            top += rows;
        }
        pieces
    }

    /// Two halves of it, of the rows if there are several; `None` of a single cell.
    pub(super) fn halves(&self) -> Option<Vec<Self>> {
        match (self.rows, self.columns) {
            (1, 1) => None,
            (1, columns) => Some(self.pieces(1, columns.div_ceil(2))),
            (rows, columns) => Some(self.pieces(rows.div_ceil(2), columns)),
        }
    }

    /// The area of a range that the platform names.
    pub(super) fn of_wire(range: &str) -> Option<Self> {
        let range: Range = range.parse().ok()?;
        let (first, last) = (range.first(), range.last()?);
        Some(Self {
            sheet_id: range.sheet_name()?.to_owned(),
            left: first.column(),
            top: first.row(),
            columns: last.column() - first.column() + 1,
            rows: last.row() - first.row() + 1,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_cover_each_cell_once() {
        let area = Area { sheet_id: "q7".to_owned(), left: 27, top: 2, columns: 250, rows: 12_000 };
        let pieces = area.pieces(MAX_ROWS, MAX_COLUMNS);
        assert_eq!(pieces.len(), 9);
        assert_eq!(pieces.iter().map(Area::cells).sum::<u64>(), area.cells());
        assert_eq!(pieces[0].wire(), "q7!AA2:DV5001");
        assert_eq!(pieces[8].wire(), "q7!HS10002:JP12001");
        assert_eq!(Area::of_wire(&pieces[8].wire()).as_ref(), Some(&pieces[8]));
        let halves = pieces[8].halves().expect("several cells");
        assert_eq!(halves.iter().map(|it| it.rows).collect::<Vec<_>>(), [1000, 1000]);
    }
}
