//! What the platform takes: which blocks in which, and which of them anybody may create.

use super::{Block, BlockError, Kind};

/// Columns of a table that is created with its cells.
const MAX_COLUMNS: usize = 100;
/// Columns of a grid.
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
    match kind {
        Kind::Table => {
            let columns = block.table_property().and_then(|it| it.column_size).unwrap_or(0);
            limit("columns of a table", usize::try_from(columns).unwrap_or(0), MAX_COLUMNS)?;
        }
        Kind::Grid => limit("columns of a grid", block.children().len(), MAX_GRID_COLUMNS)?,
        _ => {}
    }
    block.children().iter().try_for_each(|child| check(kind, child))
}
