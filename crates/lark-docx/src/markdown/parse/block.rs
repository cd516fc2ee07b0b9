//! Events of the parser to blocks.

use pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};

use super::Loss;
use super::frame::{Frame, What};
use super::inline::Inline;
use super::table::Cell;
use crate::block::{Block, Kind, Language, from_info};
use crate::markdown::MAX_DEPTH;

/// Cells without a text that tables may have, beside one for each byte.
const EMPTY_CELLS: usize = 50_000;

/// Makes blocks of events, of one piece of a text after the other.
#[derive(Debug)]
pub(super) struct Builder {
    /// Where lines of the piece begin.
    lines: Vec<usize>,
    /// Lines before the piece.
    before: usize,
    /// Where in it the current event begins.
    pub(super) at: usize,
    /// The blocks that are open, the innermost last. The first is the document.
    pub(super) stack: Vec<Frame>,
    pub(super) inline: Inline,
    /// The code or HTML that is being read.
    verbatim: Option<Verbatim>,
    /// Facts about a table that follows.
    pub(super) about_table: Option<Block>,
    /// How many cells tables may still have that hold nothing. A short text may stand for many.
    pub(super) room_for_cells: usize,
    losses: Vec<Loss>,
}

#[derive(Debug)]
enum Verbatim {
    Code(Language, String),
    Html(String),
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            lines: Vec::new(),
            before: 0,
            at: 0,
            stack: vec![Frame::new(What::Document)],
            inline: Inline::default(),
            verbatim: None,
            about_table: None,
            room_for_cells: EMPTY_CELLS,
            losses: Vec::new(),
        }
    }
}

impl Builder {
    /// Says that the events that follow are of the next piece.
    pub(super) fn begin(&mut self, piece: &str) {
        self.room_for_cells += piece.len();
        // The last line of a piece is the first one of the next.
        self.before += self.lines.len().saturating_sub(1);
        let breaks = piece.match_indices('\n').map(|(at, _)| at + 1);
        self.lines = std::iter::once(0).chain(breaks).collect();
    }

    /// The blocks that are complete. The last one is kept: what follows may depend on it.
    pub(super) fn complete(&mut self) -> Vec<Block> {
        let Some(document) = self.stack.first_mut() else { return Vec::new() };
        let end = document.blocks.len().saturating_sub(1);
        document.blocks.drain(..end).collect()
    }

    /// What is left at the end.
    pub(super) fn finish(&mut self) -> Vec<Block> {
        self.end_text();
        self.close_to(1);
        self.stack.first_mut().map(|it| std::mem::take(&mut it.blocks)).unwrap_or_default()
    }

    pub(super) fn take_losses(&mut self) -> Vec<Loss> {
        std::mem::take(&mut self.losses)
    }

    /// Notes what a document cannot say.
    pub(super) fn lose(&mut self, what: impl Into<String>) {
        let line = self.before + self.lines.partition_point(|it| *it <= self.at);
        self.losses.push(Loss { line, what: what.into() });
    }

    /// Appends a block to the innermost open one.
    pub(super) fn push(&mut self, block: Block) {
        let home = self.stack.last().map_or(0, |it| it.home);
        if let Some(frame) = self.stack.get_mut(home) {
            frame.blocks.push(block);
        }
    }

    pub(super) fn event(&mut self, event: Event<'_>, at: usize) {
        self.at = at;
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => match &mut self.verbatim {
                Some(Verbatim::Code(_, code)) => code.push_str(&text),
                Some(Verbatim::Html(html)) => html.push_str(&text),
                None => self.text(&text),
            },
            Event::Html(html) => match &mut self.verbatim {
                Some(Verbatim::Code(_, text) | Verbatim::Html(text)) => text.push_str(&html),
                None => self.text(&html),
            },
            Event::Code(code) => self.code(&code),
            Event::InlineMath(latex) | Event::DisplayMath(latex) => self.math(&latex),
            Event::InlineHtml(html) => self.inline_html(&html),
            Event::FootnoteReference(label) => self.text(&format!("[^{label}]")),
            Event::SoftBreak => self.soft_break(),
            Event::HardBreak => self.text("\n"),
            Event::Rule => {
                self.end_text();
                self.push(Block::divider());
            }
            Event::TaskListMarker(is_done) => {
                if let Some(Frame { what: What::Item { task, .. }, .. }) = self.stack.last_mut() {
                    *task = Some(is_done);
                }
            }
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Emphasis => return self.inline.italic += 1,
            Tag::Strong => return self.inline.bold += 1,
            Tag::Strikethrough => return self.inline.strikethrough += 1,
            Tag::Link { dest_url, title, link_type, .. } => {
                return self.start_link(link_type, &dest_url, &title);
            }
            Tag::Image { dest_url, title, .. } => return self.start_image(&dest_url, &title),
            Tag::Superscript | Tag::Subscript => return,
            _ => self.end_text(),
        }
        match tag {
            Tag::Heading { level, .. } => self.inline.heading = Some(level as u8),
            Tag::BlockQuote(alert) => self.open(What::Quote { alert, about: None }),
            Tag::CodeBlock(kind) => {
                let language = self.language(&kind);
                self.verbatim = Some(Verbatim::Code(language, String::new()));
            }
            Tag::HtmlBlock => self.verbatim = Some(Verbatim::Html(String::new())),
            Tag::List(first) => self.open(What::List { first }),
            Tag::Item => {
                let is_ordered = matches!(
                    self.stack.last(),
                    Some(Frame { what: What::List { first: Some(_) }, .. })
                );
                self.open(What::Item { is_ordered, task: None });
            }
            Tag::FootnoteDefinition(label) => self.open(What::Footnote(label.into_string())),
            Tag::Table(aligns) => self.open(What::Pipes { aligns, rows: Vec::new(), column: 0 }),
            Tag::TableHead | Tag::TableRow => {
                if let Some(Frame { what: What::Pipes { rows, column, .. }, .. }) =
                    self.stack.last_mut()
                {
                    rows.push(Vec::new());
                    *column = 0;
                }
            }
            Tag::TableCell => self.open(What::Cell(Cell::default())),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Emphasis => self.inline.italic = self.inline.italic.saturating_sub(1),
            TagEnd::Strong => self.inline.bold = self.inline.bold.saturating_sub(1),
            TagEnd::Strikethrough => {
                self.inline.strikethrough = self.inline.strikethrough.saturating_sub(1);
            }
            TagEnd::Link => self.end_link(),
            TagEnd::Image => self.end_image(),
            TagEnd::Paragraph | TagEnd::Heading(_) => self.end_text(),
            TagEnd::CodeBlock | TagEnd::HtmlBlock => match self.verbatim.take() {
                Some(Verbatim::Code(language, code)) => {
                    let code = code.strip_suffix('\n').unwrap_or(&code);
                    self.push(Block::code(language, code));
                }
                Some(Verbatim::Html(html)) => self.html_block(&html),
                None => {}
            },
            TagEnd::BlockQuote(_)
            | TagEnd::List(_)
            | TagEnd::Item
            | TagEnd::FootnoteDefinition
            | TagEnd::Table
            | TagEnd::TableCell => {
                self.end_text();
                self.close_markdown();
            }
            _ => {}
        }
    }

    fn language(&mut self, kind: &CodeBlockKind<'_>) -> Language {
        let CodeBlockKind::Fenced(info) = kind else { return Language::PlainText };
        from_info(info).unwrap_or_else(|| {
            self.lose(format!("the platform has no language {info:?} for code, it is plain text"));
            Language::PlainText
        })
    }

    /// Opens a block that has others in it. Beyond the depth that the platform takes, what is in
    /// it goes into the block around it.
    pub(super) fn open(&mut self, what: What) {
        let around = self.stack.last().map_or(0, |it| it.depth);
        let depth = around + usize::from(what.is_level());
        let is_too_deep = depth > MAX_DEPTH && what.is_level();
        if is_too_deep {
            self.lose(format!("blocks are nested more than {MAX_DEPTH} deep, this one is not"));
        }
        let home = match is_too_deep {
            true => self.stack.last().map_or(0, |it| it.home),
            false => self.stack.len(),
        };
        self.stack.push(Frame { depth, is_flat: is_too_deep, home, ..Frame::new(what) });
    }

    /// The kind of the block before the next one.
    pub(super) fn last_kind(&self) -> Option<Kind> {
        let home = self.stack.last()?.home;
        self.stack.get(home)?.blocks.last().map(Block::kind)
    }
}
