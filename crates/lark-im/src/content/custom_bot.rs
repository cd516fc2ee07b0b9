//! The request body of a custom bot.

use serde_json::{Map, Value, json};

use super::{Content, ContentError, error::parse_object};

/// Maximum size of a custom bot's request body: 20 KiB.
///
/// Source: <https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot>.
pub const MAX_CUSTOM_BOT_BODY_BYTES: usize = 20 * 1024;

impl Content {
    /// The message as the JSON body for a custom bot's webhook.
    ///
    /// It differs from `im.v1.message.create`: `content` is an object instead of a string, a post has
    /// one more level, a shared chat another key, and a card is a sibling of `msg_type` instead of
    /// `content`. If the bot verifies signatures, add `timestamp` and `sign`.
    ///
    /// ```
    /// use lark_im::content::Content;
    ///
    /// let body = Content::from("hi").to_custom_bot_body()?;
    /// assert_eq!(body.to_string(), r#"{"content":{"text":"hi"},"msg_type":"text"}"#);
    /// # Ok::<(), lark_im::content::ContentError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ContentError::NotForCustomBot`] for types other than text, post, image, share_chat and
    /// interactive, and for a post with attachments; [`ContentError::TooLarge`] above [`MAX_CUSTOM_BOT_BODY_BYTES`];
    /// [`ContentError::InvalidJson`] or [`ContentError::NotAnObject`] if the value was created by
    /// [`Content::raw`] from anything but a JSON object.
    ///
    /// Source: <https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot>.
    pub fn to_custom_bot_body(&self) -> Result<Value, ContentError> {
        let msg_type = self.msg_type();
        let (key, wrap): (&str, fn(Value) -> Value) = match msg_type {
            "text" | "image" => ("content", |content| content),
            "post" => ("content", |post| json!({ "post": post })),
            "share_chat" => ("content", |chat| json!({ "share_chat_id": chat["chat_id"] })),
            "interactive" => ("card", |card| card),
            _ => return Err(ContentError::NotForCustomBot { msg_type: msg_type.to_owned() }),
        };
        let content = parse_object(msg_type, self.content())?;
        if msg_type == "post" && content.get("files").is_some() {
            let msg_type = "post with attachments".to_owned();
            return Err(ContentError::NotForCustomBot { msg_type });
        }
        let mut body = Map::new();
        body.insert(key.to_owned(), wrap(content));
        body.insert("msg_type".to_owned(), msg_type.into());
        let body = Value::Object(body);
        let size = body.to_string().len();
        if size > MAX_CUSTOM_BOT_BODY_BYTES {
            let (msg_type, limit) = (msg_type.to_owned(), MAX_CUSTOM_BOT_BODY_BYTES);
            return Err(ContentError::TooLarge { msg_type, size, limit });
        }
        Ok(body)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::{Audio, Card, Post, ShareChat};
    use super::*;

    #[test]
    fn each_type_has_the_form_of_custom_bots() {
        let post = Content::from(Post::new("t").line(["a"])).to_custom_bot_body().unwrap();
        assert_eq!(post["content"]["post"]["zh_cn"]["title"], "t");

        let chat = Content::from(ShareChat::new("oc_1")).to_custom_bot_body().unwrap();
        assert_eq!(chat, json!({"msg_type": "share_chat", "content": {"share_chat_id": "oc_1"}}));

        let card =
            Content::from(Card::from_json(json!({"schema": "2.0"}))).to_custom_bot_body().unwrap();
        assert_eq!(card, json!({"msg_type": "interactive", "card": {"schema": "2.0"}}));
    }

    #[test]
    fn a_type_that_custom_bots_do_not_support_is_refused() {
        let error = Content::from(Audio::new("file_1")).to_custom_bot_body().unwrap_err();
        assert_eq!(error.to_string(), "audio: a custom bot cannot send this kind of message");
        let post = Post::new("").line(["a"]).attachment("file_1", "a.pdf");
        let error = Content::from(post).to_custom_bot_body().unwrap_err();
        let text = "post with attachments: a custom bot cannot send this kind of message";
        assert_eq!(error.to_string(), text);
        let error =
            Content::from("x".repeat(MAX_CUSTOM_BOT_BODY_BYTES)).to_custom_bot_body().unwrap_err();
        assert!(matches!(error, ContentError::TooLarge { limit: 20_480, .. }));
    }
}
