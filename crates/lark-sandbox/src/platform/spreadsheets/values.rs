//! Values that are read and written.

use serde_json::{Value, json};

use super::book::Book;
use super::cells;
use super::limits::{self, WRONG_BODY, WRONG_RANGE};
use super::rect::Rect;
use super::render::Render;
use crate::http::Rejection;
use crate::platform::Call;
use crate::platform::files::Files;
use crate::services::Services;

/// `values.get`.
pub(super) fn get(book: &Book, call: &Call) -> Result<Value, Rejection> {
    let rect = Rect::of(book, call.path("range"))?;
    let found = read(book, &rect, &Render::of(call));
    limits::check_answer(json!({
        "revision": book.revision,
        "spreadsheetToken": book.token,
        "valueRange": found,
    }))
}

/// `values.batch_get`.
pub(super) fn batch_get(book: &Book, call: &Call) -> Result<Value, Rejection> {
    let render = Render::of(call);
    let mut total = 0;
    let mut found = Vec::new();
    for range in call.list("ranges").iter().flat_map(|it| it.split(',')) {
        let rect = Rect::of(book, range)?;
        total += rect.rows() * rect.columns();
        found.push(read(book, &rect, &render));
    }
    limits::check_answer(json!({
        "revision": book.revision,
        "spreadsheetToken": book.token,
        "totalCells": total,
        "valueRanges": found,
    }))
}

fn read(book: &Book, rect: &Rect, render: &Render) -> Value {
    let sheet = &book.sheets[rect.sheet];
    let row = |row| (rect.left..rect.right).map(|it| render.cell(sheet.cell(row, it))).collect();
    let rows: Vec<Vec<Value>> = (rect.top..rect.bottom).map(row).collect();
    // The name of a range without data is empty.
    let is_empty = rows.iter().flatten().all(Value::is_null);
    let range = if is_empty { String::new() } else { rect.text(book) };
    let values = if is_empty { Vec::new() } else { rows };
    json!({ "majorDimension": "ROWS", "range": range, "revision": book.revision, "values": values })
}

/// The range and the rows of a write.
pub(super) fn value_range(request: &Value) -> Result<(&str, Vec<Vec<Value>>), Rejection> {
    let range = request["range"].as_str().unwrap_or_default();
    let rows = request["values"].as_array().into_iter().flatten();
    let rows: Vec<Vec<Value>> = rows.map(|it| it.as_array().cloned().unwrap_or_default()).collect();
    rows.iter().flatten().try_for_each(cells::check)?;
    Ok((range, rows))
}

/// `values.update`.
pub(super) fn update(book: &mut Book, call: &Call) -> Result<Value, Rejection> {
    let (range, rows) = value_range(&call.body["valueRange"])?;
    let rect = Rect::of(book, range)?;
    limits::check_write(&rows, &rect)?;
    book.revision += 1;
    Ok(write(book, &rect, rows))
}

/// `values.batch_update`: all of them, or none.
pub(super) fn batch_update(book: &mut Book, call: &Call) -> Result<Value, Rejection> {
    let mut writes = Vec::new();
    for request in call.body["valueRanges"].as_array().into_iter().flatten() {
        let (range, rows) = value_range(request)?;
        let rect = Rect::of(book, range)?;
        limits::check_write(&rows, &rect)?;
        writes.push((rect, rows));
    }
    book.revision += 1;
    let responses: Vec<Value> =
        writes.into_iter().map(|(rect, rows)| write(book, &rect, rows)).collect();
    let (revision, token) = (book.revision, &book.token);
    Ok(json!({ "responses": responses, "revision": revision, "spreadsheetToken": token }))
}

/// Puts rows at the top left of a range; what of it the rows do not cover stays.
pub(super) fn write(book: &mut Book, rect: &Rect, rows: Vec<Vec<Value>>) -> Value {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let count = rows.len();
    let sheet = &mut book.sheets[rect.sheet];
    for (row, cells) in (rect.top..).zip(rows) {
        for (column, value) in (rect.left..).zip(cells) {
            sheet.set(row, column, value);
        }
    }
    let (bottom, right) = (rect.top + count.max(1), rect.left + columns.max(1));
    let written = Rect { bottom, right, ..rect.clone() };
    json!({
        "spreadsheetToken": book.token,
        "updatedRange": written.text(book),
        "updatedRows": count,
        "updatedColumns": columns,
        "updatedCells": count * columns,
        "revision": book.revision,
    })
}

/// `values.image`.
pub(super) fn image(
    files: &Files,
    services: &Services,
    book: &mut Book,
    call: &Call,
) -> Result<Value, Rejection> {
    let rect = Rect::of(book, call.text("range").unwrap_or_default())?;
    if rect.rows() * rect.columns() != 1 {
        return Err(WRONG_RANGE.because("an image has a single cell"));
    }
    let bytes = call.body["image"].as_array().map(Vec::as_slice).unwrap_or_default();
    let byte = |it: &Value| it.as_u64().and_then(|it| u8::try_from(it).ok());
    let bytes: Option<Vec<u8>> = bytes.iter().map(byte).collect();
    let name = call.text("name").unwrap_or_default();
    let bytes = bytes.filter(|it| !it.is_empty() && name.contains('.'));
    let bytes = bytes.ok_or_else(|| {
        WRONG_BODY.because("image is a list of bytes, and name ends with its kind")
    })?;
    book.revision += 1;
    let token = files.keep_media(services, call, name, &bytes)?;
    let value = json!({ "type": "embed-image", "fileToken": token, "width": 100, "height": 100 });
    book.sheets[rect.sheet].set(rect.top, rect.left, value);
    let (range, revision) = (rect.text(book), book.revision);
    Ok(json!({ "spreadsheetToken": book.token, "updatedRange": range, "revision": revision }))
}
