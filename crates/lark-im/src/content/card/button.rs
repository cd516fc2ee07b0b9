//! Buttons.

use super::element::{element, object, plain_text, property};

element! {
    /// A button: it opens an address, sends the app a callback, or both; in a form it submits or
    /// empties it.
    ///
    /// ```
    /// use lark_im::content::card::{Button, ButtonType};
    ///
    /// let delete = Button::new("Delete")
    ///     .button_type(ButtonType::DangerFilled)
    ///     .callback([("delete", "row-7")])
    ///     .confirm("Delete row 7?", "It cannot be brought back.");
    /// ```
    ///
    /// Source: <https://open.feishu.cn/document/feishu-cards/card-json-v2-components/interactive-components/button>.
    Button = "button":
    name width icon hover_tips disabled disabled_tips confirm callback open_url
}

impl Button {
    /// A button with these words, at most 100 characters.
    pub fn new(text: impl Into<String>) -> Self {
        Self::empty().set("text", plain_text(text))
    }

    /// The button of a form that sends the app what was entered, as
    /// [`form_value`](crate::callback::Action::form_value). Every form has one. `name` tells it from
    /// others in the callback.
    pub fn submit(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(text).name(name).set("form_action_type", "submit")
    }

    /// The button of a form that takes back what was entered.
    pub fn reset(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(text).name(name).set("form_action_type", "reset")
    }

    /// How it looks.
    #[must_use]
    pub fn button_type(self, button_type: impl Into<ButtonType>) -> Self {
        self.set("type", button_type.into().as_str())
    }

    /// Its size: `tiny` (24 px on a desktop), `small` (28), `medium` (32), which is the default, or
    /// `large` (40).
    #[must_use]
    pub fn size(self, size: impl Into<String>) -> Self {
        self.set("size", size.into())
    }
}

lark_core::open_enum! {
    /// How a [`Button`] looks.
    ButtonType {
        /// Black words in a frame.
        Default = "default",
        /// Blue words in a frame.
        Primary = "primary",
        /// Red words in a frame.
        Danger = "danger",
        /// Black words.
        Text = "text",
        /// Blue words.
        PrimaryText = "primary_text",
        /// Red words.
        DangerText = "danger_text",
        /// White words on blue.
        PrimaryFilled = "primary_filled",
        /// White words on red.
        DangerFilled = "danger_filled",
        /// In many colours.
        Laser = "laser",
    }
}
