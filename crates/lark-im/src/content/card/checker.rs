//! Checkers.

use serde_json::json;

use super::Button;
use super::element::{element, object, plain_text, property};

element! {
    /// A checkbox with a text, such as a task. Without a [`callback`](Self::callback) its state is
    /// visible only to the user who checks it.
    ///
    /// Source: <https://open.feishu.cn/document/feishu-cards/card-json-v2-components/interactive-components/checker>.
    Checker = "checker":
    name padding hover_tips disabled disabled_tips confirm callback
}

impl Checker {
    /// A checkbox with this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self::empty().set("text", plain_text(text))
    }

    /// Checks it initially.
    #[must_use]
    pub fn checked(self) -> Self {
        self.set("checked", true)
    }

    /// Strikes the text through when it is checked.
    #[must_use]
    pub fn strikethrough(self) -> Self {
        self.set("checked_style", json!({ "show_strikethrough": true }))
    }

    /// Sets the buttons on the right, at most three.
    #[must_use]
    pub fn buttons(self, buttons: impl IntoIterator<Item = Button>) -> Self {
        let buttons = super::element::elements(buttons);
        self.set("button_area", json!({ "buttons": buttons }))
    }
}
