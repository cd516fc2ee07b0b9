//! Tables of what was in their rows.

use pulldown_cmark::Alignment;

use crate::block::Block;
use crate::v1::Align;

/// A cell as it was read.
#[derive(Clone, Debug, Default)]
pub(super) struct Cell {
    pub(super) blocks: Vec<Block>,
    pub(super) is_header: bool,
    /// Rows and columns that it covers; 0 is 1.
    pub(super) rows: usize,
    pub(super) columns: usize,
}

/// How many rows or columns a cell of HTML may cover.
pub(super) const MAX_SPAN: usize = 2000;

/// A table of GFM: the first row is its header. Its texts, if there is no `room` for the cells that hold
/// nothing.
pub(super) fn pipes(
    aligns: &[Alignment],
    mut rows: Vec<Vec<Cell>>,
    room: &mut usize,
) -> Result<Block, Vec<Block>> {
    if !takes(room, &rows, rows.len() * aligns.len()) {
        return Err(texts(rows));
    }
    if let Some(header) = rows.first_mut() {
        header.resize_with(aligns.len(), Cell::default);
    }
    let align = |column: usize| match aligns.get(column) {
        Some(Alignment::Left) => Some(Align::Left),
        Some(Alignment::Center) => Some(Align::Center),
        Some(Alignment::Right) => Some(Align::Right),
        _ => None,
    };
    let cell = |(column, cell): (usize, Cell)| {
        let blocks = cell.blocks.into_iter();
        blocks.map(|it| align(column).map_or(it.clone(), |align| it.align(align))).collect()
    };
    let row = |row: Vec<Cell>| row.into_iter().enumerate().map(cell).collect();
    Ok(Block::table_of(rows.into_iter().map(row).collect()))
}

/// Takes the cells of a table of that size that hold nothing, if there is room for them.
fn takes(room: &mut usize, rows: &[Vec<Cell>], size: usize) -> bool {
    let held = rows.iter().flatten().filter(|it| !it.blocks.is_empty()).count();
    let left = room.checked_sub(size.saturating_sub(held));
    left.map(|left| *room = left).is_some()
}

fn texts(rows: Vec<Vec<Cell>>) -> Vec<Block> {
    rows.into_iter().flatten().flat_map(|it| it.blocks).collect()
}

/// A table of HTML, whose cells may cover others. Its texts, if there is no `room` for the cells that hold
/// nothing.
pub(super) fn html(rows: Vec<Vec<Cell>>, room: &mut usize) -> Result<Block, Vec<Block>> {
    let has_header =
        rows.first().is_some_and(|row| !row.is_empty() && row.iter().all(|it| it.is_header));
    let count: usize = rows.iter().map(Vec::len).sum();
    let Some(Layout { places, width }) = Layout::of(&rows, count + *room) else {
        return Err(texts(rows));
    };
    if !takes(room, &rows, rows.len() * width) {
        return Err(texts(rows));
    }
    let mut filled: Vec<Vec<Vec<Block>>> = Vec::with_capacity(rows.len());
    let mut merged = Vec::new();
    for (at, (row, places)) in rows.into_iter().zip(places).enumerate() {
        let mut cells = Vec::new();
        for (cell, Place { column, high, wide }) in row.into_iter().zip(places) {
            cells.resize_with(column, Vec::new);
            cells.push(cell.blocks);
            if high > 1 || wide > 1 {
                merged.push((at, column, high, wide));
            }
        }
        filled.push(cells);
    }
    if let Some(first) = filled.first_mut() {
        first.resize_with(width, Vec::new);
    }
    let table = Block::table_of(filled).header_row(has_header);
    Ok(merged.into_iter().fold(table, |table, (row, column, rows, columns)| {
        table.merge_cells(row, column, rows, columns)
    }))
}

/// Where a cell is, and what it covers.
struct Place {
    column: usize,
    high: usize,
    wide: usize,
}

/// Where the cells of a table are.
struct Layout {
    places: Vec<Vec<Place>>,
    width: usize,
}

impl Layout {
    /// As browsers do it, but no cell covers what another one does. `None` if it has more than `most` cells.
    fn of(rows: &[Vec<Cell>], most: usize) -> Option<Self> {
        let mut covered: Vec<Vec<bool>> = vec![Vec::new(); rows.len()];
        let (mut places, mut used) = (Vec::with_capacity(rows.len()), 0);
        for (at, row) in rows.iter().enumerate() {
            let mut column = 0;
            let mut row_places = Vec::with_capacity(row.len());
            for cell in row {
                while covered[at].get(column) == Some(&true) {
                    column += 1;
                }
                let wanted = cell.columns.clamp(1, MAX_SPAN);
                let mut others = covered[at].iter().skip(column).take(wanted);
                let wide = others.position(|it| *it).unwrap_or(wanted);
                let high = cell.rows.clamp(1, rows.len() - at);
                for below in &mut covered[at..at + high] {
                    if below.len() < column + wide {
                        used += column + wide - below.len();
                        if used > most {
                            return None;
                        }
                        below.resize(column + wide, false);
                    }
                    below[column..column + wide].fill(true);
                }
                row_places.push(Place { column, high, wide });
                column += wide;
            }
            places.push(row_places);
        }
        let width = covered.iter().map(Vec::len).max().unwrap_or(0);
        Some(Self { places, width })
    }
}

/// Sets what a comment says about a table.
pub(super) fn apply(table: &mut Block, about: &Block) {
    let Some(about) = about.table_property() else { return };
    if let Some(property) = table.table_property_mut() {
        property.header_row = about.header_row.or(property.header_row);
        property.header_column = about.header_column.or(property.header_column);
    }
}
