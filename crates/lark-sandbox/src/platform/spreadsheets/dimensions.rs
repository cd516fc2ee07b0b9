//! Rows and columns that are added, inserted and deleted.

use std::ops::Range;

use serde_json::{Value, json};

use super::book::{Book, Sheet};
use super::limits::{SHEET_NOT_FOUND, WRONG_BODY, WRONG_RANGE};
use crate::http::Rejection;
use crate::platform::Call;

/// The sheet of a request, and whether rows are meant.
fn target<'a>(book: &'a mut Book, call: &Call) -> Result<(&'a mut Sheet, bool), Rejection> {
    let dimension = &call.body["dimension"];
    let id = dimension["sheetId"].as_str().unwrap_or_default();
    let rows = match dimension["majorDimension"].as_str() {
        Some("COLUMNS") => false,
        None | Some("ROWS") => true,
        Some(other) => return Err(WRONG_BODY.because(format!("majorDimension {other}"))),
    };
    let sheet = book.sheets.iter_mut().find(|it| it.id == id);
    sheet.map(|it| (it, rows)).ok_or_else(|| SHEET_NOT_FOUND.because(id))
}

fn number(call: &Call, name: &str) -> Option<usize> {
    call.body["dimension"][name].as_u64().and_then(|it| usize::try_from(it).ok())
}

fn name(is_rows: bool) -> &'static str {
    if is_rows { "ROWS" } else { "COLUMNS" }
}

/// `dimension.add`: at the end.
pub(super) fn add(book: &mut Book, call: &Call) -> Result<Value, Rejection> {
    let length = number(call, "length").unwrap_or(0);
    let (sheet, is_rows) = target(book, call)?;
    *count(sheet, is_rows) += length;
    book.revision += 1;
    Ok(json!({ "addCount": length, "majorDimension": name(is_rows) }))
}

/// `dimension.insert`: counted from 0, without the end.
pub(super) fn insert(book: &mut Book, call: &Call) -> Result<(), Rejection> {
    let (sheet, is_rows) = target(book, call)?;
    let places = number(call, "startIndex").zip(number(call, "endIndex"));
    let places = places.filter(|it| it.0 < it.1 && it.0 <= *count(sheet, is_rows));
    let (start, end) = places.ok_or_else(|| Rejection::of(WRONG_RANGE))?;
    match is_rows {
        true => sheet.insert_rows(start, end - start),
        false => {
            sheet.columns += end - start;
            for row in sheet.cells.iter_mut().filter(|it| start < it.len()) {
                row.splice(start..start, std::iter::repeat_n(Value::Null, end - start));
            }
        }
    }
    book.revision += 1;
    Ok(())
}

/// `dimension.delete`: counted from 1, with the end. One is left.
pub(super) fn delete(book: &mut Book, call: &Call) -> Result<Value, Rejection> {
    let (sheet, is_rows) = target(book, call)?;
    let range = included(sheet, is_rows, call)?;
    if range.len() >= *count(sheet, is_rows) {
        return Err(WRONG_RANGE.because("a sheet keeps a row and a column"));
    }
    *count(sheet, is_rows) -= range.len();
    match is_rows {
        true => remove(&mut sheet.cells, &range),
        false => sheet.cells.iter_mut().for_each(|it| remove(it, &range)),
    }
    book.revision += 1;
    Ok(json!({ "delCount": range.len(), "majorDimension": name(is_rows) }))
}

/// `dimension.update`: what is shown of them is not kept.
pub(super) fn update(book: &mut Book, call: &Call) -> Result<(), Rejection> {
    let (sheet, is_rows) = target(book, call)?;
    included(sheet, is_rows, call)?;
    book.revision += 1;
    Ok(())
}

fn count(sheet: &mut Sheet, is_rows: bool) -> &mut usize {
    if is_rows { &mut sheet.rows } else { &mut sheet.columns }
}

/// A range that counts from 1 and includes its end.
fn included(sheet: &mut Sheet, is_rows: bool, call: &Call) -> Result<Range<usize>, Rejection> {
    let places = number(call, "startIndex").zip(number(call, "endIndex"));
    match places {
        Some((start @ 1.., end)) if start <= end && end <= *count(sheet, is_rows) => {
            Ok(start - 1..end)
        }
        _ => Err(WRONG_RANGE.because("startIndex and endIndex are within the sheet, from 1")),
    }
}

fn remove<T>(list: &mut Vec<T>, range: &Range<usize>) {
    let end = range.end.min(list.len());
    if range.start < end {
        list.drain(range.start..end);
    }
}
