//! Text that Markdown must not take for anything else.

use std::fmt::Write as _;

/// Texts and Markdown in a paragraph, in their order.
#[derive(Debug, Default)]
pub(super) struct Paragraph {
    out: String,
    in_cell: bool,
}

impl Paragraph {
    /// The cell of a table, which is one line.
    pub(super) fn cell() -> Self {
        Self { in_cell: true, ..Self::default() }
    }

    /// Adds text that is shown as it is.
    pub(super) fn text(&mut self, text: &str) {
        let mut rest = text;
        while let Some(at) = rest.find("http") {
            let (before, url) = rest.split_at(at);
            let is_url = url.starts_with("http://") || url.starts_with("https://");
            let is_end = |c: char| !c.is_ascii_graphic() || "<>\"`\\".contains(c);
            let end = match is_url {
                true => url.find(is_end).unwrap_or(url.len()),
                // Looking for the end of what is none would take long where there are many.
                false => "http".len(),
            };
            let (url, after) = url.split_at(end);
            self.literal(before);
            let is_special = |c: char| "*_~[]$|&".contains(c);
            match is_url && url.contains(is_special) && !(self.in_cell && url.contains('|')) {
                true => self.markdown(&format!("<{url}>")),
                false if is_url && !url.contains(is_special) => self.markdown(url),
                false => self.literal(url),
            }
            rest = after;
        }
        self.literal(rest);
    }

    /// Adds Markdown.
    pub(super) fn markdown(&mut self, markdown: &str) {
        self.out.push_str(markdown);
    }

    /// What was added last.
    pub(super) fn last(&self) -> Option<char> {
        self.out.chars().next_back()
    }

    /// The Markdown, with hard line breaks.
    pub(super) fn finish(self) -> String {
        let lines: Vec<&str> = self.out.split('\n').map(str::trim_ascii).collect();
        let mut text = String::with_capacity(self.out.len());
        let mut blanks = true;
        for line in lines {
            let has_text = !line.is_empty();
            let separator = match (self.in_cell, has_text, blanks) {
                (_, false, _) | (_, true, true) if text.is_empty() => "",
                (true, true, _) => "<br>",
                (false, true, true) => "\n\n",
                (false, true, false) => "\\\n",
                (_, false, _) => "",
            };
            if has_text {
                text.push_str(separator);
                text.push_str(line);
            }
            blanks = !has_text;
        }
        text
    }

    fn literal(&mut self, text: &str) {
        let mut is_line_start = self.out.is_empty() || self.out.ends_with('\n');
        let mut digits = false;
        let mut before = self.last();
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            let after = chars.peek().copied();
            match c {
                '\r' if after == Some('\n') => continue,
                '\n' | '\r' => {
                    self.out.push('\n');
                    (is_line_start, digits, before) = (true, false, Some('\n'));
                    continue;
                }
                // Markdown would drop white space at the beginning of a line.
                ' ' if is_line_start => {
                    self.out.push('\u{a0}');
                    continue;
                }
                '\t' if is_line_start => {
                    self.out.push_str("\u{a0}\u{a0}\u{a0}\u{a0}");
                    continue;
                }
                '#' | '>' | '-' | '+' | '=' | ':' if is_line_start => _ = write!(self.out, "\\{c}"),
                '.' | ')' if digits => _ = write!(self.out, "\\{c}"),
                _ if self.is_special(c, is_line_start, before, after) => {
                    _ = write!(self.out, "\\{c}");
                }
                _ => self.out.push(c),
            }
            digits = c.is_ascii_digit() && (is_line_start || digits);
            is_line_start = false;
            before = Some(c);
        }
    }

    fn is_special(
        &self,
        c: char,
        is_line_start: bool,
        before: Option<char>,
        after: Option<char>,
    ) -> bool {
        let is_word = |it: Option<char>| it.is_some_and(char::is_alphanumeric);
        match c {
            '\\' | '`' | '*' | '[' | ']' | '<' | '~' | '$' => true,
            '|' => self.in_cell || is_line_start,
            '_' => !(is_word(before) && is_word(after)),
            '&' => after.is_some_and(|it| it.is_ascii_alphanumeric() || it == '#'),
            _ => false,
        }
    }
}

/// Text that is shown as it is.
pub(super) fn text(text: &str) -> String {
    let mut paragraph = Paragraph::default();
    paragraph.text(text);
    paragraph.finish()
}

/// Text within a line: of a link, or between other Markdown.
pub(super) fn label(label: &str) -> String {
    let mut paragraph = Paragraph { out: ".".to_owned(), ..Paragraph::default() };
    paragraph.literal(&label.split_whitespace().collect::<Vec<_>>().join(" "));
    paragraph.out[1..].to_owned()
}

/// A link.
pub(super) fn link(text: &str, target: &str) -> String {
    format!("[{}]({})", label(text), link_target(target))
}

/// The target of a link, in the form that takes any character.
pub(super) fn link_target(url: &str) -> String {
    let is_plain = |c: char| !c.is_whitespace() && !c.is_control() && !"()<>\\|".contains(c);
    if !url.is_empty() && url.chars().all(is_plain) {
        return url.to_owned();
    }
    let mut target = String::from("<");
    for c in url.chars() {
        match c {
            '<' | '>' | '\\' | '|' => target.extend(['\\', c]),
            c if c.is_control() => _ = write!(target, "%{:02X}", u32::from(c)),
            c => target.push(c),
        }
    }
    target.push('>');
    target
}

/// Code on lines of its own.
pub(super) fn code(language: &str, code: &str) -> String {
    let fence = "`".repeat(3.max(super::longest_run(code) + 1));
    let is_name = |c: char| !c.is_whitespace() && !c.is_control() && c != '`';
    let language: String = language.to_lowercase().chars().filter(|c| is_name(*c)).collect();
    format!("{fence}{language}\n{}\n{fence}", code.strip_suffix('\n').unwrap_or(code))
}

/// Markdown as a quote.
pub(super) fn quote(markdown: &str) -> String {
    let line = |line: &str| if line.is_empty() { ">".to_owned() } else { format!("> {line}") };
    markdown.split('\n').map(line).collect::<Vec<_>>().join("\n")
}
