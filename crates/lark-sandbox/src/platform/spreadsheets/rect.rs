//! Ranges of requests: `sheetId!A1:B2`, `sheetId!A:B`, `sheetId!A2:B`, `sheetId`.

use super::book::{Book, Sheet};
use super::limits::{SHEET_NOT_FOUND, WRONG_RANGE};
use crate::http::Rejection;

/// Cells of a sheet. Numbers count from 0, and the ends do not belong to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rect {
    /// The index of the sheet.
    pub(super) sheet: usize,
    pub(super) top: usize,
    pub(super) left: usize,
    pub(super) bottom: usize,
    pub(super) right: usize,
}

impl Rect {
    /// A range of a request. It must be within its sheet; a single cell has both ends all the same.
    pub(super) fn of(book: &Book, range: &str) -> Result<Self, Rejection> {
        let rect = Self::open(book, range)?;
        let sheet = &book.sheets[rect.sheet];
        match rect.bottom <= sheet.rows && rect.right <= sheet.columns {
            true => Ok(rect),
            false => Err(WRONG_RANGE.because(format!(
                "{range} is not within {} rows and {} columns",
                sheet.rows, sheet.columns
            ))),
        }
    }

    /// The same of a write that makes the sheet longer if need be.
    pub(super) fn open(book: &Book, range: &str) -> Result<Self, Rejection> {
        let (id, cells) = range.split_once('!').map_or((range, None), |it| (it.0, Some(it.1)));
        let sheet = book.sheets.iter().position(|it| it.id == id);
        let sheet = sheet.ok_or_else(|| SHEET_NOT_FOUND.because(id))?;
        let Sheet { rows, columns, .. } = &book.sheets[sheet];
        let Some(cells) = cells else {
            return Ok(Self { sheet, top: 0, left: 0, bottom: *rows, right: *columns });
        };
        let wrong = || WRONG_RANGE.because(range);
        let (first, last) = cells.split_once(':').ok_or_else(wrong)?;
        let (left, top) = corner(first).ok_or_else(wrong)?;
        let (right, bottom) = corner(last).ok_or_else(wrong)?;
        let rect = Self {
            sheet,
            top: top.unwrap_or(0),
            left,
            bottom: bottom.map_or(*rows, |it| it + 1),
            right: right + 1,
        };
        let is_column = top.is_none() && bottom.is_some();
        match rect.top < rect.bottom && rect.left < rect.right && !is_column {
            true => Ok(rect),
            false => Err(wrong()),
        }
    }

    pub(super) fn rows(&self) -> usize {
        self.bottom - self.top
    }

    pub(super) fn columns(&self) -> usize {
        self.right - self.left
    }

    /// As responses name it.
    pub(super) fn text(&self, book: &Book) -> String {
        let (id, top) = (&book.sheets[self.sheet].id, self.top + 1);
        format!("{id}!{}{top}:{}{}", letters(self.left), letters(self.right - 1), self.bottom)
    }
}

/// The column, and the row of a cell; counted from 0.
fn corner(text: &str) -> Option<(usize, Option<usize>)> {
    let at = text.find(|it: char| it.is_ascii_digit()).unwrap_or(text.len());
    let (letters, digits) = text.split_at(at);
    let is_column =
        (1..=3).contains(&letters.len()) && letters.bytes().all(|it| it.is_ascii_alphabetic());
    let digit = |it: u8| usize::from(it.to_ascii_uppercase() - b'A') + 1;
    let column = letters.bytes().filter(|_| is_column).fold(0, |sum, it| sum * 26 + digit(it));
    let row = match digits {
        "" => None,
        digits => Some(digits.parse::<usize>().ok().filter(|it| *it < 10_000_000)?.checked_sub(1)?),
    };
    Some((column.checked_sub(1)?, row))
}

fn letters(column: usize) -> String {
    let mut left = column + 1;
    let mut letters = String::new();
    while left > 0 {
        left -= 1;
        letters.insert(0, char::from(b'A' + (left % 26) as u8));
        left /= 26;
    }
    letters
}
