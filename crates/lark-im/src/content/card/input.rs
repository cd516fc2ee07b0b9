//! Text inputs.

use super::element::{element, object, plain_text, property};

element! {
    /// A text input. Outside of a form its text arrives as
    /// [`input_value`](crate::callback::Action::input_value).
    ///
    /// Source: <https://open.feishu.cn/document/feishu-cards/card-json-v2-components/interactive-components/input>.
    Input = "input": name required placeholder width disabled disabled_tips confirm callback
}

impl Input {
    /// A single-line input.
    #[allow(clippy::new_without_default, reason = "elements are made by new")]
    pub fn new() -> Self {
        Self::empty()
    }

    /// Sets the label above the input.
    #[must_use]
    pub fn label(self, label: impl Into<String>) -> Self {
        self.set("label", plain_text(label))
    }

    /// Sets the initial text.
    #[must_use]
    pub fn default_value(self, text: impl Into<String>) -> Self {
        self.set("default_value", text.into())
    }

    /// Sets the maximum length, 1 to 1,000 characters; 1,000 by default.
    #[must_use]
    pub fn max_length(self, characters: u32) -> Self {
        self.set("max_length", characters)
    }

    /// Accepts several lines and shows this number of them.
    #[must_use]
    pub fn multiline(self, rows: u32) -> Self {
        self.set("input_type", "multiline_text").set("rows", rows)
    }

    /// Masks the text.
    #[must_use]
    pub fn password(self) -> Self {
        self.set("input_type", "password")
    }
}
