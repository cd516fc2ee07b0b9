//! Text that Markdown must not take for anything else.

use std::fmt::{self, Write as _};

/// Text as it is written. `Display` escapes what Markdown would read differently.
#[derive(Clone, Copy)]
pub(super) struct Literal<'a> {
    text: &'a str,
    /// Whether it begins a line.
    is_line_start: bool,
    /// Whether it ends its block.
    is_block_end: bool,
    in_cell: bool,
    /// How a line break is written.
    line_break: &'static str,
    /// Whether all punctuation is escaped.
    all: bool,
}

impl<'a> Literal<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            is_line_start: false,
            is_block_end: false,
            in_cell: false,
            line_break: "\\\n",
            all: false,
        }
    }

    /// For places within a line, with all punctuation escaped.
    pub(super) fn everything(text: &'a str) -> Self {
        Self { all: true, line_break: " ", ..Self::new(text) }
    }

    pub(super) fn at_line_start(self, is_line_start: bool) -> Self {
        Self { is_line_start, ..self }
    }

    pub(super) fn at_block_end(self, is_block_end: bool) -> Self {
        Self { is_block_end, ..self }
    }

    pub(super) fn in_cell(self, in_cell: bool) -> Self {
        Self { in_cell, ..self }
    }

    pub(super) fn line_break(self, line_break: &'static str) -> Self {
        Self { line_break, ..self }
    }

    pub(super) fn all(self, all: bool) -> Self {
        Self { all, ..self }
    }

    /// Whether a character needs a backslash within a line.
    fn is_special(&self, c: char, before: Option<char>, after: Option<char>) -> bool {
        let is_word = |it: Option<char>| it.is_some_and(char::is_alphanumeric);
        match c {
            '\\' | '`' | '*' | '[' | ']' | '<' | '~' | '$' => true,
            '|' => self.in_cell || self.all,
            '_' => self.all || !(is_word(before) && is_word(after)),
            '&' => self.all || after.is_some_and(|it| it.is_ascii_alphanumeric() || it == '#'),
            _ => self.all && c.is_ascii_punctuation(),
        }
    }
}

impl fmt::Display for Literal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut is_line_start = self.is_line_start;
        let mut digits = false;
        let mut before = None;
        let mut chars = self.text.chars().peekable();
        while let Some(c) = chars.next() {
            let after = chars.peek().copied();
            let is_line_end = after.map_or(self.is_block_end, |it| it == '\n');
            match c {
                '\n' => {
                    // A tag alone on its line would be a block of HTML.
                    let is_tag = self.line_break == "<br>";
                    f.write_str(if is_tag && is_line_start { "&#10;" } else { self.line_break })?;
                    (is_line_start, digits, before) = (!is_tag || is_line_start, false, Some(c));
                    continue;
                }
                // Markdown would drop white space at both ends of a line.
                ' ' | '\t' | '\u{b}' | '\u{c}' if is_line_start || is_line_end => {
                    write!(f, "&#{};", u32::from(c))?;
                    before = Some(c);
                    continue;
                }
                '\r' => f.write_str("&#13;")?,
                '#' | '>' | '-' | '+' | '=' | ':' | '|' if is_line_start => write!(f, "\\{c}")?,
                '.' | ')' if digits => write!(f, "\\{c}")?,
                _ if self.is_special(c, before, after) => write!(f, "\\{c}")?,
                _ => f.write_char(c)?,
            }
            digits = c.is_ascii_digit() && (is_line_start || digits);
            is_line_start = false;
            before = Some(c);
        }
        Ok(())
    }
}

/// The target of a link, in the form that takes any character.
pub(super) fn link_target(url: &str) -> String {
    let is_plain = |c: char| !c.is_whitespace() && !c.is_control() && !"()<>\\&|".contains(c);
    if !url.is_empty() && url.chars().all(is_plain) {
        return url.to_owned();
    }
    let mut target = String::from("<");
    for c in url.chars() {
        match c {
            '<' | '>' | '\\' | '&' | '|' => target.extend(['\\', c]),
            c if c.is_control() => {
                let mut bytes = [0; 4];
                c.encode_utf8(&mut bytes);
                for byte in &bytes[..c.len_utf8()] {
                    let _ = write!(target, "%{byte:02X}");
                }
            }
            c => target.push(c),
        }
    }
    target.push('>');
    target
}

/// Code within a line, fenced by more backticks than it has in a row.
pub(super) fn code_span(code: &str, in_cell: bool) -> String {
    let fence = "`".repeat(longest_run(code, '`') + 1);
    let has_edge = |it: char| it == '`' || it == ' ';
    let padded = code.starts_with(has_edge) || code.ends_with(has_edge);
    let pad = if padded && !code.trim_matches(' ').is_empty() { " " } else { "" };
    let code = if in_cell { code.replace('|', "\\|") } else { code.to_owned() };
    format!("{fence}{pad}{code}{pad}{fence}")
}

/// How often `c` comes in a row at most.
pub(super) fn longest_run(text: &str, c: char) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for found in text.chars() {
        run = if found == c { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

/// Text within a tag.
pub(super) fn html(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            c if c.is_ascii_punctuation() || matches!(c, '\n' | '\r') => {
                let _ = write!(escaped, "&#{};", u32::from(c));
            }
            c => escaped.push(c),
        }
    }
    escaped
}
