//! The limits of calls, with the codes that the platform has for them.

use serde_json::Value;

use crate::http::{ErrorCode, Rejection, codes};

pub(super) const INVALID: ErrorCode = codes::code(400, 1_770_001, "invalid param");
pub(super) const NOT_FOUND: ErrorCode = codes::code(404, 1_770_002, "not found");
pub(super) const INVALID_RELATION: ErrorCode = codes::code(400, 1_770_006, "schema mismatch");
pub(super) const TABLE_COLUMNS: ErrorCode = codes::code(400, 1_770_010, "too many table columns");
pub(super) const TABLE_CELLS: ErrorCode = codes::code(400, 1_770_011, "too many table cells");
pub(super) const RELATION_MISMATCH: ErrorCode = codes::code(400, 1_770_013, "relation mismatch");
pub(super) const WRONG_PARENT: ErrorCode =
    codes::code(400, 1_770_014, "parent children relation mismatch");
pub(super) const RESOURCES: ErrorCode = codes::code(400, 1_770_035, "resource count exceed limit");

/// How many blocks of a kind a call may create.
const PER_CALL: [(&str, usize); 6] =
    [("image", 20), ("isv", 20), ("sheet", 5), ("bitable", 5), ("file", 200), ("chat_card", 200)];

/// Rows and columns of a table that comes without its cells.
const BARE_TABLE: i64 = 9;
/// Columns and cells of a table that comes with them.
const COLUMNS: i64 = 100;
const CELLS: i64 = 2000;

/// Counts what a call creates.
pub(super) fn check_resources<'a>(
    members: impl Iterator<Item = &'a str> + Clone,
) -> Result<(), Rejection> {
    for (kind, limit) in PER_CALL {
        let count = members.clone().filter(|it| *it == kind).count();
        if count > limit {
            return Err(
                RESOURCES.because(format!("{count} blocks of kind {kind}, the limit is {limit}"))
            );
        }
    }
    Ok(())
}

/// Rows and columns of a table.
pub(super) fn size(table: &Value) -> Result<(usize, usize), Rejection> {
    let property = &table["property"];
    let side = |name: &str| property[name].as_i64().filter(|it| *it > 0);
    let (Some(rows), Some(columns)) = (side("row_size"), side("column_size")) else {
        return Err(INVALID.because("a table needs row_size and column_size"));
    };
    if columns > COLUMNS {
        return Err(Rejection::of(TABLE_COLUMNS));
    }
    if rows.saturating_mul(columns) > CELLS {
        return Err(Rejection::of(TABLE_CELLS));
    }
    Ok((rows as usize, columns as usize))
}

/// The same for a table that comes without its cells.
pub(super) fn bare_size(table: &Value) -> Result<(usize, usize), Rejection> {
    let (rows, columns) = size(table)?;
    match () {
        () if columns as i64 > BARE_TABLE => Err(Rejection::of(TABLE_COLUMNS)),
        () if rows as i64 > BARE_TABLE => Err(Rejection::of(TABLE_CELLS)),
        () => Ok((rows, columns)),
    }
}

/// The columns of a grid.
pub(super) fn grid_size(grid: &Value) -> Result<usize, Rejection> {
    match grid["column_size"].as_i64() {
        Some(size @ 2..=5) => Ok(size as usize),
        _ => Err(INVALID.because("a grid has 2 to 5 columns")),
    }
}
