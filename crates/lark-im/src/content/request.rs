//! Requests with a content.

use super::{Card, Content};
use crate::v1::ReceiveIdType;
use crate::v1::message::{
    CreateMessageRequest, PatchMessageRequest, ReplyMessageRequest, UpdateMessageRequest,
};

/// Sends a message to a chat or a user, whose id tells which: `oc_...` is a chat, `ou_...` and `on_...`
/// are a user's `open_id` and `union_id`, a text with an `@` is an email address, and any other a
/// `user_id`.
///
/// It is [`create()`](crate::v1::message::create) with the receiver, the type and the content set.
///
/// ```no_run
/// use lark_core::Client;
/// use lark_im::v1::message;
///
/// # async fn run(client: Client) -> lark_core::Result<()> {
/// client.send(message::to("oc_a0553eda9014c201e6969b478895c230", "Build 42 is green")).await?;
/// client.send(message::to("tom@example.com", "Hello")).await?;
/// # Ok(()) }
/// ```
pub fn message_to(id: impl Into<String>, content: impl Into<Content>) -> CreateMessageRequest {
    let id = id.into();
    let request = CreateMessageRequest::default().receive_id_type(ReceiveIdType::of(&id));
    request.receive_id(id).message(content)
}

impl ReceiveIdType {
    /// The kind of an id by its form, see [`message::to`](crate::v1::message::to).
    pub fn of(id: &str) -> Self {
        match id {
            _ if id.starts_with("oc_") => Self::ChatId,
            _ if id.starts_with("ou_") => Self::OpenId,
            _ if id.starts_with("on_") => Self::UnionId,
            _ if id.contains('@') => Self::Email,
            _ => Self::UserId,
        }
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::v1::message;

    #[test]
    fn the_form_of_an_id_tells_its_kind() {
        for (id, kind) in [
            ("oc_1", ReceiveIdType::ChatId),
            ("ou_1", ReceiveIdType::OpenId),
            ("on_1", ReceiveIdType::UnionId),
            ("ou_1@example.com", ReceiveIdType::OpenId),
            ("a@example.com", ReceiveIdType::Email),
            ("7d8a6e6d", ReceiveIdType::UserId),
        ] {
            let request = message::to(id, "hi");
            assert_eq!(request.receive_id_type, Some(kind), "{id}");
            assert_eq!(
                (request.receive_id.as_deref(), request.msg_type.as_deref()),
                (Some(id), Some("text"))
            );
        }
    }
}
