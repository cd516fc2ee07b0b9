//! Blocks to Markdown.

mod embedded;
mod escape;
mod inline;
mod list;
mod pieces;
mod table;

use crate::block::{Block, FORMULA, Kind, info_string};
use crate::v1::{Text, TextElement};

use self::escape::{Literal, link_target, longest_run};
use self::inline::{Place, inline};
use super::{Options, SCHEME, alert, comment};

/// Blocks as Markdown. A page is what is in it; its title is not written.
///
/// Nothing fails: a block of a kind that Markdown has no words for, or that this version of the SDK
/// does not know, is a comment with its kind and content.
#[must_use]
pub fn render(blocks: &[Block], options: &Options) -> String {
    let mut markdown = Renderer { options }.blocks(blocks);
    if !markdown.is_empty() {
        markdown.push('\n');
    }
    markdown
}

/// What a block shows that Markdown has no words for: a label and an address.
pub(crate) fn label_and_link(block: &Block) -> Option<(String, String)> {
    Renderer { options: &Options::new() }.link(block)
}

/// Siblings that are written one after the other, without looking at the next one.
#[derive(Default)]
pub(crate) struct Flow {
    is_begun: bool,
    /// The list that the last one is in.
    list: Option<list::Items>,
}

impl Flow {
    /// Writes the next one, behind what stands between it and the last one.
    pub(crate) fn push(&mut self, block: &Block, options: &Options, markdown: &mut String) {
        let renderer = Renderer { options };
        let (gap, text) = if list::is_item(block) {
            let is_first = self.list.is_none();
            let (gap, text) = self.list.get_or_insert_default().next(&renderer, block);
            (if is_first { "\n\n" } else { gap }, text)
        } else {
            self.list = None;
            ("\n\n", renderer.block(block))
        };
        if text.is_empty() {
            return;
        }
        if self.is_begun {
            markdown.push_str(gap);
        }
        self.is_begun = true;
        markdown.push_str(&text);
    }
}

struct Renderer<'a> {
    options: &'a Options,
}

impl Renderer<'_> {
    /// Siblings, with blank lines between.
    fn blocks(&self, blocks: &[Block]) -> String {
        let (mut flow, mut markdown) = (Flow::default(), String::new());
        blocks.iter().for_each(|it| flow.push(it, self.options, &mut markdown));
        markdown
    }

    fn block(&self, block: &Block) -> String {
        match block.kind() {
            Kind::Page => self.blocks(block.children()),
            Kind::Text => self.then_children(self.text(block, Place::Paragraph), block),
            Kind::Code => self.then_children(code(block), block),
            Kind::Divider => self.then_children("---".to_owned(), block),
            Kind::Image => self.then_children(self.image(block), block),
            Kind::Quote => self.then_children(quoted(&self.text(block, Place::Paragraph)), block),
            Kind::QuoteContainer => self.quote_container(block),
            Kind::Callout => self.callout(block),
            Kind::Table => self.table(block),
            FORMULA => self.then_children(formula(block), block),
            _ if block.heading_level().is_some() => self.then_children(self.heading(block), block),
            _ => self.embedded(block),
        }
    }

    /// What Markdown cannot have in a block stands behind it.
    fn then_children(&self, own: String, block: &Block) -> String {
        let children = self.blocks(block.children());
        match (own.is_empty(), children.is_empty()) {
            (_, true) => own,
            (true, false) => children,
            (false, false) => format!("{own}\n\n{children}"),
        }
    }

    fn text(&self, block: &Block, place: Place) -> String {
        let Some(text) = block.rich_text() else { return String::new() };
        if place == Place::Paragraph
            && let Some(latex) = only_formula(&text)
        {
            return display_math(latex);
        }
        inline(&text, place, self.options)
    }

    fn heading(&self, block: &Block) -> String {
        let level = block.heading_level().unwrap_or(1);
        let marks = "#".repeat(usize::from(level.min(6)));
        let text = self.text(block, Place::Heading);
        let deeper = match level {
            ..=6 => String::new(),
            _ => format!(" <!-- lark:{} -->", comment::name(block.kind())),
        };
        format!("{marks} {text}{deeper}").trim_end_matches(' ').to_owned()
    }

    fn image(&self, block: &Block) -> String {
        let image = block.fields().image.as_ref();
        let token = image.and_then(|it| it.token.as_deref()).filter(|it| !it.is_empty());
        let link = token.and_then(|it| self.options.image_links.get(it).cloned());
        let link = link.or_else(|| token.map(|it| format!("{SCHEME}image/{it}")));
        let link = link.or_else(|| block.image_source().map(str::to_owned)).unwrap_or_default();
        let caption = image.and_then(|it| it.caption.as_ref()?.content.as_deref());
        let caption = Literal::everything(caption.unwrap_or_default());
        format!("![{caption}]({})", link_target(&link))
    }

    fn quote_container(&self, block: &Block) -> String {
        // An empty quotation is a quotation.
        quoted(&self.blocks(block.children()))
    }

    fn callout(&self, block: &Block) -> String {
        let callout = block.fields().callout.clone().unwrap_or_default();
        let inner = self.blocks(block.children());
        let mark = match alert::name(&callout) {
            Some(name) => format!("[!{name}]"),
            None => comment::about(block),
        };
        // An empty item would go on with the line above it.
        let first = block.children().first().filter(|it| list::is_item(it));
        let gap = if first.is_some_and(|it| it.plain_text().is_empty()) { "\n\n" } else { "\n" };
        quoted(format!("{mark}{gap}{inner}").trim_end_matches([' ', '\n']))
    }
}

/// The formula, if a text has nothing else.
fn only_formula(text: &Text) -> Option<&str> {
    let is_empty = |it: &&TextElement| {
        it.text_run.as_ref().is_some_and(|run| run.content.as_deref().unwrap_or("").is_empty())
    };
    let mut elements = text.elements.iter().flatten().filter(|it| !is_empty(it));
    let equation = elements.next()?.equation.as_ref()?;
    let is_plain = elements.next().is_none()
        && equation.text_element_style.as_ref().is_none_or(|it| *it == Default::default());
    equation.content.as_deref().filter(|it| is_plain && !it.trim().is_empty())
}

fn formula(block: &Block) -> String {
    display_math(block.plain_text().as_str())
}

fn display_math(latex: &str) -> String {
    let latex = latex.trim();
    let is_taken_for_more = latex.contains('$') || latex.ends_with('\\');
    if is_taken_for_more || !latex.lines().skip(1).all(stays_in_paragraph) {
        return format!("<math>{}</math>", escape::html(latex));
    }
    format!("$${latex}$$")
}

/// Whether a line begins no block of its own, such as a list, wherever it is.
fn stays_in_paragraph(line: &str) -> bool {
    match line.trim_start().chars().next() {
        Some('=') => line.trim().contains(|c| c != '='),
        Some(c) => c.is_alphabetic() || "\\&{}()".contains(c),
        None => false,
    }
}

fn code(block: &Block) -> String {
    let text = block.rich_text();
    let language = text.as_ref().and_then(|it| it.style.as_ref()?.language);
    // Markdown knows no other line breaks.
    let code = block.plain_text().replace("\r\n", "\n").replace('\r', "\n");
    let fence = "`".repeat((longest_run(&code, '`') + 1).max(3));
    let info = language.map(info_string).unwrap_or_default();
    match code.is_empty() {
        true => format!("{fence}{info}\n{fence}"),
        false => format!("{fence}{info}\n{code}\n{fence}"),
    }
}

/// Every line behind a `>`.
fn quoted(markdown: &str) -> String {
    let line = |line: &str| if line.is_empty() { ">".to_owned() } else { format!("> {line}") };
    let lines: Vec<String> = markdown.split('\n').map(line).collect();
    lines.join("\n")
}

/// Lines behind a marker, the first on its line, the others below it.
fn indented(marker: &str, markdown: &str) -> String {
    let indent = " ".repeat(marker.len());
    let mut out = String::from(marker);
    for (at, line) in markdown.split('\n').enumerate() {
        if at > 0 {
            out.push('\n');
            if !line.is_empty() {
                out.push_str(&indent);
            }
        }
        out.push_str(line);
    }
    out.truncate(out.trim_end_matches(' ').len());
    out
}
