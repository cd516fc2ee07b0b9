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

/// A table of GFM: the first row is its header.
pub(super) fn pipes(aligns: &[Alignment], rows: Vec<Vec<Cell>>) -> Block {
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
    Block::table_of(rows.into_iter().map(row).collect())
}

/// A table of HTML, whose cells may cover others.
pub(super) fn html(rows: Vec<Vec<Cell>>) -> Block {
    let has_header =
        rows.first().is_some_and(|row| !row.is_empty() && row.iter().all(|it| it.is_header));
    let height = rows.len();
    let mut places: Vec<Vec<Option<Vec<Block>>>> = vec![Vec::new(); height];
    let mut merged = Vec::new();
    for (at, row) in rows.into_iter().enumerate() {
        let mut column = 0;
        for cell in row {
            while places[at].get(column).is_some_and(Option::is_some) {
                column += 1;
            }
            let high = cell.rows.clamp(1, height - at);
            let wide = cell.columns.clamp(1, MAX_SPAN);
            for covered in &mut places[at..at + high] {
                if covered.len() < column + wide {
                    covered.resize(column + wide, None);
                }
                covered[column..column + wide].fill(Some(Vec::new()));
            }
            places[at][column] = Some(cell.blocks);
            if high > 1 || wide > 1 {
                merged.push((at, column, high, wide));
            }
            column += wide;
        }
    }
    let filled = |row: Vec<Option<Vec<Block>>>| row.into_iter().map(Option::unwrap_or_default);
    let rows = places.into_iter().map(|row| filled(row).collect()).collect();
    let table = Block::table_of(rows).header_row(has_header);
    merged.into_iter().fold(table, |table, (row, column, rows, columns)| {
        table.merge_cells(row, column, rows, columns)
    })
}

/// Sets what a comment says about a table.
pub(super) fn apply(table: &mut Block, about: &Block) {
    let Some(about) = about.table_property() else { return };
    if let Some(property) = table.table_property_mut() {
        property.header_row = about.header_row.or(property.header_row);
        property.header_column = about.header_column.or(property.header_column);
    }
}
