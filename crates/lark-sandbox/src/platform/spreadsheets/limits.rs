//! The limits of calls, with the codes that the platform has for them.
//!
//! The newer operations number theirs alike: 1310202 is 90202. The pages of the older ones state no HTTP
//! status; theirs is that of the newer ones.

use serde_json::Value;

use super::rect::Rect;
use crate::http::{ErrorCode, Rejection, codes};

pub(super) const WRONG_RANGE: ErrorCode = codes::code(400, 90_202, "wrong range");
pub(super) const WRONG_BODY: ErrorCode = codes::code(400, 90_204, "wrong request body");
pub(super) const WRONG_TITLE: ErrorCode = codes::code(400, 90_205, "wrong sheet title");
pub(super) const TITLE_EXISTS: ErrorCode = codes::code(400, 90_209, "sheet title exists");
pub(super) const BOOK_NOT_FOUND: ErrorCode = codes::code(400, 90_214, "spreadsheet not found");
pub(super) const SHEET_NOT_FOUND: ErrorCode = codes::code(400, 90_215, "sheetId not found");
pub(super) const TOO_LARGE: ErrorCode = codes::code(400, 90_221, "data exceeded 10485760 bytes");
pub(super) const EXCESS_LIMIT: ErrorCode = codes::code(400, 90_226, "excess limit");
pub(super) const BOOK_NOT_FOUND_V3: ErrorCode =
    codes::code(400, 1_310_214, "SpreadSheet Not Found");
pub(super) const SHEET_NOT_FOUND_V3: ErrorCode = codes::code(400, 1_310_215, "Sheet Id Not Found");

/// Rows and columns of a write.
const ROWS: usize = 5000;
const COLUMNS: usize = 100;
/// Characters of a cell, mentions of a write, bytes of an answer.
const CHARACTERS: usize = 50_000;
const MENTIONS: usize = 50;
const ANSWER: usize = 10 << 20;

/// Checks the rows of a write.
pub(super) fn check_write(rows: &[Vec<Value>], rect: &Rect) -> Result<(), Rejection> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let excess = |what: &str, count: usize, limit: usize| match count > limit {
        true => Err(EXCESS_LIMIT.because(format!("{count} {what}, the limit is {limit}"))),
        false => Ok(()),
    };
    excess("rows", rows.len(), ROWS)?;
    excess("columns", columns, COLUMNS)?;
    if rows.len() > rect.rows() || columns > rect.columns() {
        let (rows, wide) = (rows.len(), columns);
        return Err(
            WRONG_RANGE.because(format!("{rows} rows of {wide} cells are more than the range"))
        );
    }
    let mut mentions = 0;
    for cell in rows.iter().flatten() {
        let characters: usize = cell_texts(cell).map(|it| it.chars().count()).sum();
        excess("characters in a cell", characters, CHARACTERS)?;
        mentions += parts(cell).filter(|it| it["type"] == "mention").count();
    }
    excess("mentions", mentions, MENTIONS)
}

/// Checks the size of an answer.
pub(super) fn check_answer(answer: Value) -> Result<Value, Rejection> {
    match answer.to_string().len() > ANSWER {
        true => Err(Rejection::of(TOO_LARGE)),
        false => Ok(answer),
    }
}

/// The parts of a rich text, or the value itself.
fn parts(cell: &Value) -> std::slice::Iter<'_, Value> {
    match cell {
        Value::Array(parts) => parts.iter(),
        cell => std::slice::from_ref(cell).iter(),
    }
}

fn cell_texts(cell: &Value) -> impl Iterator<Item = &str> {
    parts(cell).filter_map(|it| it.as_str().or_else(|| it["text"].as_str()))
}
