//! The sheets of a spreadsheet, as both versions show them.

use serde_json::{Value, json};

use super::book::{Book, Sheet, new_id};
use super::limits::{SHEET_NOT_FOUND, SHEET_NOT_FOUND_V3, TITLE_EXISTS, WRONG_BODY, WRONG_TITLE};
use crate::http::Rejection;
use crate::platform::{Call, Caller};
use crate::services::Services;

/// `sheet.query`.
pub(super) fn query(book: &Book) -> Vec<Value> {
    book.sheets.iter().enumerate().map(|(index, it)| shown(it, index)).collect()
}

/// `sheet.get`.
pub(super) fn get(book: &Book, id: &str) -> Result<Value, Rejection> {
    let found = book.sheets.iter().enumerate().find(|it| it.1.id == id);
    let (index, sheet) = found.ok_or_else(|| SHEET_NOT_FOUND_V3.because(id))?;
    Ok(json!({ "sheet": shown(sheet, index) }))
}

fn shown(sheet: &Sheet, index: usize) -> Value {
    json!({
        "sheet_id": sheet.id,
        "title": sheet.title,
        "index": index,
        "hidden": sheet.hidden,
        "resource_type": "sheet",
        "grid_properties": {
            "row_count": sheet.rows,
            "column_count": sheet.columns,
            "frozen_row_count": sheet.frozen_rows,
            "frozen_column_count": sheet.frozen_columns,
        },
    })
}

/// `metainfo.get`.
pub(super) fn metainfo(book: &Book, caller: &Caller) -> Value {
    let sheet = |(index, it): (usize, &Sheet)| {
        json!({
            "sheetId": it.id,
            "title": it.title,
            "index": index,
            "rowCount": it.rows,
            "columnCount": it.columns,
            "frozenRowCount": it.frozen_rows,
            "frozenColCount": it.frozen_columns,
        })
    };
    let owner = crate::services::ids::hash(caller.open_id.as_deref().unwrap_or(caller.app()));
    json!({
        "spreadsheetToken": book.token,
        "properties": {
            "title": book.title,
            "ownerUser": owner >> 1,
            "sheetCount": book.sheets.len(),
            "revision": book.revision,
        },
        "sheets": book.sheets.iter().enumerate().map(sheet).collect::<Vec<_>>(),
    })
}

/// `sheet.batch_update`: all of them, or none.
pub(super) fn batch_update(
    services: &Services,
    book: &mut Book,
    call: &Call,
) -> Result<Value, Rejection> {
    let mut changed = book.clone();
    let mut replies = Vec::new();
    for request in call.body["requests"].as_array().into_iter().flatten() {
        let changes = request.as_object().into_iter().flatten();
        let change =
            changes.filter(|it| !it.1.is_null()).map(|(name, it)| (name.as_str(), it)).next();
        replies.push(match change {
            Some(("addSheet", it)) => add(services, &mut changed, &it["properties"])?,
            Some(("copySheet", it)) => copy(services, &mut changed, it)?,
            Some(("deleteSheet", it)) => delete(&mut changed, it)?,
            Some(("updateSheet", it)) => update(&mut changed, &it["properties"])?,
            _ => return Err(WRONG_BODY.because(format!("no request {request}"))),
        });
    }
    changed.revision += 1;
    *book = changed;
    Ok(json!({ "replies": replies }))
}

fn add(services: &Services, book: &mut Book, properties: &Value) -> Result<Value, Rejection> {
    let title = properties["title"].as_str().unwrap_or_default();
    check_title(book, title, None)?;
    let index = properties["index"].as_u64().map_or(0, |it| it as usize).min(book.sheets.len());
    book.sheets.insert(index, Sheet::new(services, title));
    Ok(json!({ "addSheet": placed(book, index) }))
}

fn copy(services: &Services, book: &mut Book, request: &Value) -> Result<Value, Rejection> {
    let source = find(book, &request["source"]["sheetId"])?;
    let mut sheet = book.sheets[source].clone();
    let title = request["destination"]["title"].as_str().map(str::to_owned);
    sheet.title = title.unwrap_or_else(|| format!("{} (copy)", sheet.title));
    sheet.id = new_id(services);
    check_title(book, &sheet.title, None)?;
    book.sheets.insert(source + 1, sheet);
    Ok(json!({ "copySheet": placed(book, source + 1) }))
}

fn delete(book: &mut Book, request: &Value) -> Result<Value, Rejection> {
    let index = find(book, &request["sheetId"])?;
    if book.sheets.len() == 1 {
        return Err(WRONG_BODY.because("a spreadsheet keeps a sheet"));
    }
    let sheet = book.sheets.remove(index);
    Ok(json!({ "deleteSheet": { "result": true, "sheetId": sheet.id } }))
}

fn update(book: &mut Book, properties: &Value) -> Result<Value, Rejection> {
    let index = find(book, &properties["sheetId"])?;
    if let Some(title) = properties["title"].as_str() {
        check_title(book, title, Some(index))?;
        title.clone_into(&mut book.sheets[index].title);
    }
    let sheet = &mut book.sheets[index];
    sheet.hidden = properties["hidden"].as_bool().unwrap_or(sheet.hidden);
    sheet.frozen_rows = properties["frozenRowCount"].as_i64().unwrap_or(sheet.frozen_rows);
    sheet.frozen_columns = properties["frozenColCount"].as_i64().unwrap_or(sheet.frozen_columns);
    if let Some(to) = properties["index"].as_u64() {
        let sheet = book.sheets.remove(index);
        let to = (to as usize).min(book.sheets.len());
        book.sheets.insert(to, sheet);
    }
    Ok(json!({ "updateSheet": { "properties": properties } }))
}

fn find(book: &Book, id: &Value) -> Result<usize, Rejection> {
    let id = id.as_str().unwrap_or_default();
    book.sheets.iter().position(|it| it.id == id).ok_or_else(|| SHEET_NOT_FOUND.because(id))
}

fn placed(book: &Book, index: usize) -> Value {
    let Sheet { id, title, .. } = &book.sheets[index];
    json!({ "properties": { "sheetId": id, "title": title, "index": index } })
}

/// Titles are unlike each other, and have none of the characters that ranges and formulas use.
fn check_title(book: &Book, title: &str, own: Option<usize>) -> Result<(), Rejection> {
    if title.is_empty() || title.contains(['/', '\\', '?', '*', '[', ']', ':']) {
        return Err(WRONG_TITLE.because(title));
    }
    let others = book.sheets.iter().enumerate().filter(|it| Some(it.0) != own);
    match others.map(|it| it.1).any(|it| it.title == title) {
        true => Err(TITLE_EXISTS.because(title)),
        false => Ok(()),
    }
}
