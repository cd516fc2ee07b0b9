//! The parser of A1 notation.

use super::RangeError;
use super::address::{MAX_COLUMN, MAX_ROW};
use super::range::{Cells, Range};

/// One end of a range. A whole column has no row, a whole row no column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Corner {
    pub(super) column: Option<u32>,
    pub(super) row: Option<u32>,
}

pub(super) fn range(text: &str) -> Result<Range, RangeError> {
    let trimmed = text.trim();
    parts(trimmed)
        .and_then(|(sheet, cells)| {
            let cells = cells.map(self::cells).transpose()?.unwrap_or(Cells::All);
            Ok(Range { sheet, cells })
        })
        .map_err(|reason| RangeError::new(text, reason))
}

/// The name of the sheet, and what is behind the `!`.
fn parts(text: &str) -> Result<(Option<String>, Option<&str>), String> {
    if let Some(rest) = text.strip_prefix('\'') {
        let (name, rest) = quoted(rest)?;
        return match rest.strip_prefix('!') {
            Some(cells) => Ok((Some(name), Some(cells))),
            None if rest.is_empty() => Ok((Some(name), None)),
            None => Err("there must be a ! behind the quoted name".to_owned()),
        };
    }
    if let Some((name, cells)) = text.rsplit_once('!') {
        return match name.is_empty() {
            true => Err("there is no name before the !".to_owned()),
            false => Ok((Some(name.to_owned()), Some(cells))),
        };
    }
    // Titles have no colon, so one is always part of a range.
    match text {
        "" => Err("it is empty".to_owned()),
        _ if text.contains(':') || cells(text).is_ok() => Ok((None, Some(text))),
        _ => Ok((Some(text.to_owned()), None)),
    }
}

/// A name in quotes, without the first one; a quote within it is doubled.
fn quoted(text: &str) -> Result<(String, &str), String> {
    let mut name = String::new();
    let mut rest = text;
    loop {
        let (part, after) = rest.split_once('\'').ok_or("the quote of the name does not end")?;
        name.push_str(part);
        match after.strip_prefix('\'') {
            Some(after) => {
                name.push('\'');
                rest = after;
            }
            None if name.is_empty() => return Err("the name is empty".to_owned()),
            None => return Ok((name, after)),
        }
    }
}

/// The cells of a range, behind the name of the sheet.
pub(super) fn cells(text: &str) -> Result<Cells, String> {
    let Some((first, last)) = text.split_once(':') else {
        return match corner(text)? {
            Corner { column: Some(column), row: Some(row) } => {
                Ok(Cells::Bounded { columns: (column, column), rows: (row, row) })
            }
            Corner { column: Some(_), .. } => Err(format!("a whole column is {text}:{text}")),
            Corner { .. } => Err(format!("a whole row is {text}:{text}")),
        };
    };
    let (first, last) = (corner(first)?, corner(last)?);
    let ordered = |a: u32, b: u32| (a.min(b), a.max(b));
    match (first.column, first.row, last.column, last.row) {
        (Some(left), Some(top), Some(right), Some(bottom)) => {
            Ok(Cells::Bounded { columns: ordered(left, right), rows: ordered(top, bottom) })
        }
        (Some(left), Some(top), Some(right), None) => {
            Ok(Cells::Columns { columns: ordered(left, right), from: top })
        }
        (Some(left), None, Some(right), None) => {
            Ok(Cells::Columns { columns: ordered(left, right), from: 1 })
        }
        (None, Some(top), None, Some(bottom)) => Ok(Cells::Rows { rows: ordered(top, bottom) }),
        _ => Err("the ends are two cells, a cell and a column, two columns or two rows".to_owned()),
    }
}

/// A cell, a column or a row; dollar signs say nothing here.
pub(super) fn corner(text: &str) -> Result<Corner, String> {
    let plain = text.replace('$', "");
    let at = plain.find(|it: char| !it.is_ascii_alphabetic()).unwrap_or(plain.len());
    let (letters, digits) = plain.split_at(at);
    if plain.is_empty() || !digits.bytes().all(|it| it.is_ascii_digit()) {
        return Err(format!("{text:?} is no cell, column or row; a name is quoted like 'Q1!'"));
    }
    let column = (!letters.is_empty()).then(|| column(letters)).transpose()?;
    let row = (!digits.is_empty()).then(|| row(digits)).transpose()?;
    Ok(Corner { column, row })
}

fn column(letters: &str) -> Result<u32, String> {
    let beyond = || format!("column {letters} is beyond ZZZ");
    if letters.len() > 3 {
        return Err(beyond());
    }
    let digit = |it: u8| u32::from(it.to_ascii_uppercase() - b'A') + 1;
    let number = letters.bytes().fold(0, |sum, it| sum * 26 + digit(it));
    if number > MAX_COLUMN { Err(beyond()) } else { Ok(number) }
}

fn row(digits: &str) -> Result<u32, String> {
    match digits.parse() {
        Ok(0) => Err("rows count from 1".to_owned()),
        Ok(row @ 1..=MAX_ROW) => Ok(row),
        _ => Err(format!("row {digits} is beyond {MAX_ROW}")),
    }
}
