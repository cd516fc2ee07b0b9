//! Requests with a content.

use super::{Card, Content};
use crate::v1::message::{
    CreateMessageRequest, PatchMessageRequest, ReplyMessageRequest, UpdateMessageRequest,
};

impl CreateMessageRequest {
    /// Sets `msg_type` and `content`: a string, a [`Card`], or any other type of
    /// [`content`](crate::content).
    ///
    /// ```
    /// use lark_im::v1::message;
    ///
    /// let request = message::create().message("hello");
    /// assert_eq!(request.msg_type.as_deref(), Some("text"));
    /// ```
    #[must_use]
    pub fn message(self, content: impl Into<Content>) -> Self {
        let (msg_type, content) = content.into().into_parts();
        self.msg_type(msg_type).content(content)
    }
}

impl ReplyMessageRequest {
    /// Sets `msg_type` and `content`: a string, a [`Card`], or any other type of
    /// [`content`](crate::content).
    #[must_use]
    pub fn message(self, content: impl Into<Content>) -> Self {
        let (msg_type, content) = content.into().into_parts();
        self.msg_type(msg_type).content(content)
    }
}

impl UpdateMessageRequest {
    /// Sets `msg_type` and `content`. Only texts and posts can be edited.
    #[must_use]
    pub fn message(self, content: impl Into<Content>) -> Self {
        let (msg_type, content) = content.into().into_parts();
        self.msg_type(msg_type).content(content)
    }
}

impl PatchMessageRequest {
    /// Sets the card that replaces the one that was sent.
    #[must_use]
    pub fn card(self, card: impl Into<Card>) -> Self {
        let (_, content) = Content::from(card.into()).into_parts();
        self.content(content)
    }
}
