//! The body a custom bot (a group's hook address) wants.

use serde_json::{Map, Value, json};

use super::{Content, ContentError, error::parse_object};

/// Largest body a custom bot accepts: 20 KB, counted as 1024 bytes each.
///
/// Source: <https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot>.
pub const MAX_HOOK_BODY_BYTES: usize = 20 * 1024;

impl Content {
    /// The same message as the JSON body of a custom bot's hook.
    ///
    /// Hooks differ from `im.v1.message.create`: `content` is an object and not a string, a post
    /// has one more level, a shared chat another key, and a card stands beside `msg_type`
    /// instead of in `content`. If the bot checks signatures, add `timestamp` and `sign`.
    ///
    /// ```
    /// use lark_im::content::Content;
    ///
    /// let body = Content::from("hi").to_hook_body()?;
    /// assert_eq!(body.to_string(), r#"{"content":{"text":"hi"},"msg_type":"text"}"#);
    /// # Ok::<(), lark_im::content::ContentError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ContentError::NotForHook`] for kinds other than text, post, image, share_chat and
    /// interactive; [`ContentError::TooLarge`] above [`MAX_HOOK_BODY_BYTES`];
    /// [`ContentError::InvalidJson`] or [`ContentError::NotAnObject`] if the value was made with
    /// [`Content::raw`] from something else than a JSON object.
    ///
    /// Source: <https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot>.
    pub fn to_hook_body(&self) -> Result<Value, ContentError> {
        let msg_type = self.msg_type();
        let (key, wrap): (&str, fn(Value) -> Value) = match msg_type {
            "text" | "image" => ("content", |content| content),
            "post" => ("content", |post| json!({ "post": post })),
            "share_chat" => ("content", |chat| json!({ "share_chat_id": chat["chat_id"] })),
            "interactive" => ("card", |card| card),
            _ => return Err(ContentError::NotForHook { msg_type: msg_type.to_owned() }),
        };
        let mut body = Map::new();
        body.insert(key.to_owned(), wrap(parse_object(msg_type, self.content())?));
        body.insert("msg_type".to_owned(), msg_type.into());
        let body = Value::Object(body);
        let size = body.to_string().len();
        if size > MAX_HOOK_BODY_BYTES {
            let (msg_type, limit) = (msg_type.to_owned(), MAX_HOOK_BODY_BYTES);
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
    fn each_kind_is_wrapped_the_way_hooks_want_it() {
        let post = Content::from(Post::new("t").line(["a"])).to_hook_body().unwrap();
        assert_eq!(post["content"]["post"]["zh_cn"]["title"], "t");

        let chat = Content::from(ShareChat::new("oc_1")).to_hook_body().unwrap();
        assert_eq!(chat, json!({"msg_type": "share_chat", "content": {"share_chat_id": "oc_1"}}));

        let card = Content::from(Card::json(json!({"schema": "2.0"}))).to_hook_body().unwrap();
        assert_eq!(card, json!({"msg_type": "interactive", "card": {"schema": "2.0"}}));
    }

    #[test]
    fn what_a_hook_cannot_send_is_refused() {
        let error = Content::from(Audio::new("file_1")).to_hook_body().unwrap_err();
        assert_eq!(error.to_string(), "audio: a custom bot cannot send this kind of message");
        let error = Content::from("x".repeat(MAX_HOOK_BODY_BYTES)).to_hook_body().unwrap_err();
        assert!(matches!(error, ContentError::TooLarge { limit: 20_480, .. }));
    }
}
