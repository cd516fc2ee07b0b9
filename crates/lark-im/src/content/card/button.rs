//! Buttons.

use super::element::{element, object, plain_text, property};

element! {
    /// A button that opens a URL, sends the app a callback, or both; in a form it submits or resets the
    /// form.
    ///
    /// ```
    /// use lark_im::content::card::{Button, ButtonType};
    ///
    /// let delete = Button::new("Delete")
    ///     .button_type(ButtonType::DangerFilled)
    ///     .callback([("delete", "row-7")])
    ///     .confirm("Delete row 7?", "This cannot be undone.");
    /// ```
    ///
    /// Source: <https://open.feishu.cn/document/feishu-cards/card-json-v2-components/interactive-components/button>.
    Button = "button":
    name width icon hover_tips disabled disabled_tips confirm callback open_url
}

impl Button {
    /// A button with this text, at most 100 characters.
    pub fn new(text: impl Into<String>) -> Self {
        Self::empty().set("text", plain_text(text))
    }

    /// A button that submits its form: the values arrive as
    /// [`form_value`](crate::callback::Action::form_value). Every form needs one. `name` identifies the
    /// button in the callback.
    pub fn submit(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(text).name(name).set("form_action_type", "submit")
    }

    /// A button that resets its form.
    pub fn reset(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(text).name(name).set("form_action_type", "reset")
    }

    /// Sets the style.
    #[must_use]
    pub fn button_type(self, button_type: ButtonType) -> Self {
        self.set("type", button_type.as_str())
    }

    /// Sets the size: `tiny` (24 px on a desktop), `small` (28), `medium` (32, the default) or `large`
    /// (40).
    #[must_use]
    pub fn size(self, size: impl Into<String>) -> Self {
        self.set("size", size.into())
    }
}

lark_core::open_enum! {
    /// Style of a [`Button`].
    ButtonType {
        /// Black text with a border.
        Default = "default",
        /// Blue text with a border.
        Primary = "primary",
        /// Red text with a border.
        Danger = "danger",
        /// Black text.
        Text = "text",
        /// Blue text.
        PrimaryText = "primary_text",
        /// Red text.
        DangerText = "danger_text",
        /// White text on blue.
        PrimaryFilled = "primary_filled",
        /// White text on red.
        DangerFilled = "danger_filled",
        /// Multicolored.
        Laser = "laser",
    }
}
