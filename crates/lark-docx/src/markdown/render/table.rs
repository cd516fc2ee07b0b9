//! Tables: those of GFM, and HTML for cells that are merged or hold more than a line.

use crate::block::{Block, Kind};
use crate::v1::{self, Align, TableProperty};

use super::inline::Place;
use super::{Renderer, comment};

impl Renderer<'_> {
    pub(super) fn table(&self, block: &Block) -> String {
        let grid = Grid::of(block);
        if grid.columns == 0 {
            return self.embedded(block);
        }
        let property = block.table_property().cloned().unwrap_or_default();
        let table = if grid.is_simple() { self.pipes(&grid) } else { self.html(&grid, &property) };
        // GFM has a header in every table, and never one beside it.
        let differs = TableProperty {
            header_row: Some(false)
                .filter(|_| grid.is_simple() && property.header_row != Some(true)),
            header_column: property.header_column.filter(|it| *it),
            ..TableProperty::default()
        };
        if differs == TableProperty::default() {
            return table;
        }
        let about =
            v1::Block::new().block_type(Kind::Table).table(v1::Table::new().property(differs));
        format!("{}\n\n{table}", comment::about(&Block::from_fields(about)))
    }

    fn pipes(&self, grid: &Grid<'_>) -> String {
        let mut lines: Vec<String> = Vec::new();
        for row in grid.rows() {
            let cells = row.iter().map(|cell| self.line(cell));
            lines.push(format!("| {} |", cells.collect::<Vec<_>>().join(" | ")));
            if lines.len() == 1 {
                let marks = (0..grid.columns).map(|column| match grid.align(column) {
                    Some(Align::Left) => ":---",
                    Some(Align::Center) => ":---:",
                    Some(Align::Right) => "---:",
                    _ => "---",
                });
                lines.push(format!("| {} |", marks.collect::<Vec<_>>().join(" | ")));
            }
        }
        lines.join("\n")
    }

    /// A cell of a single text.
    fn line(&self, cell: &Block) -> String {
        let text = cell.children().first().map(|it| self.text(it, Place::Cell));
        text.unwrap_or_default()
    }

    /// Blank lines around the content, so that it is Markdown again.
    fn html(&self, grid: &Grid<'_>, property: &TableProperty) -> String {
        let mut out = String::from("<table>\n");
        for row in 0..grid.cells.len() / grid.columns {
            out.push_str("<tr>\n");
            for column in 0..grid.columns {
                let at = row * grid.columns + column;
                let Some((rows, columns)) = grid.spans[at] else { continue };
                let name = if row == 0 && property.header_row == Some(true) { "th" } else { "td" };
                out.push_str(&format!("<{name}"));
                if rows > 1 {
                    out.push_str(&format!(" rowspan=\"{rows}\""));
                }
                if columns > 1 {
                    out.push_str(&format!(" colspan=\"{columns}\""));
                }
                let content = self.blocks(&grid.content(row, column, rows, columns));
                match content.is_empty() {
                    true => out.push_str(&format!("></{name}>\n")),
                    false => out.push_str(&format!(">\n\n{content}\n\n</{name}>\n")),
                }
            }
            out.push_str("</tr>\n");
        }
        out + "</table>"
    }
}

/// The cells of a table by rows and columns.
struct Grid<'a> {
    cells: &'a [Block],
    columns: usize,
    /// Rows and columns that a cell covers; `None` for a cell that another one covers.
    spans: Vec<Option<(usize, usize)>>,
}

impl<'a> Grid<'a> {
    fn of(block: &'a Block) -> Self {
        let cells = block.children();
        let property = block.table_property();
        let columns = property.and_then(|it| it.column_size).unwrap_or(0);
        let columns = usize::try_from(columns).unwrap_or(0);
        // A list that is no rectangle is a single column, so that nothing of it is lost.
        let fits = columns > 0 && cells.len().is_multiple_of(columns);
        let columns = if fits { columns } else { usize::from(!cells.is_empty()) };
        let rows = cells.len().checked_div(columns).unwrap_or(0);
        let mut spans = vec![Some((1, 1)); cells.len()];
        let merged = property.and_then(|it| it.merge_info.as_deref()).unwrap_or_default();
        for (at, info) in merged.iter().enumerate().filter(|_| fits) {
            let size = |it: Option<i64>| usize::try_from(it.unwrap_or(1)).unwrap_or(1).max(1);
            let (row, column) = (at / columns, at % columns);
            if at >= cells.len() || spans[at].is_none() {
                continue;
            }
            let high = size(info.row_span).min(rows - row);
            let wide = size(info.col_span).min(columns - column);
            for row in row..row + high {
                for column in column..column + wide {
                    spans[row * columns + column] = None;
                }
            }
            spans[at] = Some((high, wide));
        }
        Self { cells, columns, spans }
    }

    fn rows(&self) -> impl Iterator<Item = &'a [Block]> {
        self.cells.chunks(self.columns)
    }

    /// What GFM can say: a text in each cell, and none merged.
    fn is_simple(&self) -> bool {
        let is_line = |cell: &Block| match cell.children() {
            [] => true,
            [text] => text.kind() == Kind::Text && text.children().is_empty(),
            _ => false,
        };
        self.spans.iter().all(|it| *it == Some((1, 1))) && self.cells.iter().all(is_line)
    }

    /// How all texts of a column are aligned.
    fn align(&self, column: usize) -> Option<Align> {
        let align = |row: &[Block]| {
            let text = row[column].children().first()?.rich_text()?;
            text.style.as_ref()?.align
        };
        let mut found = self.rows().map(align);
        let first = found.next()??;
        found.all(|it| it == Some(first)).then_some(first)
    }

    /// The content of a cell with that of the cells it covers, which the editor never shows.
    fn content(&self, row: usize, column: usize, rows: usize, columns: usize) -> Vec<Block> {
        let covered = (row..row + rows)
            .flat_map(|row| (column..column + columns).map(move |column| (row, column)));
        covered
            .flat_map(|(row, column)| self.cells[row * self.columns + column].children())
            .filter(|it| it.kind() != Kind::Text || !it.plain_text().is_empty())
            .cloned()
            .collect()
    }
}
