//! Markdown to blocks.

mod block;
mod frame;
mod html;
mod html_block;
mod inline;
mod inline_html;
mod link;
mod reader;
mod table;
mod tags;

use std::fmt;

pub(crate) use self::reader::Reader;
use crate::block::Block;

/// Markdown that was read.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Parsed {
    /// The blocks. Images have their [source](Block::image_source); their content is not read.
    pub blocks: Vec<Block>,
    /// What documents cannot say, in the order of the lines.
    pub losses: Vec<Loss>,
}

/// Something that a document says differently from its Markdown, or not at all. Text is never lost.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Loss {
    /// The line, from 1; 0 of what is found out later, when blocks are made of it.
    pub line: usize,
    /// What became of it.
    pub what: String,
}

impl Loss {
    /// An image that became a link.
    pub(crate) fn of_image(source: &str) -> Self {
        Self { line: 0, what: format!("the image {source} cannot be had, it is a link") }
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.what),
            line => write!(f, "line {line}: {}", self.what),
        }
    }
}

/// The blocks of a text in Markdown. Every text is Markdown, so nothing fails.
///
/// ```
/// let parsed = lark_docx::markdown::parse("See [it](https://example.com \"a title\").");
/// assert_eq!(parsed.losses[0].to_string(), "line 1: the title of a link is dropped: \"a title\"");
/// ```
#[must_use]
pub fn parse(markdown: &str) -> Parsed {
    reader::whole(markdown)
}
