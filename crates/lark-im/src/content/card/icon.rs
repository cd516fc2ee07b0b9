//! Icons before words.

use serde_json::{Value, json};

/// An icon: one of the platform's, or an uploaded image.
///
/// Source: <https://open.feishu.cn/document/feishu-cards/enumerations-for-icons>.
#[derive(Clone, Debug, PartialEq)]
pub struct Icon(Value);

impl Icon {
    /// One of the platform's, by its token: `chat-forbidden_outlined`.
    pub fn standard(token: impl Into<String>) -> Self {
        let token: String = token.into();
        Self(json!({ "tag": "standard_icon", "token": token }))
    }

    /// An uploaded image, by its key (`img_...`).
    pub fn custom(img_key: impl Into<String>) -> Self {
        let img_key: String = img_key.into();
        Self(json!({ "tag": "custom_icon", "img_key": img_key }))
    }

    /// Colours one of the platform's whose token ends in `outlined` or `filled`: `orange`.
    #[must_use]
    pub fn color(mut self, color: impl Into<String>) -> Self {
        self.0["color"] = color.into().into();
        self
    }

    pub(super) fn into_json(self) -> Value {
        self.0
    }
}
