//! What the platform takes: which blocks in which, and which of them anybody may create.

use super::{Block, BlockError, Kind};

/// Columns of a table that is created with its cells.
const MAX_COLUMNS: usize = 100;
/// Columns of a grid.
const MIN_GRID_COLUMNS: usize = 2;
const MAX_GRID_COLUMNS: usize = 5;
/// Characters of a text in an error.
const SHOWN: usize = 40;

/// Whether a block of one kind may be in one of another.
pub(crate) fn fits(parent: Kind, child: Kind) -> bool {
    let is_heading = (Kind::Heading1.as_i64()..=Kind::Heading9.as_i64()).contains(&child.as_i64());
    match (parent, child) {
        (Kind::Table, it) => it == Kind::TableCell,
        (Kind::Grid, it) => it == Kind::GridColumn,
        (_, Kind::TableCell | Kind::GridColumn) => false,
        (Kind::TableCell, it) => {
            !matches!(it, Kind::Table | Kind::Sheet | Kind::Bitable | Kind::Okr)
        }
        (Kind::GridColumn, it) => !matches!(it, Kind::Grid | Kind::Bitable | Kind::Okr),
        (Kind::Callout, it) => {
            is_heading
                || matches!(it, Kind::Text | Kind::Bullet | Kind::Ordered | Kind::Todo | Kind::Task)
                || matches!(it, Kind::Quote | Kind::QuoteContainer)
        }
        (parent, _) => !matches!(
            parent,
            Kind::Divider | Kind::Image | Kind::Code | Kind::Iframe | Kind::File | Kind::Sheet
        ),
    }
}

/// Whether anybody may create blocks of a kind. Those of other kinds come from the editor only.
pub(crate) fn is_creatable(kind: Kind) -> bool {
    let is_heading = (Kind::Heading1.as_i64()..=Kind::Heading9.as_i64()).contains(&kind.as_i64());
    is_heading
        || matches!(kind, Kind::Text | Kind::Bullet | Kind::Ordered | Kind::Todo | Kind::Code)
        || matches!(kind, Kind::Quote | Kind::QuoteContainer | Kind::Callout | Kind::Divider)
        || matches!(kind, Kind::Grid | Kind::GridColumn | Kind::Table | Kind::TableCell)
        || matches!(kind, Kind::Image | Kind::Iframe | Kind::ChatCard | Kind::Isv | Kind::AddOns)
        || matches!(kind, Kind::WikiCatalog | Kind::SubPageList | Kind::LinkPreview)
}

/// Whether the platform would take a block, with everything in it, in one of kind `parent`.
///
/// # Errors
/// What it would not take, and where.
pub(crate) fn check(parent: Kind, block: &Block) -> Result<(), BlockError> {
    let kind = block.kind();
    if !fits(parent, kind) {
        let text = block.plain_text().chars().take(SHOWN).collect();
        return Err(BlockError::WrongParent { parent, child: kind, text });
    }
    if !is_creatable(kind) {
        return Err(BlockError::NotCreatable { kind });
    }
    let limit = |what, count, limit| match count > limit {
        true => Err(BlockError::TooMany { what, count, limit }),
        false => Ok(()),
    };
    let least = |what, count, least| match count < least {
        true => Err(BlockError::TooFew { what, count, least }),
        false => Ok(()),
    };
    match kind {
        Kind::Table => {
            let columns = block.table_property().and_then(|it| it.column_size).unwrap_or(0);
            let columns = usize::try_from(columns).unwrap_or(0);
            limit("columns of a table", columns, MAX_COLUMNS)?;
            least("cells of a table", block.children().len().min(columns), 1)?;
            merges(block)?;
        }
        Kind::Grid => {
            limit("columns of a grid", block.children().len(), MAX_GRID_COLUMNS)?;
            least("columns of a grid", block.children().len(), MIN_GRID_COLUMNS)?;
        }
        _ => {}
    }
    block.children().iter().try_for_each(|child| check(kind, child))
}

/// Cells of a table that are one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Merge {
    pub(crate) row: usize,
    pub(crate) column: usize,
    pub(crate) rows: usize,
    pub(crate) columns: usize,
}

/// The cells of a table that are merged. What a cell says that another one covers does not count.
///
/// # Errors
/// They reach beyond the table, or into each other.
pub(crate) fn merges(table: &Block) -> Result<Vec<Merge>, BlockError> {
    let (property, cells) = (table.table_property(), table.children().len());
    let width = property.and_then(|it| it.column_size).and_then(|it| usize::try_from(it).ok());
    let width = width.unwrap_or(1).max(1);
    let infos = property.and_then(|it| it.merge_info.as_deref()).unwrap_or_default();
    let height = cells / width;
    let mut covered = vec![false; cells];
    let mut merges = Vec::new();
    for (at, info) in infos.iter().enumerate() {
        let wrong = BlockError::WrongMerge { rows: height, columns: width };
        let size = |it: Option<i64>| usize::try_from(it.unwrap_or(1)).unwrap_or(1).max(1);
        let (rows, columns) = (size(info.row_span), size(info.col_span));
        let (row, column) = (at / width, at % width);
        if at >= cells {
            return Err(wrong);
        }
        if covered[at] || (rows, columns) == (1, 1) {
            continue;
        }
        let (bottom, right) = (row.saturating_add(rows), column.saturating_add(columns));
        if bottom > height || right > width {
            return Err(wrong);
        }
        for row in row..bottom {
            let cells = &mut covered[row * width + column..row * width + right];
            if cells.contains(&true) {
                return Err(wrong);
            }
            cells.fill(true);
        }
        merges.push(Merge { row, column, rows, columns });
    }
    Ok(merges)
}
