//! The system message that a bot can send.

use serde_json::{Map, Value, json};

use super::Content;

/// A divider with a text, such as "new session".
///
/// It is a message of type `system`, and only works in a chat between a user and the bot.
///
/// ```
/// use lark_im::content::{Content, Divider};
///
/// let divider = Divider::new("New session").i18n("zh_CN", "新会话").roll_up();
/// assert_eq!(Content::from(divider).msg_type(), "system");
/// ```
///
/// Source: `im.v1.message.create`,
/// <https://open.feishu.cn/document/server-docs/im-v1/message-content-description/create_json>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Divider {
    text: String,
    translations: Map<String, Value>,
    roll_up: bool,
}

impl Divider {
    /// A divider with this text, for every language without a [translation](Self::i18n).
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), translations: Map::new(), roll_up: false }
    }

    /// Sets the text for one language, such as `zh_CN` or `en_US`.
    #[must_use]
    pub fn i18n(mut self, language: impl Into<String>, text: impl Into<String>) -> Self {
        self.translations.insert(language.into(), text.into().into());
        self
    }

    /// Scrolls earlier messages out of view.
    #[must_use]
    pub fn roll_up(mut self) -> Self {
        self.roll_up = true;
        self
    }
}

impl From<Divider> for Content {
    fn from(divider: Divider) -> Self {
        let mut text = json!({ "text": divider.text });
        if !divider.translations.is_empty() {
            text["i18n_text"] = Value::Object(divider.translations);
        }
        let mut content = json!({ "type": "divider", "params": { "divider_text": text } });
        if divider.roll_up {
            content["options"] = json!({ "need_rollup": true });
        }
        Self::from_value("system", &content)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn translations_and_options_have_the_platforms_form() {
        let divider = Divider::new("New").i18n("zh_CN", "新会话").roll_up();
        let got: Value = serde_json::from_str(Content::from(divider).content()).unwrap();
        let want = json!({
            "type": "divider",
            "params": {"divider_text": {"text": "New", "i18n_text": {"zh_CN": "新会话"}}},
            "options": {"need_rollup": true},
        });
        assert_eq!(got, want);
    }
}
