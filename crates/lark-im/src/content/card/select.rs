//! Select menus.

use serde_json::{Value, json};

use super::element::{element, object, plain_text, property, push};

element! {
    /// A menu for one option, whose value arrives as
    /// [`option`](crate::callback::Action::option).
    ///
    /// ```
    /// use lark_im::content::card::SelectStatic;
    ///
    /// let size = SelectStatic::new().placeholder("Size").option("Small", "s").option("Large", "l");
    /// ```
    ///
    /// Source: <https://open.feishu.cn/document/feishu-cards/card-json-v2-components/interactive-components/single-select-dropdown-menu>.
    SelectStatic = "select_static":
    name required placeholder width disabled confirm callback
}

impl SelectStatic {
    /// A menu without options.
    #[allow(clippy::new_without_default, reason = "elements are made by new")]
    pub fn new() -> Self {
        Self::empty()
    }

    /// Adds an option with its text and its value, which must be unique in the menu.
    #[must_use]
    pub fn option(mut self, text: impl Into<String>, value: impl Into<String>) -> Self {
        push(&mut self.0, "options", named(text.into(), value.into()));
        self
    }

    /// Sets the initial option by its number, from 1.
    #[must_use]
    pub fn initial_index(self, index: u32) -> Self {
        self.set("initial_index", index)
    }
}

element! {
    /// A menu for several options. In forms only.
    ///
    /// Source: <https://open.feishu.cn/document/feishu-cards/card-json-v2-components/interactive-components/multi-select-dropdown-menu>.
    MultiSelectStatic = "multi_select_static":
    name required placeholder width disabled confirm callback
}

impl MultiSelectStatic {
    /// A menu without options, with its name in the form.
    pub fn new(name: impl Into<String>) -> Self {
        Self::empty().name(name)
    }

    /// Adds an option with its text and its value, which must be unique in the menu.
    #[must_use]
    pub fn option(mut self, text: impl Into<String>, value: impl Into<String>) -> Self {
        push(&mut self.0, "options", named(text.into(), value.into()));
        self
    }

    /// Allows submitting the form without a selection, which the platform documents as required by
    /// default.
    #[must_use]
    pub fn optional(self) -> Self {
        self.set("required", false)
    }

    /// Sets the initial options by their values.
    #[must_use]
    pub fn selected_values(self, values: impl IntoIterator<Item: Into<String>>) -> Self {
        self.set("selected_values", texts(values))
    }
}

element! {
    /// A menu for one user, whose `open_id` arrives as
    /// [`option`](crate::callback::Action::option).
    ///
    /// Source: <https://open.feishu.cn/document/feishu-cards/card-json-v2-components/interactive-components/single-select-user-picker>.
    SelectPerson = "select_person": name required placeholder width disabled confirm callback
}

impl SelectPerson {
    /// A menu of all members of the chat.
    #[allow(clippy::new_without_default, reason = "elements are made by new")]
    pub fn new() -> Self {
        Self::empty()
    }

    /// Limits the menu to these users, by `open_id` (`ou_...`).
    #[must_use]
    pub fn people(self, open_ids: impl IntoIterator<Item: Into<String>>) -> Self {
        self.set("options", people(open_ids))
    }

    /// Sets the initial user, one of [`people`](Self::people).
    #[must_use]
    pub fn initial_option(self, open_id: impl Into<String>) -> Self {
        self.set("initial_option", open_id.into())
    }
}

element! {
    /// A menu for several users. In forms only.
    ///
    /// Source: <https://open.feishu.cn/document/feishu-cards/card-json-v2-components/interactive-components/multi-select-user-picker>.
    MultiSelectPerson = "multi_select_person":
    name required placeholder width disabled confirm callback
}

impl MultiSelectPerson {
    /// A menu of all members of the chat, with its name in the form.
    pub fn new(name: impl Into<String>) -> Self {
        Self::empty().name(name)
    }

    /// Limits the menu to these users, by `open_id` (`ou_...`).
    #[must_use]
    pub fn people(self, open_ids: impl IntoIterator<Item: Into<String>>) -> Self {
        self.set("options", people(open_ids))
    }

    /// Sets the initial users, a subset of [`people`](Self::people).
    #[must_use]
    pub fn selected_values(self, open_ids: impl IntoIterator<Item: Into<String>>) -> Self {
        self.set("selected_values", texts(open_ids))
    }
}

fn named(text: String, value: String) -> Value {
    json!({ "text": plain_text(text), "value": value })
}

fn people(open_ids: impl IntoIterator<Item: Into<String>>) -> Value {
    open_ids.into_iter().map(|id| json!({ "value": Into::<String>::into(id) })).collect()
}

fn texts(values: impl IntoIterator<Item: Into<String>>) -> Value {
    values.into_iter().map(Into::<String>::into).collect()
}
