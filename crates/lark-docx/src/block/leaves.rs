//! Blocks of text, and others without blocks below them.

use lark_core::Value;

use super::content::HEADINGS;
use super::{Block, Kind, Language, RichText};
use crate::v1::{self, Align, Iframe, IframeComponent, IframeType, Image, Text, TextStyle};

impl Block {
    /// A paragraph.
    #[must_use]
    pub fn text(text: impl Into<RichText>) -> Self {
        Self::of_text(Kind::Text, text.into().into_text())
    }

    /// A heading. Levels below 1 count as 1, those above 9 as 9.
    #[must_use]
    pub fn heading(level: u8, text: impl Into<RichText>) -> Self {
        let kind = HEADINGS[usize::from(level.clamp(1, 9) - 1)];
        Self::of_text(kind, text.into().into_text())
    }

    /// An item of a bulleted list. Items of a list within it are its children.
    #[must_use]
    pub fn bullet(text: impl Into<RichText>) -> Self {
        Self::of_text(Kind::Bullet, text.into().into_text())
    }

    /// An item of a numbered list, which goes on counting.
    #[must_use]
    pub fn ordered(text: impl Into<RichText>) -> Self {
        Self::of_text(Kind::Ordered, text.into().into_text())
    }

    /// An item of a numbered list, with its number.
    #[must_use]
    pub fn numbered(number: u64, text: impl Into<RichText>) -> Self {
        let style = TextStyle::new().sequence(number.to_string());
        Self::of_text(Kind::Ordered, text.into().into_text().style(style))
    }

    /// A to-do.
    #[must_use]
    pub fn todo(text: impl Into<RichText>, is_done: bool) -> Self {
        let style = TextStyle::new().done(is_done);
        Self::of_text(Kind::Todo, text.into().into_text().style(style))
    }

    /// A quoted line. See also [`quote_container`](Self::quote_container).
    #[must_use]
    pub fn quote(text: impl Into<RichText>) -> Self {
        Self::of_text(Kind::Quote, text.into().into_text())
    }

    /// Code, without a line break at the end.
    #[must_use]
    pub fn code(language: Language, code: impl Into<String>) -> Self {
        let style = TextStyle::new().language(language);
        Self::of_text(Kind::Code, RichText::new().text(code).into_text().style(style))
    }

    /// A line across the page.
    #[must_use]
    pub fn divider() -> Self {
        let fields = v1::Block::new().block_type(Kind::Divider).divider(empty());
        Self::from_fields(fields)
    }

    /// An image that is uploaded when the block is written: an address (`https://..`) or the path
    /// of a file. What the `document` module accepts is a matter of its options.
    #[must_use]
    pub fn image(source: impl Into<String>) -> Self {
        let fields = v1::Block::new().block_type(Kind::Image).image(Image::new());
        Self { image_source: Some(source.into()), ..Self::from_fields(fields) }
    }

    /// A web page within the document.
    #[must_use]
    pub fn iframe(kind: IframeType, url: &str) -> Self {
        let component =
            IframeComponent::new().iframe_type(kind).url(super::rich_text::encode_url(url));
        let iframe = Iframe::new().component(component);
        Self::from_fields(v1::Block::new().block_type(Kind::Iframe).iframe(iframe))
    }

    /// Aligns its text; without effect on kinds without text.
    #[must_use]
    pub fn align(mut self, align: Align) -> Self {
        if let Some(Some(text)) = self.text_slot_mut() {
            text.style.get_or_insert_default().align = Some(align);
        }
        self
    }

    /// The address or path of an image that is not uploaded yet.
    #[must_use]
    pub fn image_source(&self) -> Option<&str> {
        self.image_source.as_deref()
    }

    pub(crate) fn of_text(kind: Kind, text: Text) -> Self {
        let mut block = Self::from_fields(v1::Block::new().block_type(kind));
        block.set_rich_text(text);
        block
    }
}

/// The content of kinds that have none, which must be there nevertheless.
pub(super) fn empty() -> Value {
    Value::from_iter::<[(String, Value); 0]>([])
}
