//! Fences of code.

use super::block::{indent, marker_width};

/// The opening of a block of code: three or more backticks or tildes.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::content) struct Fence {
    /// What stands before the fence on each of its lines: quotes, and blanks below an item.
    prefix: String,
    marker: String,
    /// The language, and what else stands behind the fence.
    info: String,
    in_list: bool,
}

impl Fence {
    /// A fence around these lines, in the place of a line.
    pub(super) fn around(lines: &[String]) -> Self {
        let first = lines.first().map_or("", String::as_str);
        let rest = first.trim_start_matches(['>', ' ', '\t']);
        let prefix = first[..first.len() - rest.len()].to_owned();
        let longest = lines.iter().map(|line| longest_run(line)).max().unwrap_or(0);
        let marker = "`".repeat(3.max(longest + 1));
        Self { prefix, marker, info: String::new(), in_list: false }
    }

    /// The fence that a line opens, also within quotes and items.
    pub(super) fn open(line: &str, in_list: bool) -> Option<Self> {
        let (mut rest, mut prefix, mut is_item) = (line, String::new(), in_list);
        loop {
            let text = rest.trim_start_matches([' ', '\t']);
            if !is_item && indent(rest) >= 4 {
                return None;
            }
            prefix.push_str(&rest[..rest.len() - text.len()]);
            rest = text;
            if let Some(quoted) = rest.strip_prefix('>') {
                prefix.push('>');
                rest = quoted;
                is_item = false;
            } else if let Some(width) = marker_width(rest).filter(|width| rest.len() > *width) {
                prefix.push_str(&" ".repeat(width));
                rest = &rest[width..];
                is_item = true;
            } else {
                break;
            }
        }
        let mark = rest.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let info = rest.trim_start_matches(mark);
        let marker = &rest[..rest.len() - info.len()];
        if marker.len() < 3 || (mark == '`' && info.contains('`')) {
            return None;
        }
        let (marker, info) = (marker.to_owned(), info.trim().to_owned());
        Some(Self { prefix, marker, info, in_list: is_item })
    }

    /// How many of the lines below the opening belong to the fence, its end included.
    pub(super) fn lines_in(&self, below: &[&str]) -> usize {
        for (at, line) in below.iter().enumerate() {
            let Some(line) = self.inside(line) else { return at };
            if self.is_end(line) {
                return at + 1;
            }
        }
        below.len()
    }

    /// Whether nothing of a quote or an item is around it.
    pub(super) fn is_plain(&self) -> bool {
        self.prefix.is_empty()
    }

    pub(super) fn opening(&self) -> String {
        format!("{}{}{}", self.prefix, self.marker, self.info)
    }

    pub(super) fn closing(&self) -> String {
        format!("{}{}", self.prefix, self.marker)
    }

    /// Whether the last of these lines closes the fence that the first opens.
    pub(super) fn is_closed(&self, lines: &[String]) -> bool {
        let last = lines.get(1..).and_then(<[String]>::last);
        last.is_some_and(|line| self.inside(line).is_some_and(|line| self.is_end(line)))
    }

    /// A line without the quotes around the fence; None if it is outside of them, or of the item.
    fn inside<'a>(&self, line: &'a str) -> Option<&'a str> {
        let mut rest = line;
        for _ in self.prefix.matches('>') {
            rest = rest.trim_start_matches(' ').strip_prefix('>')?;
        }
        let is_quoted = self.prefix.contains('>');
        let is_below = !is_quoted && self.in_list && indent(&self.prefix) > 1;
        let leaves_item = is_below && indent(line) == 0 && !line.trim().is_empty();
        (!leaves_item).then_some(rest)
    }

    fn is_end(&self, line: &str) -> bool {
        let text = line.trim();
        let mark = &self.marker[..1];
        let is_near = self.in_list || indent(line) < 4 + usize::from(!self.is_plain());
        is_near && text.starts_with(&self.marker) && text.trim_start_matches(mark).is_empty()
    }
}

/// How many backticks come in a row at most.
pub(in crate::content) fn longest_run(text: &str) -> usize {
    let runs = text.split(|c| c != '`');
    runs.map(str::len).max().unwrap_or(0)
}
