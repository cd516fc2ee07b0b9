//! Tags and comments within a text.

use super::block::Builder;
use super::html::Tag;
use super::inline::{Capture, Into};
use super::tags::Tags;
use crate::block::{Block, Kind};
use crate::markdown::comment::{self, Comment};
use crate::v1::TextElement;

impl Builder {
    /// HTML within a text. What documents have no style for stays as it is written.
    pub(super) fn inline_html(&mut self, html: &str) {
        if let Some(inner) = html.strip_prefix("<!--") {
            return self.inline_comment(inner.strip_suffix("-->").unwrap_or(inner));
        }
        let Some((tag, _)) = Tag::read(html) else { return self.literal_html(html) };
        match tag.name.as_str() {
            "br" => self.text("\n"),
            "math" if !tag.is_end => {
                self.inline.captures.push(Capture { into: Into::Formula, text: String::new() });
            }
            "math"
                if self
                    .inline
                    .captures
                    .last()
                    .is_some_and(|it| matches!(it.into, Into::Formula)) =>
            {
                self.end_capture();
            }
            "img" if tag.attribute("src").is_some() && self.inline.captures.is_empty() => {
                self.start_image(tag.attribute("src").unwrap_or_default(), "");
                self.text(tag.attribute("alt").unwrap_or_default());
                self.end_image();
            }
            name if Tags::is_style(name) && !tag.is_end => self.inline.tags.open(tag),
            name if Tags::is_style(name) && self.inline.tags.close(name) => {}
            _ => self.literal_html(html),
        }
    }

    fn literal_html(&mut self, html: &str) {
        self.lose(format!("a document has no {html}, it is text"));
        self.text(html);
    }

    fn inline_comment(&mut self, text: &str) {
        match comment::read(text) {
            Comment::Leaf(block) if self.inline.leaf.is_none() => self.inline.leaf = Some(*block),
            _ if text.trim() == comment::EMPTY => self.empty_text(),
            _ => self.lose(format!("a comment is dropped: {:?}", text.trim())),
        }
    }

    /// A block that a comment has, behind a link to what it shows. Any other text stays.
    pub(super) fn push_leaf(&mut self, elements: Vec<TextElement>, leaf: Block) {
        let label = crate::markdown::label_and_link(&leaf).map(|(label, _)| label);
        let text: String = elements
            .iter()
            .map(|it| it.text_run.as_ref().and_then(|run| run.content.clone()).unwrap_or_default())
            .collect();
        let is_label = label.is_some_and(|it| it.trim() == text.trim());
        if !is_label && !elements.is_empty() {
            self.push(Block::text(elements.into_iter().collect::<crate::block::RichText>()));
        }
        match comment::says_nothing(&leaf) {
            true => self.lose("a comment is dropped, it says nothing of its block"),
            false => self.push(unfold(leaf)),
        }
    }
}

/// Files are in views of their own.
pub(super) fn unfold(mut block: Block) -> Block {
    if block.kind() != Kind::File {
        return block;
    }
    let Some(view) = block.fields.view.take() else { return block };
    let fields = crate::v1::Block::new().block_type(Kind::View).view(view);
    Block::from_fields(fields).child(block)
}
