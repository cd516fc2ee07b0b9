//! The calls of a write: as few as the limits allow.

use std::collections::VecDeque;

use super::area::{Area, MAX_COLUMNS, MAX_ROWS};
use super::check::MAX_MENTIONS;
use super::sheets::SheetInfo;
use crate::cell::Cell;
use crate::v2::MajorDimension;

/// Bytes of the cells of a call. The platform states no limit; what is larger takes it long.
const MAX_BYTES: usize = 4 << 20;
/// Ranges of a call.
const MAX_PIECES: usize = 100;

/// A call, or what is left of it.
#[derive(Debug)]
pub(super) enum Step {
    /// Rows or columns at the end of a sheet.
    Grow {
        sheet_id: String,
        dimension: MajorDimension,
        length: u32,
        /// How many of them there are then.
        until: u32,
        /// Whether they may be there already.
        is_uncertain: bool,
    },
    /// Cells over what is there.
    Put { pieces: Vec<Piece> },
    /// Rows below what is there.
    Append {
        /// Where the table begins, as long as these rows.
        area: Area,
        title: String,
        rows: Vec<Vec<Cell>>,
        /// How many rows the sheet has before that, if nobody else writes.
        sheet_rows: u32,
        /// Whether they may be there already.
        is_uncertain: bool,
    },
}

/// A rectangle of cells.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) area: Area,
    pub(super) rows: Vec<Vec<Cell>>,
    /// Whether its rows end here.
    pub(super) is_last: bool,
    load: Load,
}

/// What counts in a call.
#[derive(Clone, Copy, Debug, Default)]
struct Load {
    rows: usize,
    bytes: usize,
    mentions: usize,
}

impl Load {
    fn of(cells: &[Cell]) -> Self {
        let bytes = cells.iter().map(bytes).sum();
        Self { rows: 1, bytes, mentions: cells.iter().map(Cell::mentions).sum() }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            rows: self.rows + other.rows,
            bytes: self.bytes + other.bytes,
            mentions: self.mentions + other.mentions,
        }
    }

    fn fits(self) -> bool {
        self.rows <= MAX_ROWS as usize && self.bytes <= MAX_BYTES && self.mentions <= MAX_MENTIONS
    }
}

/// About how many bytes a cell has in a call.
fn bytes(cell: &Cell) -> usize {
    match cell {
        Cell::Empty | Cell::Bool(_) => 6,
        Cell::Number(_) => 12,
        Cell::Text(text) => text.len() + 3,
        cell => cell.to_json().to_string().len() + 1,
    }
}

/// Takes rows, one call after the other.
fn chunks(rows: Vec<Vec<Cell>>) -> impl Iterator<Item = Vec<Vec<Cell>>> {
    let mut rest: VecDeque<Vec<Cell>> = rows.into();
    std::iter::from_fn(move || {
        let mut chunk = Vec::new();
        let mut load = Load::default();
        while let Some(row) = rest.front() {
            load = load.plus(Load::of(row));
            if !load.fits() && !chunk.is_empty() {
                break;
            }
            chunk.extend(rest.pop_front());
        }
        (!chunk.is_empty()).then_some(chunk)
    })
}

/// The pieces of rows that go over an area.
pub(super) fn pieces(area: &Area, rows: Vec<Vec<Cell>>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut top = area.top;
    for mut chunk in chunks(rows) {
        let whole = Area { top, rows: chunk.len() as u32, ..area.clone() };
        let areas = whole.pieces(MAX_ROWS, MAX_COLUMNS);
        let last = areas.len() - 1;
        for (index, area) in areas.into_iter().enumerate() {
            let rows: Vec<Vec<Cell>> = match index == last {
                true => std::mem::take(&mut chunk),
                false => {
                    let wide = area.columns as usize;
                    chunk.iter_mut().map(|row| row.drain(..wide).collect()).collect()
                }
            };
            let load = rows.iter().map(|it| Load::of(it)).fold(Load::default(), Load::plus);
            pieces.push(Piece { area, rows, is_last: index == last, load });
        }
        top += whole.rows;
    }
    pieces
}

/// Puts pieces into calls, in their order.
pub(super) fn puts(pieces: Vec<Piece>) -> Vec<Step> {
    let mut calls: Vec<(Load, Vec<Piece>)> = Vec::new();
    for piece in pieces {
        match calls.last_mut() {
            Some((load, open)) if load.plus(piece.load).fits() && open.len() < MAX_PIECES => {
                *load = load.plus(piece.load);
                open.push(piece);
            }
            _ => calls.push((piece.load, vec![piece])),
        }
    }
    calls.into_iter().map(|(_, pieces)| Step::Put { pieces }).collect()
}

/// The calls that append rows to a sheet.
pub(super) fn appends(area: &Area, sheet: &SheetInfo, rows: Vec<Vec<Cell>>) -> Vec<Step> {
    let mut sheet_rows = sheet.rows;
    let step = |rows: Vec<Vec<Cell>>| {
        let area = Area { rows: rows.len() as u32, ..area.clone() };
        let before = sheet_rows;
        sheet_rows += area.rows;
        let title = sheet.title.clone();
        Step::Append { area, title, rows, sheet_rows: before, is_uncertain: false }
    };
    chunks(rows).map(step).collect()
}

/// The calls that make room.
pub(super) fn grow(
    sheet_id: &str,
    dimension: MajorDimension,
    mut there: u32,
    wanted: u32,
) -> Vec<Step> {
    let mut steps = Vec::new();
    while there < wanted {
        let length = (wanted - there).min(MAX_ROWS);
        there += length;
        let (sheet_id, dimension) = (sheet_id.to_owned(), dimension.clone());
        let until = there;
        steps.push(Step::Grow { sheet_id, dimension, length, until, is_uncertain: false });
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(columns: u32, rows: u32) -> Area {
        Area { sheet_id: "q7".to_owned(), left: 1, top: 1, columns, rows }
    }

    fn calls(columns: u32, rows: u32, cell: &Cell) -> Vec<Vec<String>> {
        let values = vec![vec![cell.clone(); columns as usize]; rows as usize];
        let steps = puts(pieces(&area(columns, rows), values));
        let pieces = |step: &Step| match step {
            Step::Put { pieces } => pieces.iter().map(|it| it.area.wire()).collect(),
            _ => Vec::new(),
        };
        steps.iter().map(pieces).collect()
    }

    #[test]
    fn a_range_is_split_where_the_limits_are() {
        let number = Cell::from(1.0);
        assert_eq!(calls(2, 12_000, &number).len(), 3);
        assert_eq!(calls(250, 1000, &number), [["q7!A1:CV1000", "q7!CW1:GR1000", "q7!GS1:IP1000"]]);
        let wide = calls(101, 5000, &number);
        assert_eq!(wide[0], ["q7!A1:CV3460"]);
        assert_eq!(wide[1], ["q7!CW1:CW3460", "q7!A3461:CV5000"]);
        assert_eq!(wide[2], ["q7!CW3461:CW5000"]);
        let mention = Cell::from(crate::cell::Mention::open_id("ou_1"));
        assert_eq!(calls(2, 60, &mention).len(), 3);
        let long = Cell::from("x".repeat(40_000));
        assert_eq!(calls(1, 1000, &long).len(), 10);
    }

    #[test]
    fn small_ranges_share_a_call() {
        let pieces: Vec<Piece> =
            (0..250).flat_map(|_| pieces(&area(1, 1), vec![vec![Cell::from(1.0)]])).collect();
        assert_eq!(puts(pieces).len(), 3);
    }
}
