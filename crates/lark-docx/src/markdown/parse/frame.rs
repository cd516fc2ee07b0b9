//! Blocks that are open, and what becomes of them when they end.

use pulldown_cmark::{Alignment, BlockQuoteKind};

use super::block::Builder;
use super::table::{self, Cell};
use crate::block::{Block, Kind, RichText};
use crate::markdown::{alert, comment};
use crate::v1::{Callout, Text};

/// A block that is open.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) what: What,
    /// What is in it.
    pub(super) blocks: Vec<Block>,
    /// How many levels of the document there are, this one included.
    pub(super) depth: usize,
    /// Whether it is too deep to be a block of its own.
    pub(super) is_flat: bool,
    /// Where what is in it goes, in the stack: this one, or the one around it that is not flat.
    pub(super) home: usize,
}

#[derive(Debug)]
pub(super) enum What {
    Document,
    Quote {
        alert: Option<BlockQuoteKind>,
        about: Option<Callout>,
    },
    List {
        first: Option<u64>,
    },
    Item {
        is_ordered: bool,
        task: Option<bool>,
    },
    Footnote(String),
    /// A table of GFM.
    Pipes {
        aligns: Vec<Alignment>,
        /// Without the empty cells at their ends.
        rows: Vec<Vec<Cell>>,
        /// Where the next cell goes.
        column: usize,
    },
    Cell(Cell),
    /// What is between two comments of ours.
    Region(Box<Block>),
    /// A table of HTML; what is in it but in no cell comes after it.
    HtmlTable(Vec<Vec<Cell>>),
    HtmlCell(Cell),
}

impl What {
    /// Whether it is a level of the document.
    pub(super) fn is_level(&self) -> bool {
        matches!(self, Self::Quote { .. } | Self::Item { .. } | Self::Region(_))
    }

    /// Whether Markdown ends it, not a comment or a tag.
    fn is_markdown(&self) -> bool {
        !matches!(self, Self::Region(_) | Self::HtmlTable(_) | Self::HtmlCell(_))
    }
}

impl Frame {
    pub(super) fn new(what: What) -> Self {
        Self { what, blocks: Vec::new(), depth: 0, is_flat: false, home: 0 }
    }
}

impl Builder {
    /// Closes the innermost block of Markdown, with what comments and tags left open in it.
    pub(super) fn close_markdown(&mut self) {
        let innermost = self.stack.iter().rposition(|it| it.what.is_markdown());
        self.close_to(innermost.unwrap_or(0).max(1));
    }

    /// Closes blocks until `depth` of them are open.
    pub(super) fn close_to(&mut self, depth: usize) {
        while self.stack.len() > depth.max(1) {
            let Some(frame) = self.stack.pop() else { return };
            self.close(frame);
        }
    }

    fn close(&mut self, frame: Frame) {
        let Frame { what, blocks, is_flat, .. } = frame;
        if is_flat {
            return;
        }
        match what {
            What::Document => {}
            What::Quote { alert, about } => self.close_quote(alert, about, blocks),
            What::List { first } => self.close_list(first, blocks),
            What::Item { is_ordered, task } => self.push(item(is_ordered, task, blocks)),
            What::Footnote(label) => {
                let blocks = footnote(&label, blocks);
                blocks.into_iter().for_each(|it| self.push(it));
            }
            What::Pipes { aligns, rows, .. } => {
                let table = table::pipes(&aligns, rows, &mut self.room_for_cells);
                self.push_table(table, blocks);
            }
            What::Cell(cell) => {
                let Some(Frame { what: What::Pipes { rows, column, .. }, .. }) =
                    self.stack.last_mut()
                else {
                    return;
                };
                if let Some(row) = rows.last_mut().filter(|_| !blocks.is_empty()) {
                    row.resize_with(*column, Cell::default);
                    row.push(Cell { blocks, ..cell });
                }
                *column += 1;
            }
            What::Region(block) => self.close_region_of(*block, blocks),
            What::HtmlTable(rows) => {
                let table = table::html(rows, &mut self.room_for_cells);
                self.push_table(table, blocks);
            }
            What::HtmlCell(cell) => {
                if let Some(Frame { what: What::HtmlTable(rows), .. }) = self.stack.last_mut() {
                    if rows.is_empty() {
                        rows.push(Vec::new());
                    }
                    if let Some(row) = rows.last_mut() {
                        row.push(Cell { blocks, ..cell });
                    }
                }
            }
        }
    }

    fn close_quote(
        &mut self,
        alert: Option<BlockQuoteKind>,
        about: Option<Callout>,
        mut blocks: Vec<Block>,
    ) {
        let callout = about.or_else(|| alert.map(alert::callout));
        let Some(callout) = callout else { return self.push(Block::quote_container(blocks)) };
        if blocks.iter().all(fits_in_callout) {
            return self.push(Block::callout(callout, blocks));
        }
        self.lose("an alert with more than texts, lists and quotes is a quotation");
        if let Some(alert) = alert {
            blocks.insert(0, Block::text(RichText::new().bold(alert::name_of(alert))));
        }
        self.push(Block::quote_container(blocks));
    }

    fn close_list(&mut self, first: Option<u64>, mut items: Vec<Block>) {
        // The platform counts from 1; the number is stated where it would not come out.
        let follows = self.last_kind() == Some(Kind::Ordered);
        if let Some(first) = first.filter(|it| *it != 1 || follows)
            && let Some(item) = items.iter_mut().find(|it| it.kind() == Kind::Ordered)
            && let Some(Some(text)) = item.text_slot_mut()
        {
            text.style.get_or_insert_default().sequence = Some(first.to_string());
        }
        items.into_iter().for_each(|it| self.push(it));
    }

    /// A table, and what was in it but in no cell. Cells hold no tables, so one in a cell comes
    /// after the table around it.
    fn push_table(&mut self, table: Result<Block, Vec<Block>>, stray: Vec<Block>) {
        let about = self.about_table.take();
        let mut table = match table {
            Ok(table) => table,
            Err(texts) => {
                self.lose("a table with far more cells than texts is those texts");
                return texts.into_iter().chain(stray).for_each(|it| self.push(it));
            }
        };
        if let Some(about) = about {
            table::apply(&mut table, &about);
        }
        let is_cell = |it: &Frame| matches!(it.what, What::HtmlCell(_));
        let around = self.stack.iter().position(is_cell).and_then(|it| it.checked_sub(1));
        let tables = std::iter::once(table).filter(|it| !it.children().is_empty());
        let all = tables.chain(stray);
        match around {
            Some(outer) => {
                self.lose("a table within a table comes after it");
                let all: Vec<Block> = all.collect();
                let home = self.stack[outer].home;
                self.stack[home].blocks.extend(all);
            }
            None => all.for_each(|it| self.push(it)),
        }
    }

    /// What is between two comments that cannot be what they say stands for itself.
    fn close_region_of(&mut self, block: Block, blocks: Vec<Block>) {
        let is_column = |it: &Block| it.kind() == Kind::GridColumn;
        let is_in_grid = matches!(self.stack.last(),
            Some(Frame { what: What::Region(it), .. }) if it.kind() == Kind::Grid);
        let is_broken = match block.kind() {
            Kind::Grid => blocks.is_empty() || !blocks.iter().all(is_column),
            Kind::GridColumn => !is_in_grid,
            Kind::Table | Kind::TableCell => true,
            _ => false,
        };
        if !is_broken {
            return self.push(region(block, blocks));
        }
        self.lose(format!("comments around what cannot be in a {:?} are dropped", block.kind()));
        for block in blocks {
            match is_column(&block) {
                true => block.children.into_iter().for_each(|it| self.push(it)),
                false => self.push(block),
            }
        }
    }

    /// Closes the region that a comment ends; `false` if none is open.
    pub(super) fn close_region(&mut self, name: &str) -> bool {
        let innermost = self.stack.iter().rposition(|it| it.what.is_markdown()).unwrap_or(0);
        let is_named = |it: &Frame| matches!(&it.what, What::Region(block) if comment::name(block.kind()) == name);
        let found = self.stack[innermost..].iter().rposition(is_named);
        if let Some(at) = found {
            self.close_to(innermost + at);
        }
        found.is_some()
    }
}

fn fits_in_callout(block: &Block) -> bool {
    let kind = block.kind();
    block.heading_level().is_some()
        || matches!(kind, Kind::Text | Kind::Bullet | Kind::Ordered | Kind::Todo)
        || matches!(kind, Kind::Quote | Kind::QuoteContainer | Kind::Task)
}

/// The first text of an item is its own; what follows is below it.
fn item(is_ordered: bool, task: Option<bool>, mut blocks: Vec<Block>) -> Block {
    let text = take_text(&mut blocks).unwrap_or_else(empty_text);
    let kind = match (task, is_ordered) {
        (Some(_), _) => Kind::Todo,
        (None, true) => Kind::Ordered,
        (None, false) => Kind::Bullet,
    };
    let mut item = Block::of_text(kind, text);
    if let Some(is_done) = task
        && let Some(Some(text)) = item.text_slot_mut()
    {
        text.style.get_or_insert_default().done = Some(is_done);
    }
    item.with_children(blocks)
}

fn footnote(label: &str, mut blocks: Vec<Block>) -> Vec<Block> {
    let text = take_text(&mut blocks).unwrap_or_else(empty_text);
    let mark = RichText::new().text(format!("[^{label}]: ")).into_text();
    let elements = mark.elements.into_iter().chain(text.elements).flatten().collect();
    let text = Text { elements: Some(elements), ..text };
    blocks.insert(0, Block::of_text(Kind::Text, text));
    blocks
}

fn region(mut block: Block, mut blocks: Vec<Block>) -> Block {
    let has_text = block.text_slot().is_some()
        || matches!(
            block.kind(),
            Kind::OkrObjective | Kind::OkrKeyResult | Kind::SourceSynced | Kind::AgendaItemTitle
        );
    if has_text {
        let is_absent = block.rich_text().is_none();
        let text = take_text(&mut blocks).or_else(|| is_absent.then(empty_text));
        if let Some(text) = text {
            block.set_rich_text(text);
        }
    }
    block.with_children(blocks)
}

/// The text of the first block, if it is a text and nothing else.
fn take_text(blocks: &mut Vec<Block>) -> Option<Text> {
    let is_text = |it: &&Block| it.kind() == Kind::Text && it.children().is_empty();
    let text = blocks.first().filter(is_text)?.fields().text.clone()?;
    blocks.remove(0);
    Some(*text)
}

fn empty_text() -> Text {
    RichText::new().text("").into_text()
}
