//! Text that is being read, with its styles.

use super::block::Builder;
use super::html::Tag;
use super::tags::Tags;
use crate::block::{Block, Kind, RichText, encode_url};
use crate::v1::{Equation, Link, Text, TextElement, TextElementStyle, TextRun};

/// The text of the block that is being read.
#[derive(Debug, Default)]
pub(super) struct Inline {
    elements: Vec<TextElement>,
    /// How many of each are open in Markdown.
    pub(super) bold: usize,
    pub(super) italic: usize,
    pub(super) strikethrough: usize,
    pub(super) links: Vec<String>,
    /// Tags that are open.
    pub(super) tags: Tags,
    /// What is read into something other than the text.
    pub(super) captures: Vec<Capture>,
    /// The level, if it is that of a heading.
    pub(super) heading: Option<u8>,
    /// Images of a heading, which come after it.
    after: Vec<Block>,
    /// Whether an image was in it.
    has_image: bool,
    /// A block that a comment behind the text has.
    pub(super) leaf: Option<Block>,
}

/// Text that is read into something else.
#[derive(Debug)]
pub(super) struct Capture {
    pub(super) into: Into,
    pub(super) text: String,
}

#[derive(Debug)]
pub(super) enum Into {
    Image { url: String },
    User { id: String },
    Document { token: String, kind: String, url: String },
    Element(Box<TextElement>),
    Formula,
}

impl Builder {
    /// Adds text in the current style.
    pub(super) fn text(&mut self, text: &str) {
        self.run(text, false);
    }

    pub(super) fn code(&mut self, code: &str) {
        self.run(code, true);
    }

    /// Markdown that is wrapped is a single line for a reader.
    pub(super) fn soft_break(&mut self) {
        let last = self.inline.elements.last();
        let content = last.and_then(|it| it.text_run.as_ref()?.content.as_deref());
        let is_broken = content.is_some_and(|it| it.ends_with('\n'));
        if !self.inline.captures.is_empty() || (last.is_some() && !is_broken) {
            self.run(" ", false);
        }
    }

    /// Says that there is a text, if none follows.
    pub(super) fn empty_text(&mut self) {
        if self.inline.elements.is_empty() {
            let run = TextRun { content: Some(String::new()), text_element_style: None };
            self.inline.elements.push(TextElement::new().text_run(run));
        }
    }

    fn run(&mut self, mut text: &str, is_code: bool) {
        if let Some(capture) = self.inline.captures.last_mut() {
            capture.text.push_str(text);
            return;
        }
        // Blanks between an image and what follows it.
        if self.inline.has_image && self.inline.elements.is_empty() && !is_code {
            text = text.trim_start();
        }
        if text.is_empty() {
            return;
        }
        let style = self.style(is_code);
        let is_plain = style == TextElementStyle::default();
        let style = (!is_plain).then_some(style);
        if let Some(TextElement { text_run: Some(last), .. }) = self.inline.elements.last_mut()
            && last.text_element_style == style
            && let Some(content) = &mut last.content
        {
            content.push_str(text);
            return;
        }
        let run = TextRun { content: Some(text.to_owned()), text_element_style: style };
        self.inline.elements.push(TextElement::new().text_run(run));
    }

    pub(super) fn math(&mut self, latex: &str) {
        if let Some(capture) = self.inline.captures.last_mut() {
            capture.text.push_str(latex);
            return;
        }
        if latex.trim().is_empty() {
            return self.lose("an empty formula is dropped");
        }
        let style = self.style(false);
        let mut equation = Equation::new().content(latex.trim());
        if style != TextElementStyle::default() {
            equation = equation.text_element_style(style);
        }
        self.inline.elements.push(TextElement::new().equation(equation));
    }

    pub(super) fn element(&mut self, element: TextElement) {
        self.inline.elements.push(element);
    }

    fn style(&self, is_code: bool) -> TextElementStyle {
        let inline = &self.inline;
        let has_tag = |names: &[&str]| inline.tags.has_any(names);
        let flag = |is_set: bool| is_set.then_some(true);
        let colors = inline.tags.colors();
        let link = inline.links.last().filter(|it| !it.is_empty());
        TextElementStyle {
            bold: flag(inline.bold > 0 || has_tag(&["strong", "b"])),
            italic: flag(inline.italic > 0 || has_tag(&["em", "i"])),
            strikethrough: flag(inline.strikethrough > 0 || has_tag(&["del", "s", "strike"])),
            underline: flag(has_tag(&["u", "ins"])),
            inline_code: flag(is_code || has_tag(&["code"])),
            link: link.map(|it| Link::new().url(encode_url(it))),
            text_color: colors.and_then(Tag::text_color),
            background_color: colors.and_then(Tag::background_color),
            comment_ids: None,
        }
    }

    /// Whether the text, or an image in it, has the link that ends here.
    pub(super) fn has_text_at(&self, url: &str) -> bool {
        let url = encode_url(url);
        let linked = |it: &TextElement| {
            let style = it.text_run.as_ref().and_then(|run| run.text_element_style.as_ref());
            style.and_then(|it| it.link.as_ref()?.url.as_ref()) == Some(&url)
        };
        self.inline.elements.last().is_some_and(linked) || self.inline.has_image
    }

    /// Puts an image where it is: documents have images between texts, not in them.
    pub(super) fn image(&mut self, block: Block) {
        self.inline.has_image = true;
        if self.inline.heading.is_some() {
            return self.inline.after.push(block);
        }
        self.cut();
        self.push(block);
    }

    /// Ends a text in the middle; its styles go on.
    fn cut(&mut self) {
        let mut elements = std::mem::take(&mut self.inline.elements);
        trim_end(&mut elements);
        if !elements.is_empty() {
            let text = Text { elements: Some(elements), style: None };
            self.push(Block::of_text(Kind::Text, text));
        }
    }

    /// Ends the text of a block.
    pub(super) fn end_text(&mut self) {
        while !self.inline.captures.is_empty() {
            self.end_capture();
        }
        let inline = std::mem::take(&mut self.inline);
        let Inline { mut elements, heading, after, leaf, .. } = inline;
        if let Some(level) = heading {
            let deeper = leaf.as_ref().and_then(Block::heading_level);
            if deeper.is_some() {
                trim_blank(&mut elements);
            }
            let text: RichText = elements.into_iter().collect();
            self.push(Block::heading(deeper.unwrap_or(level), text));
            after.into_iter().for_each(|it| self.push(it));
            return;
        }
        if let Some(leaf) = leaf {
            return self.push_leaf(elements, leaf);
        }
        if !elements.is_empty() {
            self.push(Block::of_text(Kind::Text, Text { elements: Some(elements), style: None }));
        }
    }
}

/// The blank before a comment.
fn trim_blank(elements: &mut Vec<TextElement>) {
    let Some(run) = elements.last_mut().and_then(|it| it.text_run.as_mut()) else { return };
    let content = run.content.get_or_insert_default();
    content.truncate(content.strip_suffix(' ').unwrap_or(content).len());
    if content.is_empty() {
        elements.pop();
    }
}

/// White space before something that is not text.
fn trim_end(elements: &mut Vec<TextElement>) {
    while let Some(TextElement { text_run: Some(run), .. }) = elements.last_mut() {
        let content = run.content.get_or_insert_default();
        content.truncate(content.trim_end().len());
        if !content.is_empty() {
            return;
        }
        elements.pop();
    }
}
