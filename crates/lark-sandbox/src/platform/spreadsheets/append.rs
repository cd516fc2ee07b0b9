//! Rows that are added below or above others.

use serde_json::{Value, json};

use super::book::Book;
use super::limits;
use super::rect::Rect;
use super::values::{value_range, write};
use crate::http::Rejection;
use crate::platform::Call;

/// `values.append`: from the first row of the range on that is empty in its columns.
pub(super) fn append(book: &mut Book, call: &Call) -> Result<Value, Rejection> {
    let (range, rows) = value_range(&call.body["valueRange"])?;
    let rect = Rect::open(book, range)?;
    limits::check_write(&rows, &rect)?;
    let sheet = &mut book.sheets[rect.sheet];
    let is_empty = |row: usize| (rect.left..rect.right).all(|it| sheet.cell(row, it).is_null());
    let top = (rect.top..).find(|row| is_empty(*row)).unwrap_or(rect.top);
    if call.query("insertDataOption") == Some("INSERT_ROWS") {
        sheet.insert_rows(top, rows.len());
    }
    sheet.rows = sheet.rows.max(top + rows.len());
    sheet.columns = sheet.columns.max(rect.right);
    Ok(add(book, &Rect { top, bottom: top + rows.len().max(1), ..rect }, rows))
}

/// `values.prepend`: in rows that are inserted above the range.
pub(super) fn prepend(book: &mut Book, call: &Call) -> Result<Value, Rejection> {
    let (range, rows) = value_range(&call.body["valueRange"])?;
    let rect = Rect::of(book, range)?;
    limits::check_write(&rows, &rect)?;
    book.sheets[rect.sheet].insert_rows(rect.top, rows.len());
    Ok(add(book, &rect, rows))
}

fn add(book: &mut Book, rect: &Rect, rows: Vec<Vec<Value>>) -> Value {
    book.revision += 1;
    let updates = write(book, rect, rows);
    json!({
        "spreadsheetToken": book.token,
        "tableRange": updates["updatedRange"],
        "revision": book.revision,
        "updates": updates,
    })
}
