//! Documents as trees of blocks, built and read by the names of the kinds.
//!
//! A [`Block`] has its content and its children. The models of [`v1`] are flat, as the
//! platform sends them: [`read_tree`] makes the tree of them, [`Block::flatten`] the list.
//!
//! ```
//! use lark_docx::block::{Block, RichText};
//! use lark_docx::v1::TextStyleLanguage as Language;
//!
//! let blocks = [
//!     Block::heading(1, "Release 42"),
//!     Block::text(RichText::new().text("See ").link("the notes", "https://example.com/notes")),
//!     Block::bullet("Server").child(Block::todo("Migrate the database", true)),
//!     Block::code(Language::Rust, "fn main() {}"),
//!     Block::table([["Name", "Seconds"], ["build", "41"]]),
//! ];
//! assert_eq!(blocks[2].children()[0].plain_text(), "Migrate the database");
//! ```

mod assembly;
mod containers;
mod content;
mod error;
#[cfg(feature = "markdown")]
mod language;
mod leaves;
mod plain;
mod rich_text;
#[cfg(feature = "markdown")]
mod rules;
mod tree;

pub use self::error::BlockError;
pub use self::rich_text::RichText;
pub use self::tree::read_tree;
pub(crate) use crate::v1::BlockType as Kind;
pub(crate) use crate::v1::TextStyleLanguage as Language;

#[cfg(feature = "markdown")]
pub(crate) use self::assembly::Assembly;
#[cfg(feature = "markdown")]
pub(crate) use self::content::FORMULA;
#[cfg(feature = "markdown")]
pub(crate) use self::language::{from_info, info_string};
#[cfg(feature = "markdown")]
pub(crate) use self::rich_text::{decode_url, encode_url};
#[cfg(feature = "markdown")]
pub(crate) use self::rules::{check, is_creatable, merges};
use crate::v1;

/// A block of a document, with everything below it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Block {
    /// The content. Its lists of ids are not kept: the tree says the same. In a box, because it has
    /// room for every kind, and lists of blocks are moved and grow.
    pub(crate) fields: Box<v1::Block>,
    pub(crate) children: Vec<Block>,
    /// Where the content of an image is that is not uploaded yet.
    pub(crate) image_source: Option<String>,
}

impl Block {
    /// A block with the content that a constructor of this type does not cover.
    ///
    /// ```
    /// use lark_docx::block::Block;
    /// use lark_docx::v1::BlockType;
    /// use lark_docx::v1::{self, ChatCard};
    ///
    /// let fields = v1::Block::new()
    ///     .block_type(BlockType::ChatCard)
    ///     .chat_card(ChatCard::new().chat_id("oc_a0553eda9014c201e6969b478895c230"));
    /// assert_eq!(Block::from_fields(fields).kind(), BlockType::ChatCard);
    /// ```
    #[must_use]
    pub fn from_fields(mut fields: v1::Block) -> Self {
        fields.children = None;
        fields.parent_id = None;
        let (children, image_source) = (Vec::new(), None);
        Self { fields: Box::new(fields), children, image_source }
    }

    /// Its kind. [`Kind::Undefined`] without one.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.fields.block_type.unwrap_or(Kind::Undefined)
    }

    /// Its id on the platform. `None` for a block that is not written yet.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.fields.block_id.as_deref()
    }

    /// Its content, as it travels: the member that the kind names.
    #[must_use]
    pub fn fields(&self) -> &v1::Block {
        &self.fields
    }

    /// The blocks below it.
    #[must_use]
    pub fn children(&self) -> &[Block] {
        &self.children
    }

    /// Adds a block below it, as the last one.
    #[must_use]
    pub fn child(mut self, child: Block) -> Self {
        self.children.push(child);
        self
    }

    /// Adds blocks below it, as the last ones.
    #[must_use]
    pub fn with_children(mut self, children: impl IntoIterator<Item = Block>) -> Self {
        self.children.extend(children);
        self
    }

    /// The level of a heading, 1 to 9.
    #[must_use]
    pub fn heading_level(&self) -> Option<u8> {
        content::HEADINGS.iter().zip(1..).find(|(kind, _)| **kind == self.kind()).map(|it| it.1)
    }

    /// How many blocks there are, this one included.
    #[must_use]
    pub fn count(&self) -> usize {
        1 + self.children.iter().map(Block::count).sum::<usize>()
    }
}
