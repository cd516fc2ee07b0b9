//! Markdown as blocks, line by line: what must not be cut, or is cut with care.

use super::fence::Fence;

/// A block of Markdown: its lines, and how it may be cut.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::content) struct Block {
    pub(super) kind: Kind,
    pub(super) lines: Vec<String>,
    /// Whether a blank line stands before it.
    pub(super) is_apart: bool,
    /// Whether it belongs to an item of a list.
    pub(super) in_list: bool,
}

/// What a block is.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::content) enum Kind {
    /// Lines of paragraphs, lists and quotes.
    Text,
    /// One line, of this level.
    Heading(usize),
    /// A heading row, a row of dashes, and rows.
    Table,
    Fence(Fence),
}

impl Block {
    pub(in crate::content) fn is_table(&self) -> bool {
        self.kind == Kind::Table
    }
}

/// All blocks of a text. No character is left out but line breaks and blank lines between blocks, and
/// the underlines of headings.
pub(in crate::content) fn blocks(text: &str) -> Vec<Block> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut reader = Reader { lines: text.split('\n').collect(), at: 0, ..Reader::default() };
    while reader.at < reader.lines.len() {
        reader.read();
    }
    reader.end_text();
    reader.blocks
}

#[derive(Default)]
struct Reader<'a> {
    lines: Vec<&'a str>,
    at: usize,
    blocks: Vec<Block>,
    /// Lines of a text block that is not complete.
    text: Vec<String>,
    is_apart: bool,
    in_list: bool,
}

impl Reader<'_> {
    fn read(&mut self) {
        let line = self.lines[self.at];
        if line.trim().is_empty() {
            self.end_text();
            self.is_apart = true;
            self.at += 1;
            return;
        }
        self.enter_or_leave_list(line);
        let is_code = self.text.is_empty() && !self.in_list && indent(line) >= 4;
        if is_code {
            self.take_text(1);
        } else if let Some(fence) = Fence::open(line, self.in_list) {
            self.end_text();
            let body = &self.lines[self.at + 1..];
            let count = 1 + fence.lines_in(body);
            self.push(Kind::Fence(fence), count);
        } else if let Some(level) = heading_level(line) {
            self.end_text();
            self.push(Kind::Heading(level), 1);
        } else if self.is_table() {
            self.end_text();
            let rows = self.lines[self.at + 2..].iter();
            let rows = rows.take_while(|it| self.is_row(it));
            let count = 2 + rows.count();
            self.push(Kind::Table, count);
        } else if let Some(level) = self.underlined() {
            self.push(Kind::Heading(level), 1);
            self.at += 1;
            let heading = self.blocks.last_mut().and_then(|it| it.lines.first_mut());
            if let Some(line) = heading {
                *line = format!("{} {}", "#".repeat(level), line.trim());
            }
        } else {
            self.take_text(1);
        }
    }

    /// An item of a list goes on until a line without indentation follows a blank line.
    fn enter_or_leave_list(&mut self, line: &str) {
        let is_possible = self.in_list || indent(line) < 4;
        if is_possible && marker_width(line.trim_start()).is_some() && !is_rule(line) {
            self.in_list = true;
        } else if self.text.is_empty() && indent(line) == 0 {
            self.in_list = false;
        }
    }

    fn is_table(&self) -> bool {
        let next = self.lines.get(self.at + 1);
        next.is_some_and(|next| is_table(self.lines[self.at], next))
    }

    fn is_row(&self, line: &str) -> bool {
        let is_other = heading_level(line).is_some() || Fence::open(line, self.in_list).is_some();
        line.contains('|') && !is_other
    }

    /// The level of a paragraph of one line above `===` or `---`.
    fn underlined(&self) -> Option<usize> {
        let (line, next) = (self.lines[self.at], self.lines.get(self.at + 1)?.trim());
        let starts = |c: char| matches!(c, '<' | '>' | '|' | '-' | '=' | '+' | '*' | '`' | '~');
        if !self.text.is_empty() || self.in_list || line.trim_start().starts_with(starts) {
            return None;
        }
        let is_all = |c: char| next.len() > 1 && next.chars().all(|it| it == c);
        if is_all('=') { Some(1) } else { is_all('-').then_some(2) }
    }

    fn take_text(&mut self, count: usize) {
        let lines = &self.lines[self.at..self.at + count];
        self.text.extend(lines.iter().map(|it| (*it).to_owned()));
        self.at += count;
    }

    fn push(&mut self, kind: Kind, count: usize) {
        let lines = &self.lines[self.at..self.at + count];
        let lines = lines.iter().map(|it| (*it).to_owned()).collect();
        let is_apart = std::mem::take(&mut self.is_apart);
        self.blocks.push(Block { kind, lines, is_apart, in_list: self.in_list });
        self.at += count;
    }

    fn end_text(&mut self) {
        let lines = std::mem::take(&mut self.text);
        if !lines.is_empty() {
            let is_apart = std::mem::take(&mut self.is_apart);
            self.blocks.push(Block { kind: Kind::Text, lines, is_apart, in_list: self.in_list });
        }
    }
}

/// How far a line is indented, in columns of blanks; a tab is four.
pub(super) fn indent(line: &str) -> usize {
    let blanks = line.chars().take_while(|c| matches!(c, ' ' | '\t'));
    blanks.map(|c| if c == '\t' { 4 } else { 1 }).sum()
}

/// The bytes of the marker of a list's item, with the blank behind it.
pub(super) fn marker_width(line: &str) -> Option<usize> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let width = match line.as_bytes().get(digits)? {
        b'-' | b'*' | b'+' if digits == 0 => 1,
        b'.' | b')' if (1..10).contains(&digits) => digits + 1,
        _ => return None,
    };
    match line.as_bytes().get(width) {
        Some(b' ' | b'\t') => Some(width + 1),
        Some(_) => None,
        None => Some(width),
    }
}

/// A horizontal rule: `- - -`, `***`.
fn is_rule(line: &str) -> bool {
    let line = line.trim();
    let of = |c: char| line.chars().all(|it| it == c || it == ' ') && line.matches(c).count() > 2;
    of('-') || of('*') || of('_')
}

/// The level of a line such as `## Title`.
fn heading_level(line: &str) -> Option<usize> {
    let text = line.trim_start_matches(' ');
    let level = text.bytes().take_while(|it| *it == b'#').count();
    let is_heading = line.len() - text.len() < 4 && (1..=6).contains(&level);
    let ends = text[level..].is_empty() || text[level..].starts_with([' ', '\t']);
    (is_heading && ends).then_some(level)
}

/// Whether two lines begin a table of GitHub's Markdown: a row, and below it as many dashes as it has
/// cells.
fn is_table(row: &str, dashes: &str) -> bool {
    let (row, dashes) = (without_containers(row), without_containers(dashes));
    is_delimiter(dashes) && cells(row) == cells(dashes)
}

/// A line without the marks of quotes, and of the item that it begins.
fn without_containers(line: &str) -> &str {
    let line = line.trim_start_matches(['>', ' ', '\t']);
    match marker_width(line) {
        Some(width) if line.len() > width => line[width..].trim_start(),
        _ => line,
    }
}

/// A row such as `| --- | :-: |`.
fn is_delimiter(line: &str) -> bool {
    let line = line.trim();
    let is_cell = |cell: &str| {
        let cell = cell.trim();
        let dashes = cell.strip_prefix(':').unwrap_or(cell);
        let dashes = dashes.strip_suffix(':').unwrap_or(dashes);
        !dashes.is_empty() && dashes.chars().all(|c| c == '-')
    };
    line.contains('|') && inside(line).split('|').all(is_cell)
}

fn cells(line: &str) -> Option<usize> {
    let line = line.trim();
    let escaped = line.matches(r"\|").count();
    line.contains('|').then(|| inside(line).matches('|').count() + 1 - escaped)
}

/// A row without the bars at its ends.
fn inside(line: &str) -> &str {
    let line = line.strip_prefix('|').unwrap_or(line);
    line.strip_suffix('|').unwrap_or(line)
}
