//! Toasts.

use serde_json::{Map, Value, json};

/// A short notice that the user who interacted with a card sees for a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Toast {
    kind: &'static str,
    content: String,
    translations: Map<String, Value>,
}

impl Toast {
    /// A toast without an icon.
    pub fn info(content: impl Into<String>) -> Self {
        Self::new("info", content.into())
    }

    /// A toast with the success icon.
    pub fn success(content: impl Into<String>) -> Self {
        Self::new("success", content.into())
    }

    /// A toast with the warning icon.
    pub fn warning(content: impl Into<String>) -> Self {
        Self::new("warning", content.into())
    }

    /// A toast with the error icon.
    pub fn error(content: impl Into<String>) -> Self {
        Self::new("error", content.into())
    }

    fn new(kind: &'static str, content: String) -> Self {
        Self { kind, content, translations: Map::new() }
    }

    /// Sets the text for one language, such as `zh_cn` or `en_us`.
    #[must_use]
    pub fn i18n(mut self, language: impl Into<String>, content: impl Into<String>) -> Self {
        self.translations.insert(language.into(), content.into().into());
        self
    }

    pub(super) fn into_value(self) -> Value {
        let mut toast = json!({ "type": self.kind, "content": self.content });
        if !self.translations.is_empty() {
            toast["i18n"] = Value::Object(self.translations);
        }
        toast
    }
}
