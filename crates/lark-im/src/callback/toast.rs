//! A few words over the chat.

use serde_json::{Map, Value, json};

/// A few words that the person who used a card sees for a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Toast {
    kind: &'static str,
    content: String,
    translations: Map<String, Value>,
}

impl Toast {
    /// Words without a sign.
    pub fn info(content: impl Into<String>) -> Self {
        Self::new("info", content.into())
    }

    /// Words with the sign of success.
    pub fn success(content: impl Into<String>) -> Self {
        Self::new("success", content.into())
    }

    /// Words with the sign of a warning.
    pub fn warning(content: impl Into<String>) -> Self {
        Self::new("warning", content.into())
    }

    /// Words with the sign of a failure.
    pub fn error(content: impl Into<String>) -> Self {
        Self::new("error", content.into())
    }

    fn new(kind: &'static str, content: String) -> Self {
        Self { kind, content, translations: Map::new() }
    }

    /// Sets the words for one language, written as in `zh_cn` or `en_us`.
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
