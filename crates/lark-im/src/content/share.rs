//! Messages that share a chat or a user.

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
    /// Shares the chat with this id (`oc_...`). The bot must be in that chat.
    pub fn new(chat_id: impl Into<String>) -> Self {
        Self { chat_id: chat_id.into() }
    }
}

impl From<ShareChat> for Content {
    fn from(share: ShareChat) -> Self {
        Self::from_value("share_chat", &json!({ "chat_id": share.chat_id }))
    }
}

/// The contact card of a user.
///
/// Source: `im.v1.message.create`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareUser {
    user_id: String,
}

impl ShareUser {
    /// Shares the user with this `open_id` (`ou_...`), although the wire field is called `user_id`. The
    /// user must be within the bot's availability range.
    pub fn new(open_id: impl Into<String>) -> Self {
        Self { user_id: open_id.into() }
    }
}

impl From<ShareUser> for Content {
    fn from(share: ShareUser) -> Self {
        Self::from_value("share_user", &json!({ "user_id": share.user_id }))
    }
}
