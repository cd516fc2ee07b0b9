//! Where a line is cut that is too long for a message.

use super::request_bytes::of_char;
use crate::content::at_tag::tag;

/// Characters that begin a heading, an item, a quote, a table, or a fence at the beginning of a line.
const MARKS: &str = "#>-+*=|~`_:\t<";

/// The byte at which a line is cut, so that what is before it takes up to `room` bytes in a request; one
/// character at least. A text is cut behind a blank where the rest does not begin with a mark and no
/// link, tag or code is open, if there is such a place; code is cut anywhere.
pub(super) fn cut(line: &str, room: usize, is_code: bool) -> usize {
    let end = longest_prefix(line, room);
    if is_code || end == line.len() {
        return end;
    }
    let mut open = Open::default();
    let mut best = None;
    for (at, c) in line[..end].char_indices() {
        open.pass(c, &line[at..]);
        let next = at + c.len_utf8();
        let after = line[next..].chars().next().unwrap_or(' ');
        let is_harmless = !after.is_ascii_digit() && !MARKS.contains(after) && after != ' ';
        let is_between = c == ' ' || is_wide(c) && is_wide(after);
        if is_between && is_harmless && open.is_closed() {
            best = Some(next);
        }
    }
    best.unwrap_or(end)
}

/// The bytes of the longest beginning that takes up to `room` bytes in a request; one character at
/// least.
fn longest_prefix(line: &str, room: usize) -> usize {
    let mut used = 0;
    for (at, c) in line.char_indices() {
        used += of_char(c);
        if used > room && at > 0 {
            return at;
        }
    }
    line.len()
}

/// Characters of scripts without blanks between words.
fn is_wide(c: char) -> bool {
    ('\u{2e80}'..='\u{d7ff}').contains(&c)
}

/// What is open at a place of a line.
#[derive(Default)]
struct Open {
    brackets: usize,
    angle: bool,
    name: bool,
    code: bool,
}

impl Open {
    /// `rest` begins with `c`.
    fn pass(&mut self, c: char, rest: &str) {
        match c {
            '`' => self.code = !self.code,
            _ if self.code => {}
            '[' | '(' => self.brackets += 1,
            ']' | ')' => self.brackets = self.brackets.saturating_sub(1),
            '<' => {
                self.angle = true;
                self.name = tag(rest, 0).is_some_and(|tag| !tag.name.is_empty());
            }
            '>' => self.angle = false,
            _ => {}
        }
    }

    fn is_closed(&self) -> bool {
        self.brackets == 0 && !self.angle && !self.name && !self.code
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_where_it_hurts_least() {
        for (line, room, before) in [
            ("one two three", 9, "one two "),
            ("one [two three](x) four", 15, "one "),
            ("aaaa [two](x) four", 16, "aaaa [two](x) "),
            ("abc `d e` f", 10, "abc `d e` "),
            ("some # title", 8, "some # "),
            ("aaaa bbbb #title", 11, "aaaa "),
            ("中文没有空格也行", 14, "中文没有"),
            (r#"hi there <at user_id="ou_1">Tom Lee</at> x"#, 36, "hi "),
            ("abcdefgh", 3, "abc"),
            ("中", 1, "中"),
        ] {
            assert_eq!(&line[..cut(line, room, false)], before, "{line}");
        }
        assert_eq!(&"a  b  c"[..cut("a  b  c", 5, true)], "a  b ");
    }
}
