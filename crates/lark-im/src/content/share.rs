//! Messages that pass on a chat or a person.

use serde_json::json;

use super::Content;

/// The name card of a group chat.
///
/// Source: `im.v1.message.create`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareChat {
    chat_id: String,
}

impl ShareChat {
    /// Shares a chat by its id (`oc_...`). The bot must be in that chat.
    pub fn new(chat_id: impl Into<String>) -> Self {
        Self { chat_id: chat_id.into() }
    }
}

impl From<ShareChat> for Content {
    fn from(share: ShareChat) -> Self {
        Self::from_value("share_chat", &json!({ "chat_id": share.chat_id }))
    }
}

/// The name card of a person.
///
/// Source: `im.v1.message.create`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareUser {
    user_id: String,
}

impl ShareUser {
    /// Shares a person by `open_id` (`ou_...`), whatever the name of the wire field, `user_id`,
    /// says. The person must be within the bot's availability range.
    pub fn new(open_id: impl Into<String>) -> Self {
        Self { user_id: open_id.into() }
    }
}

impl From<ShareUser> for Content {
    fn from(share: ShareUser) -> Self {
        Self::from_value("share_user", &json!({ "user_id": share.user_id }))
    }
}
