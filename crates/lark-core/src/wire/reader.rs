//! Reads JSON straight into slots. It takes valid JSON only and does not say what is wrong with the rest:
//! that is read once more, by `serde_json`.
//!
//! It is here because objects of texts are most of what is read, and the way through a general
//! deserializer costs more than half of the time.

mod cursors;
mod scan;

use self::cursors::{Elements, Members};
pub(super) use self::scan::special;
use self::scan::{escape, number};
use super::{Context, Fit, Input, Slot, WireError};

/// Most objects and lists within each other, as in `serde_json`, which skips deeper ones, however.
const MAX_DEPTH: usize = 127;

/// Reads a whole text into `slot`.
///
/// # Errors
/// It is not valid JSON, or reading was given up.
pub(super) fn read(json: &str, slot: Slot<'_>, cx: &mut Context<'_>) -> Result<Fit, WireError> {
    let mut reader = Reader { json, at: 0, depth: 0, unescaped: String::new() };
    let fit = reader.value(slot, cx)?;
    match reader.peek() {
        None => Ok(fit),
        Some(_) => invalid(),
    }
}

#[cold]
fn invalid<T>() -> Result<T, WireError> {
    Err(serde::de::Error::custom("invalid JSON"))
}

struct Reader<'a> {
    json: &'a str,
    at: usize,
    /// Number of objects and lists that are open.
    depth: usize,
    /// The last text that had escapes in it.
    unescaped: String,
}

/// Where a text is that was just read.
enum Text {
    /// In the JSON, between these places.
    Plain(usize, usize),
    Unescaped,
}

impl Reader<'_> {
    /// The next byte that is not white space.
    #[inline]
    fn peek(&mut self) -> Option<u8> {
        let bytes = self.json.as_bytes();
        loop {
            match bytes.get(self.at) {
                Some(b' ' | b'\n' | b'\t' | b'\r') => self.at += 1,
                other => return other.copied(),
            }
        }
    }

    /// Takes this byte, after white space.
    #[inline]
    fn take(&mut self, byte: u8) -> Result<(), WireError> {
        if self.peek() != Some(byte) {
            return invalid();
        }
        self.at += 1;
        Ok(())
    }

    fn value(&mut self, mut slot: Slot<'_>, cx: &mut Context<'_>) -> Result<Fit, WireError> {
        cx.count_value().map_err(serde::de::Error::custom)?;
        if !cx.go_deeper() {
            self.skip()?;
            cx.dropped("a value", "one within too many others");
            return Ok(Fit::Misfit);
        }
        let fit = match self.peek() {
            Some(b'"') => {
                let text = self.text()?;
                slot.accept(Input::Str(self.get(&text)), cx)?
            }
            Some(b'{') => {
                self.open()?;
                let mut members = Members::new(self);
                let fit = slot.accept(Input::Map(&mut members), cx)?;
                members.finish()?;
                fit
            }
            Some(b'[') => {
                self.open()?;
                let mut elements = Elements::new(self);
                let fit = slot.accept(Input::Seq(&mut elements), cx)?;
                elements.finish()?;
                fit
            }
            Some(b't') => self.word("true").and_then(|()| slot.accept(Input::Bool(true), cx))?,
            Some(b'f') => self.word("false").and_then(|()| slot.accept(Input::Bool(false), cx))?,
            Some(b'n') => self.word("null").and_then(|()| slot.accept(Input::Null, cx))?,
            Some(b'-' | b'0'..=b'9') => {
                let digits = self.number()?;
                slot.accept(number(digits)?, cx)?
            }
            _ => return invalid(),
        };
        cx.go_back();
        Ok(fit)
    }

    /// Goes into an object or a list.
    fn open(&mut self) -> Result<(), WireError> {
        self.at += 1;
        self.depth += 1;
        if self.depth > MAX_DEPTH { invalid() } else { Ok(()) }
    }

    fn close(&mut self) {
        self.at += 1;
        self.depth -= 1;
    }

    fn word(&mut self, word: &str) -> Result<(), WireError> {
        if !self.json.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            return invalid();
        }
        self.at += word.len();
        Ok(())
    }

    fn get(&self, text: &Text) -> &str {
        match text {
            Text::Plain(start, end) => &self.json[*start..*end],
            Text::Unescaped => &self.unescaped,
        }
    }

    /// Reads a text, which begins here.
    #[inline]
    fn text(&mut self) -> Result<Text, WireError> {
        let start = self.at + 1;
        let end = special(self.json.as_bytes(), start);
        if self.json.as_bytes().get(end) == Some(&b'"') {
            self.at = end + 1;
            return Ok(Text::Plain(start, end));
        }
        self.unescape(start, end)
    }

    /// Reads a text whose first special character is at `end`.
    fn unescape(&mut self, mut start: usize, mut end: usize) -> Result<Text, WireError> {
        let bytes = self.json.as_bytes();
        self.unescaped.clear();
        // Room for most texts, so that it does not grow in steps.
        self.unescaped.reserve(256.min(bytes.len() - start));
        loop {
            self.unescaped.push_str(&self.json[start..end]);
            match bytes.get(end) {
                Some(b'"') => {
                    self.at = end + 1;
                    return Ok(Text::Unescaped);
                }
                Some(b'\\') => {}
                _ => return invalid(),
            }
            let Some((character, length)) = escape(&bytes[end..]) else { return invalid() };
            self.unescaped.push(character);
            start = end + length;
            end = special(bytes, start);
        }
    }

    /// Reads a number, which begins here.
    fn number(&mut self) -> Result<&str, WireError> {
        let bytes = self.json.as_bytes();
        let start = self.at;
        let digits = |from: usize| {
            let digits = bytes[from..].iter().take_while(|byte| byte.is_ascii_digit());
            from + digits.count()
        };
        let first = start + usize::from(bytes[start] == b'-');
        let mut end = digits(first);
        // No number begins with more than one 0.
        if end == first || (bytes[first] == b'0' && end > first + 1) {
            return invalid();
        }
        if bytes.get(end) == Some(&b'.') {
            let fraction = end + 1;
            end = digits(fraction);
            if end == fraction {
                return invalid();
            }
        }
        if let Some(b'e' | b'E') = bytes.get(end) {
            let exponent = end + 1 + usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            end = digits(exponent.min(bytes.len()));
            if end == exponent.min(bytes.len()) {
                return invalid();
            }
        }
        self.at = end;
        Ok(&self.json[start..end])
    }

    /// Skips a value.
    fn skip(&mut self) -> Result<(), WireError> {
        match self.peek() {
            Some(b'"') => self.text().map(drop),
            Some(b'{') => {
                self.open()?;
                Members::new(self).finish()
            }
            Some(b'[') => {
                self.open()?;
                Elements::new(self).finish()
            }
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(b'n') => self.word("null"),
            Some(b'-' | b'0'..=b'9') => self.number().map(drop),
            _ => invalid(),
        }
    }
}

#[cfg(test)]
mod tests;
