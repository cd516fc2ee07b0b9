//! The values of a spreadsheet as rows of your own types.
//!
//! ```no_run
//! # async fn report(client: lark_core::Client) -> Result<(), Box<dyn std::error::Error>> {
//! use lark_sheets::cell::SerialDate;
//! use lark_sheets::spreadsheet::Spreadsheet;
//!
//! let book = Spreadsheet::new(&client, "Iow7sNNEphp3WbtnbCscPqabnef");
//! // The first row has the names, here of maps; a type that derives `Deserialize` works as well.
//! let orders: Vec<std::collections::HashMap<String, String>> = book.range("Orders").rows().await?;
//! // Without names, by position.
//! let sums: Vec<(String, f64)> = book.range("Sums!A2:B9").rows_by_position().await?;
//!
//! // Over what is there, from a cell on, and below what is there.
//! book.range("Log!A1").write([("started", 7)]).await?;
//! let today = SerialDate::from_ymd(2026, 11, 26)?;
//! let written = book.range("Log!A:C").append([("ended", 9, today)]).await?;
//! println!("{} rows, in {}", written.rows, written.ranges[0]);
//! # Ok(())
//! # }
//! ```
//!
//! A range names its sheet by the title or the id. Ranges of any size are read and written in as many calls
//! as the platform needs: 5,000 rows and 100 columns each, and answers of at most 10 MB.

mod area;
mod check;
mod error;
mod format;
mod image;
mod plan;
mod read;
mod rows;
mod run;
mod selection;
mod sheets;
mod write;

use std::sync::{Arc, Mutex};

use lark_core::__private::lock;
use lark_core::{Client, UserIdType};

use crate::a1::{Range, RangeError};
use crate::cell::Cell;
use crate::v3;

pub use self::error::{CellError, SheetError, WriteError};
pub use self::selection::Selection;
pub use self::sheets::SheetInfo;
pub use self::write::{Progress, Write, Written};

/// A spreadsheet. Copies of it share what they know of its sheets: titles, ids and sizes. They ask again
/// whenever a range may reach beyond what they know; call [`sheets`](Self::sheets) after others have renamed sheets.
#[derive(Clone, Debug)]
pub struct Spreadsheet {
    client: Client,
    token: String,
    user_id_type: UserIdType,
    /// The sheets, as of the last call that asked for them.
    known: Arc<Mutex<Arc<Vec<SheetInfo>>>>,
}

impl Spreadsheet {
    /// A spreadsheet by its token, as in its URL. Of one in a wiki, the URL has the token of the node:
    /// `wiki.v2.space.get_node` has the token of the spreadsheet (`obj_token`).
    #[must_use]
    pub fn new(client: &Client, token: impl Into<String>) -> Self {
        Self {
            client: client.clone(),
            token: token.into(),
            user_id_type: UserIdType::OpenId,
            known: Arc::default(),
        }
    }

    /// The kind of the ids of mentioned users that are read. Default `open_id`; the platform's own default
    /// is an id that no other call takes.
    #[must_use]
    pub fn user_id_type(mut self, user_id_type: impl Into<UserIdType>) -> Self {
        self.user_id_type = user_id_type.into();
        self
    }

    /// The token.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Its sheets, in the order of their tabs.
    ///
    /// # Errors
    /// See [`SheetError`].
    pub async fn sheets(&self) -> Result<Vec<SheetInfo>, SheetError> {
        let response = self.client.send(v3::spreadsheet_sheet::query(&self.token)).await?;
        let mut sheets = response.sheets;
        sheets.sort_by_key(|it| it.index);
        let sheets: Vec<SheetInfo> =
            sheets.into_iter().map(SheetInfo::of).collect::<Result<_, _>>()?;
        *lock(&self.known) = Arc::new(sheets.clone());
        Ok(sheets)
    }

    /// Cells of it, by [A1 notation](Range). A text that is no range becomes an error once it is awaited.
    pub fn range<R>(&self, range: R) -> Selection
    where
        R: TryInto<Range>,
        R::Error: Into<RangeError>,
    {
        Selection::new(self.clone(), range.try_into().map_err(Into::into))
    }

    /// Several writes in as few calls as possible: add each with [`Write::range`].
    pub fn batch(&self) -> Write {
        Write::new(self.clone())
    }

    /// Reads several ranges, in as few calls as possible, as [`Selection::cells`] reads one.
    ///
    /// # Errors
    /// See [`SheetError`].
    pub async fn batch_get<R>(
        &self,
        ranges: impl IntoIterator<Item = R>,
    ) -> Result<Vec<Vec<Vec<Cell>>>, SheetError>
    where
        R: TryInto<Range>,
        R::Error: Into<RangeError>,
    {
        let ranges: Result<Vec<Range>, RangeError> =
            ranges.into_iter().map(|it| it.try_into().map_err(Into::into)).collect();
        self.read_all(&ranges?).await
    }

    /// The sheet of a range. What was known before is taken if the range, down to a row and a column, is
    /// certainly within the sheet; otherwise the platform is asked, because sheets grow.
    async fn sheet_of(
        &self,
        range: &Range,
        corner: Option<(u32, u32)>,
    ) -> Result<SheetInfo, SheetError> {
        let known = Arc::clone(&*lock(&self.known));
        if let Some((column, row)) = corner
            && let Ok(sheet) = sheets::find(&known, range)
            && column <= sheet.columns
            && row <= sheet.rows
        {
            return Ok(sheet.clone());
        }
        let fresh = self.sheets().await?;
        sheets::find(&fresh, range).cloned()
    }
}
