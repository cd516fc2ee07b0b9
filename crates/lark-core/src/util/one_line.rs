//! Texts of others in lines of a log.

use std::fmt::{self, Write};

/// Writes on, on one line: what would end it, or have it read in another direction, is escaped. So nothing
/// that a server says can look like another line of a log.
pub(crate) struct OneLine<'a, W: ?Sized>(pub &'a mut W);

impl<W: Write + ?Sized> Write for OneLine<'_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut rest = text;
        while let Some(at) = rest.find(leaves_line) {
            let (plain, odd) = rest.split_at(at);
            self.0.write_str(plain)?;
            let mut marks = odd.chars();
            if let Some(mark) = marks.next() {
                write!(self.0, "{}", mark.escape_default())?;
            }
            rest = marks.as_str();
        }
        self.0.write_str(rest)
    }
}

/// Control characters, the line ends of Unicode, and what turns the direction of text.
fn leaves_line(mark: char) -> bool {
    let turns = ['\u{202a}'..='\u{202e}', '\u{2066}'..='\u{2069}'];
    mark.is_control()
        || matches!(mark, '\u{2028}' | '\u{2029}')
        || turns.iter().any(|range| range.contains(&mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaves_the_line_is_escaped() {
        let mut out = String::new();
        let text = "a\nb\u{1b}[31m \u{85}\u{2028}c \u{202e}\u{4e2d}\u{6587} \"d\"";
        write!(OneLine(&mut out), "{text}").expect("a string takes all");
        assert_eq!(out, "a\\nb\\u{1b}[31m \\u{85}\\u{2028}c \\u{202e}\u{4e2d}\u{6587} \"d\"");
    }
}
