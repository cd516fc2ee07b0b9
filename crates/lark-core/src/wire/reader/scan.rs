//! The characters of texts and numbers.

use super::super::{Input, WireError};
use super::invalid;

/// Where the first quote, backslash or control character at or after `at` is.
#[inline]
pub(in crate::wire) fn special(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = ONES << 7;
    // Eight bytes at a time. A byte below the lowest that is found may be wrong, none before it.
    while let Some(Ok(chunk)) = bytes.get(at..at + 8).map(<[u8; 8]>::try_from) {
        let chars = u64::from_le_bytes(chunk);
        let (quote, backslash) = (chars ^ (ONES * 0x22), chars ^ (ONES * 0x5c));
        let control = chars.wrapping_sub(ONES * 0x20) & !chars;
        let zero = |bits: u64| bits.wrapping_sub(ONES) & !bits;
        let found = (control | zero(quote) | zero(backslash)) & HIGH;
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while bytes.get(at).is_some_and(|byte| !matches!(byte, b'"' | b'\\' | 0..0x20)) {
        at += 1;
    }
    at
}

/// The character of an escape, and its length; `None` if it is none, or half of a pair alone.
pub(super) fn escape(bytes: &[u8]) -> Option<(char, usize)> {
    let simple = match bytes.get(1)? {
        b'n' => '\n',
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b't' => '\t',
        b'r' => '\r',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'u' => return unicode_escape(bytes),
        _ => return None,
    };
    Some((simple, 2))
}

fn unicode_escape(bytes: &[u8]) -> Option<(char, usize)> {
    let unit = |at: usize| {
        let digits = bytes.get(at..at + 4)?.iter();
        digits
            .map(|digit| char::from(*digit).to_digit(16))
            .try_fold(0, |unit, digit| Some(unit << 4 | digit?))
    };
    let first = unit(2)?;
    if let Some(character) = char::from_u32(first) {
        return Some((character, 6));
    }
    if bytes.get(6..8)? != b"\\u" {
        return None;
    }
    let second = unit(8)?;
    match (first, second) {
        (0xd800..0xdc00, 0xdc00..0xe000) => {
            let code = 0x10000 + ((first - 0xd800) << 10 | (second - 0xdc00));
            char::from_u32(code).map(|character| (character, 12))
        }
        _ => None,
    }
}

/// A number as `serde_json` hands it over.
pub(super) fn number(digits: &str) -> Result<Input<'_>, WireError> {
    if digits == "-0" {
        return Ok(Input::Float(-0.0));
    }
    if let Ok(int) = digits.parse() {
        return Ok(Input::Int(int));
    }
    if let Ok(uint) = digits.parse() {
        return Ok(Input::Uint(uint));
    }
    match digits.parse::<f64>() {
        Ok(float) if float.is_finite() => Ok(Input::Float(float)),
        _ => invalid(),
    }
}
