//! Forms.

use super::element::{element, object, property};

element! {
    /// A form, whose values are sent to the app together. It must be at the top level of the card, and
    /// needs a button of [`Button::submit`](super::Button::submit).
    ///
    /// ```
    /// use lark_im::content::card::{Button, ButtonType, DatePicker, Form, Input};
    ///
    /// let leave = Form::new("leave")
    ///     .element(DatePicker::new().name("from").placeholder("From").required())
    ///     .element(Input::new().name("reason").label("Reason").multiline(3))
    ///     .element(Button::submit("send", "Send").button_type(ButtonType::PrimaryFilled));
    /// ```
    ///
    /// Source: <https://open.feishu.cn/document/feishu-cards/card-json-v2-components/containers/form-container>.
    Form = "form":
    elements direction horizontal_spacing vertical_spacing horizontal_align vertical_align padding
}

impl Form {
    /// An empty form. The name must be unique in the card.
    pub fn new(name: impl Into<String>) -> Self {
        Self::empty().set("name", name.into())
    }
}
