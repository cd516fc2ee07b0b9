//! The sheets of a spreadsheet, and which of them is meant.

use std::fmt;

use super::SheetError;
use crate::a1::Range;
use crate::v3;

/// What the platform calls a sheet of cells.
const CELLS: &str = "sheet";

/// A sheet of a spreadsheet.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SheetInfo {
    /// The id, which calls take.
    pub sheet_id: String,
    /// The title, which people see.
    pub title: String,
    /// What it is: `sheet`, or something embedded, such as `bitable`, which has no cells.
    pub resource_type: String,
    /// How many rows it has, empty ones included.
    pub rows: u32,
    /// How many columns it has, empty ones included.
    pub columns: u32,
    /// Whether it is hidden.
    pub hidden: bool,
}

impl SheetInfo {
    pub(super) fn of(sheet: v3::Sheet) -> Result<Self, SheetError> {
        let missing = |what: &str| SheetError::Response {
            reason: format!("the response has no {what} of a sheet"),
        };
        let resource_type = sheet.resource_type.unwrap_or_else(|| CELLS.to_owned());
        // What is embedded has none.
        let grid = sheet.grid_properties.unwrap_or_default();
        let count = |it: Option<i64>, name| match it.and_then(|it| u32::try_from(it).ok()) {
            Some(count) => Ok(count),
            None if resource_type == CELLS => Err(missing(name)),
            None => Ok(0),
        };
        let (rows, columns) =
            (count(grid.row_count, "row_count")?, count(grid.column_count, "column_count")?);
        Ok(Self {
            sheet_id: sheet.sheet_id.ok_or_else(|| missing("sheet_id"))?,
            title: sheet.title.ok_or_else(|| missing("title"))?,
            resource_type,
            rows,
            columns,
            hidden: sheet.hidden.unwrap_or(false),
        })
    }
}

impl fmt::Display for SheetInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} ({})", self.title, self.sheet_id)
    }
}

/// The sheet of a range: by title, then by id, or the only one with cells.
pub(super) fn find<'a>(
    sheets: &'a [SheetInfo],
    range: &Range,
) -> Result<&'a SheetInfo, SheetError> {
    let unknown = || SheetError::UnknownSheet {
        range: range.to_string(),
        sheets: sheets.iter().map(ToString::to_string).collect(),
    };
    let Some(name) = range.sheet_name() else {
        let mut with_cells = sheets.iter().filter(|it| it.resource_type == CELLS);
        return match (with_cells.next(), with_cells.next()) {
            (Some(only), None) => Ok(only),
            _ => Err(unknown()),
        };
    };
    let by_title = sheets.iter().find(|it| it.title == name);
    let sheet = by_title.or_else(|| sheets.iter().find(|it| it.sheet_id == name));
    let sheet = sheet.ok_or_else(unknown)?;
    match sheet.resource_type == CELLS {
        true => Ok(sheet),
        false => Err(SheetError::NoCells {
            sheet: sheet.to_string(),
            resource_type: sheet.resource_type.clone(),
        }),
    }
}
