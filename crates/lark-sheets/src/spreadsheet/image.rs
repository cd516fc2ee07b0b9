//! Images in cells.

use super::{CellError, Selection, SheetError};
use crate::spreadsheet::area::Area;
use crate::v2;

/// The ends of names that the platform takes, in any case.
const KINDS: [&str; 10] =
    ["png", "jpeg", "jpg", "gif", "bmp", "jfif", "exif", "tiff", "bpg", "heic"];

impl Selection {
    /// Puts an image into a cell; the range is that cell. The name ends like those of images: PNG, JPEG, JPG,
    /// GIF, BMP, JFIF, EXIF, TIFF, BPG or HEIC.
    ///
    /// # Errors
    /// See [`SheetError`].
    pub async fn write_image(
        &self,
        name: impl Into<String>,
        content: impl AsRef<[u8]>,
    ) -> Result<(), SheetError> {
        let range = self.range.clone()?;
        let (name, content) = (name.into(), content.as_ref());
        let unfit = |wanted: &str, found: String| {
            let place = range.to_string();
            SheetError::from(CellError { place, column: None, wanted: wanted.to_owned(), found })
        };
        let (first, last) = (range.first(), range.last());
        if last != Some(first) {
            return Err(unfit("a single cell for an image", "a range".to_owned()));
        }
        let kind = name.rsplit_once('.').map(|it| it.1.to_ascii_lowercase()).unwrap_or_default();
        if !KINDS.contains(&kind.as_str()) {
            return Err(unfit(
                "a name that ends like those of images, such as .png",
                format!("{name:?}"),
            ));
        }
        if content.is_empty() {
            return Err(unfit("the content of an image", "no bytes".to_owned()));
        }
        let sheet = self.book.sheet_of(&range, Some((first.column(), first.row()))).await?;
        let (left, top) = (first.column(), first.row());
        let area = Area { sheet_id: sheet.sheet_id, left, top, columns: 1, rows: 1 };
        let request = v2::spreadsheet_values::image(self.book.token())
            .range(area.wire())
            .image(content.iter().map(|it| i64::from(*it)))
            .name(name);
        self.book.client.send(request).await?;
        Ok(())
    }
}
