//! Overflow menus.

use serde_json::json;

use super::element::{element, object, plain_text, property, push};

element! {
    /// A button that opens a menu of buttons. The value of the one that the user chose arrives as
    /// [`option`](crate::callback::Action::option).
    ///
    /// Source: <https://open.feishu.cn/document/feishu-cards/card-json-v2-components/interactive-components/overflow>.
    Overflow = "overflow": width confirm callback
}

impl Overflow {
    /// A menu without buttons.
    #[allow(clippy::new_without_default, reason = "elements are made by new")]
    pub fn new() -> Self {
        Self::empty()
    }

    /// Adds a button with its text, at most 100 characters, and its value.
    #[must_use]
    pub fn option(mut self, text: impl Into<String>, value: impl Into<String>) -> Self {
        let value: String = value.into();
        push(&mut self.0, "options", json!({ "text": plain_text(text), "value": value }));
        self
    }

    /// Adds a button that opens a URL.
    #[must_use]
    pub fn link(mut self, text: impl Into<String>, url: impl Into<String>) -> Self {
        let url: String = url.into();
        let option = json!({ "text": plain_text(text), "multi_url": { "url": url } });
        push(&mut self.0, "options", option);
        self
    }
}
