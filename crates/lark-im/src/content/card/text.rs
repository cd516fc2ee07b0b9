//! Text elements.

use serde_json::{Value, json};

use super::HorizontalAlign;
use super::element::{element, object, plain_text, property};

element! {
    /// Markdown, sent as written: pass untrusted text through
    /// [`escape_mentions`](crate::content::escape_mentions) first. `<at id=ou_x></at>` mentions a user.
    ///
    /// Source: <https://open.feishu.cn/document/feishu-cards/card-json-v2-components/content-components/rich-text>.
    Markdown = "markdown": text_size icon
}

impl Markdown {
    /// A block of Markdown.
    pub fn new(content: impl Into<String>) -> Self {
        Self::empty().set("content", content.into())
    }

    /// Sets the alignment of the text; left by default.
    #[must_use]
    pub fn text_align(self, align: HorizontalAlign) -> Self {
        self.set("text_align", align.as_str())
    }
}

element! {
    /// Text in one style.
    ///
    /// Source: <https://open.feishu.cn/document/feishu-cards/card-json-v2-components/content-components/plain-text>.
    Div = "div": icon
}

impl Div {
    /// Plain text.
    pub fn new(content: impl Into<String>) -> Self {
        Self::empty().set("text", plain_text(content))
    }

    /// Text in `lark_md`, a subset of Markdown, sent as written.
    pub fn lark_md(content: impl Into<String>) -> Self {
        let content: String = content.into();
        Self::empty().set("text", json!({ "tag": "lark_md", "content": content }))
    }

    /// Small grey text, for example at the end of a card.
    pub fn note(content: impl Into<String>) -> Self {
        Self::new(content).text_size("notation").text_color("grey")
    }

    /// Sets the size of the text: `heading`, `normal` (14 px), `notation` (12 px) and others.
    #[must_use]
    pub fn text_size(self, size: impl Into<String>) -> Self {
        self.set_text("text_size", size.into())
    }

    /// Sets the color of plain text: `default`, or a color of the platform such as `grey`.
    #[must_use]
    pub fn text_color(self, color: impl Into<String>) -> Self {
        self.set_text("text_color", color.into())
    }

    /// Sets the alignment of the text; left by default.
    #[must_use]
    pub fn text_align(self, align: HorizontalAlign) -> Self {
        self.set_text("text_align", align.as_str())
    }

    /// Sets the maximum number of lines.
    #[must_use]
    pub fn lines(self, lines: u32) -> Self {
        self.set_text("lines", lines)
    }

    /// Sets a property of the text by its name in the platform's documentation; for properties of the
    /// element see [`set`](Self::set).
    #[must_use]
    pub fn set_text(mut self, property: &str, value: impl Into<Value>) -> Self {
        if let Some(text) = self.0.get_mut("text").and_then(Value::as_object_mut) {
            text.insert(property.to_owned(), value.into());
        }
        self
    }
}
