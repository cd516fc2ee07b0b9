//! Elements of words.

use serde_json::{Value, json};

use super::HorizontalAlign;
use super::element::{element, object, plain_text, property};

element! {
    /// Markdown, sent as written: text from someone else belongs through
    /// [`defuse_mentions`](crate::content::defuse_mentions) first. People are mentioned as
    /// `<at id=ou_x></at>`.
    ///
    /// Source: <https://open.feishu.cn/document/feishu-cards/card-json-v2-components/content-components/rich-text>.
    Markdown = "markdown": text_size icon
}

impl Markdown {
    /// These words.
    pub fn new(content: impl Into<String>) -> Self {
        Self::empty().set("content", content.into())
    }

    /// To which side the words go; left unless set.
    #[must_use]
    pub fn text_align(self, align: impl Into<HorizontalAlign>) -> Self {
        self.set("text_align", align.into().as_str())
    }
}

element! {
    /// Words in one style.
    ///
    /// Source: <https://open.feishu.cn/document/feishu-cards/card-json-v2-components/content-components/plain-text>.
    Div = "div": icon
}

impl Div {
    /// These words, without any notation.
    pub fn new(content: impl Into<String>) -> Self {
        Self::empty().set("text", plain_text(content))
    }

    /// Words in the smaller Markdown `lark_md`, sent as written.
    pub fn lark_md(content: impl Into<String>) -> Self {
        let content: String = content.into();
        Self::empty().set("text", json!({ "tag": "lark_md", "content": content }))
    }

    /// Small grey words, such as those at the end of a card.
    pub fn note(content: impl Into<String>) -> Self {
        Self::new(content).text_size("notation").text_color("grey")
    }

    /// The size of the words: `heading`, `normal` (14 px), `notation` (12 px) and others.
    #[must_use]
    pub fn text_size(self, size: impl Into<String>) -> Self {
        self.set_text("text_size", size.into())
    }

    /// The colour of words without notation: `default`, or one of the platform's such as `grey`.
    #[must_use]
    pub fn text_color(self, color: impl Into<String>) -> Self {
        self.set_text("text_color", color.into())
    }

    /// To which side the words go; left unless set.
    #[must_use]
    pub fn text_align(self, align: impl Into<HorizontalAlign>) -> Self {
        self.set_text("text_align", align.into().as_str())
    }

    /// Shows so many lines at most.
    #[must_use]
    pub fn lines(self, lines: u32) -> Self {
        self.set_text("lines", lines)
    }

    /// Sets a property of the words by its name in the platform's documents; see [`set`](Self::set)
    /// for the element's own.
    #[must_use]
    pub fn set_text(mut self, property: &str, value: impl Into<Value>) -> Self {
        if let Some(text) = self.0.get_mut("text").and_then(Value::as_object_mut) {
            text.insert(property.to_owned(), value.into());
        }
        self
    }
}
