//! Formats of numbers and dates.

use super::area::{MAX_COLUMNS, MAX_ROWS};
use super::{Selection, SheetError};
use crate::v2::{AppendStyle, CellStyle, spreadsheet_style};

impl Selection {
    /// Sets how numbers look: `yyyy/MM/dd` and `yyyy/MM/dd HH:mm` make dates of them, `0.00%` and `#,##0.00`
    /// are other formats, `@` is plain text. Cells beyond the end of the sheet get none.
    ///
    /// # Errors
    /// See [`SheetError`].
    pub async fn number_format(&self, format: impl Into<String>) -> Result<(), SheetError> {
        let format = format.into();
        let range = self.range.clone()?;
        let Some((area, _)) = self.book.locate(&range).await? else { return Ok(()) };
        for piece in area.pieces(MAX_ROWS, MAX_COLUMNS) {
            let style = CellStyle::new().formatter(&format);
            let style = AppendStyle::new().range(piece.wire()).style(style);
            let request = spreadsheet_style::update(self.book.token()).append_style(style);
            self.book.client.send(request).await?;
        }
        Ok(())
    }
}
