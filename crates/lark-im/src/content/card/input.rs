//! Fields to write into.

use super::element::{element, object, plain_text, property};

element! {
    /// A field to write into. Outside of a form, what was written is
    /// [`input_value`](crate::callback::Action::input_value).
    ///
    /// Source: <https://open.feishu.cn/document/feishu-cards/card-json-v2-components/interactive-components/input>.
    Input = "input": name required placeholder width disabled disabled_tips confirm callback
}

impl Input {
    /// A field of one line.
    #[allow(clippy::new_without_default, reason = "elements are made by new")]
    pub fn new() -> Self {
        Self::empty()
    }

    /// The words above it.
    #[must_use]
    pub fn label(self, label: impl Into<String>) -> Self {
        self.set("label", plain_text(label))
    }

    /// What is written there already.
    #[must_use]
    pub fn default_value(self, text: impl Into<String>) -> Self {
        self.set("default_value", text.into())
    }

    /// Longest text, 1 to 1,000 characters; 1,000 unless set.
    #[must_use]
    pub fn max_length(self, characters: u32) -> Self {
        self.set("max_length", characters)
    }

    /// Takes more than one line, and shows so many.
    #[must_use]
    pub fn multiline(self, rows: u32) -> Self {
        self.set("input_type", "multiline_text").set("rows", rows)
    }

    /// Shows dots in place of what is written.
    #[must_use]
    pub fn password(self) -> Self {
        self.set("input_type", "password")
    }
}
