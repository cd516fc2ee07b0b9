//! Icons.

use serde_json::{Value, json};

/// An icon of the platform or an uploaded image.
///
/// Source: <https://open.feishu.cn/document/feishu-cards/enumerations-for-icons>.
#[derive(Clone, Debug, PartialEq)]
pub struct Icon(Value);

impl Icon {
    /// An icon of the platform, by its token: `chat-forbidden_outlined`.
    pub fn standard(token: impl Into<String>) -> Self {
        let token: String = token.into();
        Self(json!({ "tag": "standard_icon", "token": token }))
    }

    /// An uploaded image, by its key (`img_...`).
    pub fn custom(img_key: impl Into<String>) -> Self {
        let img_key: String = img_key.into();
        Self(json!({ "tag": "custom_icon", "img_key": img_key }))
    }

    /// Sets the color, such as `orange`, of a platform icon whose token ends in `outlined` or `filled`.
    #[must_use]
    pub fn color(mut self, color: impl Into<String>) -> Self {
        self.0["color"] = color.into().into();
        self
    }

    pub(super) fn into_json(self) -> Value {
        self.0
    }
}
