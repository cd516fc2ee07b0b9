//! Blocks that are there for the blocks in them.

use super::leaves::empty;
use super::{Block, Kind, RichText};
use crate::v1::{self, Callout, Grid, GridColumn, Table, TableMergeInfo, TableProperty};

impl Block {
    /// A quotation of any blocks.
    #[must_use]
    pub fn quote_container(children: impl IntoIterator<Item = Block>) -> Self {
        let fields = v1::Block::new().block_type(Kind::QuoteContainer).quote_container(empty());
        Self::from_fields(fields).with_children(children)
    }

    /// A callout: blocks in a box with a colour and an emoji. The platform takes text, headings,
    /// lists, to-dos, tasks and quotes in it.
    #[must_use]
    pub fn callout(callout: Callout, children: impl IntoIterator<Item = Block>) -> Self {
        let fields = v1::Block::new().block_type(Kind::Callout).callout(callout);
        Self::from_fields(fields).with_children(children)
    }

    /// Columns side by side, 2 to 5 of them, with the same width.
    #[must_use]
    pub fn grid<C: IntoIterator<Item = Block>>(columns: impl IntoIterator<Item = C>) -> Self {
        let columns: Vec<Block> = columns.into_iter().map(Self::grid_column).collect();
        let size = i64::try_from(columns.len()).unwrap_or(i64::MAX);
        let fields = v1::Block::new().block_type(Kind::Grid).grid(Grid::new().column_size(size));
        Self::from_fields(fields).with_children(columns)
    }

    fn grid_column(children: impl IntoIterator<Item = Block>) -> Self {
        let column = GridColumn::new();
        let fields = v1::Block::new().block_type(Kind::GridColumn).grid_column(column);
        Self::from_fields(fields).with_children(children)
    }

    /// A table of texts, whose first row is a header. Short rows are filled up.
    ///
    /// ```
    /// use lark_docx::block::Block;
    ///
    /// let table = Block::table([["Name", "Seconds"], ["build", "41"]]);
    /// assert_eq!(table.children().len(), 4);
    /// ```
    #[must_use]
    pub fn table<R, C>(rows: impl IntoIterator<Item = R>) -> Self
    where
        R: IntoIterator<Item = C>,
        C: Into<RichText>,
    {
        let row = |row: R| row.into_iter().map(|it| vec![Block::text(it)]).collect();
        Self::table_of(rows.into_iter().map(row).collect::<Vec<Vec<_>>>())
    }

    /// A table whose cells hold any blocks but tables, spreadsheets, Bases and OKRs. The first row
    /// is a header. Short rows are filled up.
    #[must_use]
    pub fn table_of(rows: Vec<Vec<Vec<Block>>>) -> Self {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let cells: Vec<Block> = rows
            .iter()
            .flat_map(|row| (0..columns).map(|at| row.get(at).cloned().unwrap_or_default()))
            .map(Self::table_cell)
            .collect();
        let size = |len: usize| i64::try_from(len).unwrap_or(i64::MAX);
        let property = TableProperty::new()
            .row_size(size(rows.len()))
            .column_size(size(columns))
            .header_row(true);
        let table = Table::new().property(property);
        Self::from_fields(v1::Block::new().block_type(Kind::Table).table(table))
            .with_children(cells)
    }

    /// The platform has a text in every cell.
    fn table_cell(mut children: Vec<Block>) -> Self {
        if children.is_empty() {
            children.push(Self::text(""));
        }
        let fields = v1::Block::new().block_type(Kind::TableCell).table_cell(empty());
        Self::from_fields(fields).with_children(children)
    }

    /// Whether the first row of a table is a header; without effect on other kinds.
    #[must_use]
    pub fn header_row(mut self, header_row: bool) -> Self {
        if let Some(property) = self.table_property_mut() {
            property.header_row = Some(header_row);
        }
        self
    }

    /// Merges a rectangle of cells of a table, whose content is that of its first cell. Rows and
    /// columns count from 0. What is not in the table is refused when it is written. Without effect on other
    /// kinds.
    #[must_use]
    pub fn merge_cells(mut self, row: usize, column: usize, rows: usize, columns: usize) -> Self {
        let count = self.children.len();
        let Some(property) = self.table_property_mut() else { return self };
        let width = usize::try_from(property.column_size.unwrap_or(0)).unwrap_or(0);
        let single = TableMergeInfo::new().row_span(1).col_span(1);
        let spans = property.merge_info.get_or_insert_with(|| vec![single.clone(); count]);
        let place = row.checked_mul(width).and_then(|it| it.checked_add(column));
        // Behind the last cell it is found when the table is written.
        let at = place.filter(|at| column < width && *at < count).unwrap_or(spans.len());
        if at == spans.len() {
            spans.push(single);
        }
        spans[at].row_span = i64::try_from(rows).ok();
        spans[at].col_span = i64::try_from(columns).ok();
        self
    }

    #[cfg(feature = "markdown")]
    pub(crate) fn table_property(&self) -> Option<&TableProperty> {
        self.fields.table.as_ref()?.property.as_ref()
    }

    pub(crate) fn table_property_mut(&mut self) -> Option<&mut TableProperty> {
        self.fields.table.as_mut()?.property.as_mut()
    }
}
