//! Cells of a spreadsheet, and what one does with them.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::area::Area;
use super::rows::{Header, Table, read_rows};
use super::write::Mode;
use super::{SheetError, Spreadsheet, Write};
use crate::a1::{Range, RangeError};
use crate::cell::Cell;
use crate::v2::{DateTimeRenderOption, ValueRenderOption};

/// Cells of a spreadsheet, by their range.
#[derive(Clone, Debug)]
#[must_use = "nothing is read or written until one of its methods is awaited"]
pub struct Selection {
    pub(super) book: Spreadsheet,
    pub(super) range: Result<Range, RangeError>,
    pub(super) render: Render,
}

/// How cells are read.
#[derive(Clone, Debug)]
pub(super) struct Render {
    pub(super) values: ValueRenderOption,
    pub(super) dates: Option<DateTimeRenderOption>,
}

impl Default for Render {
    fn default() -> Self {
        Self { values: ValueRenderOption::UnformattedValue, dates: None }
    }
}

impl Selection {
    pub(super) fn new(book: Spreadsheet, range: Result<Range, RangeError>) -> Self {
        Self { book, range, render: Render::default() }
    }

    /// How cells are read. Default `UnformattedValue`: formulas come as what they yield, numbers as numbers.
    /// With `FormattedValue` a number is the text that people see, such as `27.5%`; with `Formula` a formula
    /// is [`Cell::Formula`].
    pub fn value_render(mut self, option: impl Into<ValueRenderOption>) -> Self {
        self.render.values = option.into();
        self
    }

    /// How dates are read. Default: as numbers, [`SerialDate`](crate::cell::SerialDate). With
    /// `FormattedString` they are texts in the format of their cells.
    pub fn date_time_render(mut self, option: impl Into<DateTimeRenderOption>) -> Self {
        self.render.dates = Some(option.into());
        self
    }

    /// Reads rows by the names in the first row of the range: of structs the fields, of maps the keys.
    ///
    /// Names are the texts of the header without spaces around them. Columns that the type does not have are
    /// left out; empty rows too. A field may be any of
    ///
    /// - a number, also of a text that is one, a `String` of any text or number, a `bool`,
    /// - an `Option`, which is `None` of an empty cell,
    /// - [`SerialDate`](crate::cell::SerialDate), an enum of texts, a `Vec` of the options of a drop-down list,
    /// - [`Cell`], which takes everything.
    ///
    /// # Errors
    /// [`SheetError::Column`] if the header lacks a column that the type needs, [`SheetError::Cell`] if a
    /// value does not fit: it names the cell, what is wanted and what is there.
    pub async fn rows<T: DeserializeOwned>(&self) -> Result<Vec<T>, SheetError> {
        Ok(self.numbered_rows().await?.into_iter().map(|(_, row)| row).collect())
    }

    /// The same with the number of each row in its sheet, to write back to.
    ///
    /// # Errors
    /// As [`rows`](Self::rows).
    pub async fn numbered_rows<T: DeserializeOwned>(&self) -> Result<Vec<(u32, T)>, SheetError> {
        let Some(read) = self.read().await? else { return Ok(Vec::new()) };
        let Some((first, rest)) = read.rows.split_first() else { return Ok(Vec::new()) };
        let header = Header::of(first, &read.area, &read.title);
        let area = Area { top: read.area.top + 1, ..read.area };
        read_rows(rest, &area, &read.title, Some(&header))
    }

    /// Reads rows by position, the first one included: into tuples, lists, or structs by the order of their
    /// fields. Empty rows are left out.
    ///
    /// # Errors
    /// [`SheetError::Cell`] if a value does not fit, or is behind the last one of a tuple.
    pub async fn rows_by_position<T: DeserializeOwned>(&self) -> Result<Vec<T>, SheetError> {
        let Some(read) = self.read().await? else { return Ok(Vec::new()) };
        let rows = read_rows(&read.rows, &read.area, &read.title, None)?;
        Ok(rows.into_iter().map(|(_, row)| row).collect())
    }

    /// Reads cells: a list for each row, all of the same length. Empty rows at the end are left out.
    ///
    /// # Errors
    /// See [`SheetError`].
    pub async fn cells(&self) -> Result<Vec<Vec<Cell>>, SheetError> {
        Ok(self.read().await?.map(|it| it.rows).unwrap_or_default())
    }

    /// Writes rows over what is there, from the first cell of the range on. Rows of structs and maps come
    /// with a header, their names; those of tuples and lists without one.
    ///
    /// A range of a single cell, of a whole sheet, or with an open end is as long as the rows are, and the
    /// sheet grows for them. Of any other, rows that do not fit are refused.
    pub fn write<T: Serialize>(self, rows: impl IntoIterator<Item = T>) -> Write {
        Write::new(self.book).part(self.range, Table::of(rows), Mode::Write)
    }

    /// Writes rows below the data of the range, in its columns. Rows of structs and maps are put under the
    /// names in the first row of the range, or come with a header if that is empty; those of tuples and lists
    /// are written as they are.
    ///
    /// Rows are inserted, so that nothing below is overwritten; see [`Write::overwrite`]. Several programs may
    /// append at once.
    pub fn append<T: Serialize>(self, rows: impl IntoIterator<Item = T>) -> Write {
        Write::new(self.book).part(self.range, Table::of(rows), Mode::Append)
    }
}
