//! Blocks of HTML: our comments, tables, and what stays HTML.

use super::block::Builder;
use super::frame::{Frame, What};
use super::html::{Tag, unescape};
use super::inline_html::unfold;
use super::table::{Cell, MAX_SPAN};
use crate::block::{Block, Kind, Language};
use crate::markdown::comment::{self, Comment};

impl Builder {
    pub(super) fn html_block(&mut self, html: &str) {
        let mut rest = html;
        loop {
            if !self.is_in_cell() {
                rest = rest.trim_start();
            }
            if rest.is_empty() {
                break;
            }
            let read = self
                .comment(rest)
                .or_else(|| self.table_tag(rest))
                .or_else(|| self.cell_text(rest));
            match read {
                Some(length) => rest = &rest[length..],
                None => {
                    let code = rest.trim_end_matches('\n');
                    self.lose("a document has no HTML, it is code");
                    self.push(Block::code(Language::Html, code));
                    break;
                }
            }
        }
        self.end_text();
    }

    /// The length of a comment, after it was taken in.
    fn comment(&mut self, text: &str) -> Option<usize> {
        let inner = text.strip_prefix("<!--")?;
        let end = inner.find("-->");
        let (inner, length) = match end {
            Some(end) => (&inner[..end], end + 7),
            None => (inner, text.len()),
        };
        self.end_text();
        match comment::read(inner) {
            Comment::Leaf(block) if !comment::says_nothing(&block) => self.push(unfold(*block)),
            Comment::Begin(block)
                if block.text_slot().is_some() || !comment::says_nothing(&block) =>
            {
                self.open(What::Region(block));
            }
            Comment::End(name) => {
                if !self.close_region(&name) {
                    self.lose(format!("a comment ends {name:?}, which did not begin"));
                }
            }
            Comment::About(block) => self.about(*block),
            Comment::Leaf(_) | Comment::Begin(_) | Comment::Foreign => {
                self.lose(format!("a comment is dropped: {:?}", inner.trim()))
            }
        }
        Some(length)
    }

    fn about(&mut self, block: Block) {
        match (block.kind(), self.stack.last_mut()) {
            (Kind::Table, _) => self.about_table = Some(block),
            (Kind::Callout, Some(Frame { what: What::Quote { about, .. }, .. })) => {
                *about = Some(*block.fields.callout.unwrap_or_default());
            }
            (kind, _) => {
                self.lose(format!("a comment says something about {kind:?}, which is not there"))
            }
        }
    }

    fn is_in_cell(&self) -> bool {
        matches!(self.stack.last(), Some(Frame { what: What::HtmlCell(_), .. }))
    }

    /// The length of a tag of a table, after it was taken in.
    fn table_tag(&mut self, text: &str) -> Option<usize> {
        let (tag, length) = Tag::read(text)?;
        let is_in_table = self.table_depth().is_some();
        match (tag.name.as_str(), tag.is_end) {
            ("table", false) => {
                self.end_text();
                self.open(What::HtmlTable(Vec::new()));
            }
            ("table", true) if is_in_table => self.close_table(0),
            ("tr", false) if is_in_table => {
                self.close_table(1);
                if let Some(Frame { what: What::HtmlTable(rows), .. }) = self.stack.last_mut() {
                    rows.push(Vec::new());
                }
            }
            ("tr" | "td" | "th", true) if is_in_table => self.close_table(1),
            ("td" | "th", false) if is_in_table => {
                self.close_table(1);
                let span = |name| {
                    let number = tag.attribute(name).and_then(|it| it.parse().ok()).unwrap_or(1);
                    usize::clamp(number, 1, MAX_SPAN)
                };
                let (rows, columns) = (span("rowspan"), span("colspan"));
                let is_header = tag.name == "th";
                self.open(What::HtmlCell(Cell { is_header, rows, columns, ..Cell::default() }));
            }
            ("thead" | "tbody" | "tfoot", _) if is_in_table => {}
            _ => return None,
        }
        Some(length)
    }

    /// Text and tags of a cell, up to the next tag of a table.
    fn cell_text(&mut self, text: &str) -> Option<usize> {
        if !self.is_in_cell() {
            return None;
        }
        if let Some((_, length)) = Tag::read(text) {
            self.inline_html(&text[..length]);
            return Some(length);
        }
        let first = text.chars().next().map_or(0, char::len_utf8);
        let length = text[first..].find('<').map_or(text.len(), |it| it + first);
        let words = unescape(&text[..length]);
        let is_break = |c: char| c == '\n' || c == '\r';
        if !words.trim_matches(is_break).is_empty() {
            self.text(&words.replace(is_break, " "));
        }
        Some(length)
    }

    /// Where the innermost table is that is open within the innermost block of Markdown.
    fn table_depth(&self) -> Option<usize> {
        for (at, frame) in self.stack.iter().enumerate().rev() {
            match frame.what {
                What::HtmlTable(_) => return Some(at),
                What::HtmlCell(_) | What::Region(_) => {}
                _ => return None,
            }
        }
        None
    }

    /// Closes what is open in the innermost table; the table, too, if nothing of it is kept.
    fn close_table(&mut self, kept: usize) {
        self.end_text();
        if let Some(depth) = self.table_depth() {
            self.close_to(depth + kept);
        }
    }
}
