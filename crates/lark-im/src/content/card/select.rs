//! Menus to choose from.

use serde_json::{Value, json};

use super::element::{element, object, plain_text, property, push};

element! {
    /// A menu to choose one thing from, which comes back as
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
    /// A menu without options yet.
    #[allow(clippy::new_without_default, reason = "elements are made by new")]
    pub fn new() -> Self {
        Self::empty()
    }

    /// Adds an option: what it says, and the value that comes back, once in the menu.
    #[must_use]
    pub fn option(mut self, text: impl Into<String>, value: impl Into<String>) -> Self {
        push(&mut self.0, "options", named(text.into(), value.into()));
        self
    }

    /// The option that is chosen already, by its number, from 1.
    #[must_use]
    pub fn initial_index(self, index: u32) -> Self {
        self.set("initial_index", index)
    }
}

element! {
    /// A menu to choose several things from. Within forms only.
    ///
    /// Source: <https://open.feishu.cn/document/feishu-cards/card-json-v2-components/interactive-components/multi-select-dropdown-menu>.
    MultiSelectStatic = "multi_select_static":
    name required placeholder width disabled confirm callback
}

impl MultiSelectStatic {
    /// A menu without options yet, by its name in the form.
    pub fn new(name: impl Into<String>) -> Self {
        Self::empty().name(name)
    }

    /// Adds an option: what it says, and the value that comes back, once in the menu.
    #[must_use]
    pub fn option(mut self, text: impl Into<String>, value: impl Into<String>) -> Self {
        push(&mut self.0, "options", named(text.into(), value.into()));
        self
    }

    /// The form can be submitted without a choice. The platform says that it cannot unless this is set.
    #[must_use]
    pub fn optional(self) -> Self {
        self.set("required", false)
    }

    /// The options that are chosen already, by their values.
    #[must_use]
    pub fn selected_values(self, values: impl IntoIterator<Item: Into<String>>) -> Self {
        self.set("selected_values", texts(values))
    }
}

element! {
    /// A menu to choose a person from, whose `open_id` comes back as
    /// [`option`](crate::callback::Action::option).
    ///
    /// Source: <https://open.feishu.cn/document/feishu-cards/card-json-v2-components/interactive-components/single-select-user-picker>.
    SelectPerson = "select_person": name required placeholder width disabled confirm callback
}

impl SelectPerson {
    /// Anybody in the chat.
    #[allow(clippy::new_without_default, reason = "elements are made by new")]
    pub fn new() -> Self {
        Self::empty()
    }

    /// Only these people, by `open_id` (`ou_...`).
    #[must_use]
    pub fn people(self, open_ids: impl IntoIterator<Item: Into<String>>) -> Self {
        self.set("options", people(open_ids))
    }

    /// The person that is chosen already, one of [`people`](Self::people).
    #[must_use]
    pub fn initial_option(self, open_id: impl Into<String>) -> Self {
        self.set("initial_option", open_id.into())
    }
}

element! {
    /// A menu to choose several people from. Within forms only.
    ///
    /// Source: <https://open.feishu.cn/document/feishu-cards/card-json-v2-components/interactive-components/multi-select-user-picker>.
    MultiSelectPerson = "multi_select_person":
    name required placeholder width disabled confirm callback
}

impl MultiSelectPerson {
    /// Anybody in the chat, by its name in the form.
    pub fn new(name: impl Into<String>) -> Self {
        Self::empty().name(name)
    }

    /// Only these people, by `open_id` (`ou_...`).
    #[must_use]
    pub fn people(self, open_ids: impl IntoIterator<Item: Into<String>>) -> Self {
        self.set("options", people(open_ids))
    }

    /// The people that are chosen already, some of [`people`](Self::people).
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
