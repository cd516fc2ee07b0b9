//! Boxes to check.

use serde_json::json;

use super::Button;
use super::element::{element, object, plain_text, property};

element! {
    /// A box to check, such as a task. Without a [`callback`](Self::callback) only the person who
    /// checks it sees it.
    ///
    /// Source: <https://open.feishu.cn/document/feishu-cards/card-json-v2-components/interactive-components/checker>.
    Checker = "checker":
    name padding hover_tips disabled disabled_tips confirm callback
}

impl Checker {
    /// A box with these words beside it.
    pub fn new(text: impl Into<String>) -> Self {
        Self::empty().set("text", plain_text(text))
    }

    /// It is checked already.
    #[must_use]
    pub fn checked(self) -> Self {
        self.set("checked", true)
    }

    /// Strikes the words out when it is checked.
    #[must_use]
    pub fn strikethrough(self) -> Self {
        self.set("checked_style", json!({ "show_strikethrough": true }))
    }

    /// Buttons on the right, three at most.
    #[must_use]
    pub fn buttons(self, buttons: impl IntoIterator<Item = Button>) -> Self {
        let buttons = super::element::elements(buttons);
        self.set("button_area", json!({ "buttons": buttons }))
    }
}
