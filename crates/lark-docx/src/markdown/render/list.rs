//! Items of lists.

use crate::block::{Block, Kind};

use super::inline::Place;
use super::{Renderer, comment, indented};

/// Whether a block is an item of a list.
pub(super) fn is_item(block: &Block) -> bool {
    matches!(block.kind(), Kind::Bullet | Kind::Ordered | Kind::Todo)
}

/// The largest number that Markdown takes.
const MAX_NUMBER: u64 = 999_999_999;

/// What numbers the items that follow each other.
#[derive(Default)]
struct Counter {
    last: Option<u64>,
    /// Whether `)` stands behind numbers, which ends a list of those with `.`.
    is_bracket: bool,
}

impl Counter {
    /// The marker of an item, and whether it begins another list.
    fn marker(&mut self, block: &Block) -> (String, bool) {
        if block.kind() != Kind::Ordered {
            let is_new = self.last.is_some();
            *self = Self::default();
            return ("- ".to_owned(), is_new);
        }
        let expected = self.last.map_or(1, |it| it + 1);
        let number = sequence(block).unwrap_or(expected).min(MAX_NUMBER);
        let is_new = number != expected || self.last.is_none();
        if self.last.is_some() && is_new {
            self.is_bracket = !self.is_bracket;
        }
        self.last = Some(number);
        (format!("{number}{} ", if self.is_bracket { ')' } else { '.' }), is_new)
    }
}

/// The number that an item states.
fn sequence(block: &Block) -> Option<u64> {
    let text = block.rich_text()?;
    text.style.as_ref()?.sequence.as_ref()?.parse().ok()
}

/// Items that follow each other: a list, or several if the numbers start again.
#[derive(Default)]
pub(super) struct Items {
    counter: Counter,
    /// Whether a blank line is in the last one.
    is_loose: bool,
}

impl Items {
    /// The next one, and what stands before it unless it is the first.
    pub(super) fn next(&mut self, renderer: &Renderer<'_>, item: &Block) -> (&'static str, String) {
        let (marker, is_new) = self.counter.marker(item);
        let gap = if is_new || self.is_loose { "\n\n" } else { "\n" };
        let (content, has_blank_line) = renderer.item(item);
        self.is_loose = has_blank_line;
        (gap, indented(&marker, &content))
    }
}

impl Renderer<'_> {
    /// What is in an item, and whether a blank line is in it.
    fn item(&self, item: &Block) -> (String, bool) {
        let text = match item.kind() {
            Kind::Todo => {
                let text = item.rich_text();
                let is_done = text.as_ref().and_then(|it| it.style.as_ref()?.done) == Some(true);
                let mark = if is_done { "[x] " } else { "[ ] " };
                mark.to_owned() + &self.text(item, Place::Paragraph)
            }
            _ => self.text(item, Place::Paragraph),
        };
        let children = item.children();
        let mut below = self.blocks(children);
        if children.first().is_some_and(|it| it.kind() == Kind::Divider) && text.is_empty() {
            // `- ---` would be a line across the page.
            below.replace_range(..3, "***");
        }
        let is_box_alone = item.kind() == Kind::Todo && item.plain_text().is_empty();
        // A box alone would end its item, and `- - -` would be a line across the page.
        if is_box_alone && !follows_closely(children) || text.is_empty() && is_dashes(&below) {
            return (format!("{text}<!-- {} -->\n\n{below}", comment::EMPTY), true);
        }
        match (text.is_empty(), below.is_empty()) {
            (_, true) => (text, false),
            (true, false) => (below, children.len() > 1),
            (false, false) if follows_closely(children) => (format!("{text}\n{below}"), false),
            (false, false) => (format!("{text}\n\n{below}"), true),
        }
    }
}

/// Whether a text begins with a line of markers only, which with another one is a line across the page.
fn is_dashes(markdown: &str) -> bool {
    let line = markdown.lines().next().unwrap_or_default();
    line.matches('-').count() > 1 && line.chars().all(|it| matches!(it, '-' | ' '))
}

/// Whether blocks may follow a text on the next line: lists, unless their first item would be read
/// as a part of the text.
fn follows_closely(children: &[Block]) -> bool {
    let Some(first) = children.first() else { return true };
    let starts_list = match first.kind() {
        Kind::Ordered => sequence(first).is_none_or(|it| it == 1),
        _ => true,
    };
    let has_text = !first.plain_text().trim().is_empty() || first.kind() == Kind::Todo;
    starts_list && has_text && children.iter().all(is_item)
}
