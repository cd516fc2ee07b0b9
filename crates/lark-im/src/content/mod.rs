//! Message contents, typed.
//!
//! A message has two fields that must agree: `msg_type`, and `content`, a JSON document inside a JSON
//! string. The types here produce both, and [`ReceivedContent`] reads them, so a program never handles
//! the inner JSON itself.
//!
//! | Content | Type |
//! |---|---|
//! | plain text, mentions | [`Text`], or just a `&str` |
//! | a title, links, styles, code | [`Post`], [`LocalizedPost`] |
//! | Markdown of any length | [`Content::markdown`] |
//! | Markdown, buttons, colors | [`Card::markdown`], with elements of [`card`] |
//! | an existing card | [`Card::template`], [`Card::entity`], [`Card::from_json_str`] |
//! | an uploaded file | [`Image`], [`File`], [`Audio`], [`Media`] |
//! | a sticker, a shared chat or user | [`Sticker`], [`ShareChat`], [`ShareUser`] |
//! | a divider between two sessions | [`Divider`] |
//!
//! A received message is read with [`EventMessage::received`](crate::v1::EventMessage::received), or
//! [`Message::received`](crate::v1::Message::received) if it was fetched; `mentioned` of both tells
//! [who is mentioned](Mentions).
//!
//! ```
//! use lark_im::content::{Card, CardColor, Content, Post, PostElement, ReceivedContent, Text};
//!
//! let text = Text::new("hi ").at("ou_x", "Tom").push(", the build is green");
//!
//! let post = Post::new("Build 42")
//!     .line([PostElement::text("all green").bold(), PostElement::link("log", "https://ci.example")])
//!     .markdown("- 312 tests\n- 4 min");
//!
//! let card = Card::markdown("Build 42", "**312** tests passed").color(CardColor::Green);
//!
//! for content in [Content::from("plain"), text.into(), post.into(), card.into()] {
//!     content.check()?;
//! }
//!
//! // In an event handler: `message_type` and `content` of the event's message.
//! if let ReceivedContent::Text { text, .. } = ReceivedContent::parse("text", r#"{"text":"ping"}"#)? {
//!     assert_eq!(text, "ping");
//! }
//! # Ok::<(), lark_im::content::ContentError>(())
//! ```
//!
//! Source: `im.v1.message.create`,
//! <https://open.feishu.cn/document/server-docs/im-v1/message/create>, and the content page,
//! <https://open.feishu.cn/document/server-docs/im-v1/message-content-description/create_json>.

mod at_tag;
pub mod card;
mod custom_bot;
mod divider;
mod error;
mod escape;
mod file;
mod interactive;
mod markdown;
mod mention;
mod mentions;
mod post;
mod post_element;
mod received;
mod received_card;
pub(crate) mod request;
mod share;
mod text;
pub(crate) mod to_markdown;
mod upload;
mod words;

use std::borrow::Cow;

use serde_json::Value;

pub use card::builder::{CardBuilder, CardColor};
pub use custom_bot::MAX_CUSTOM_BOT_BODY_BYTES;
pub use divider::Divider;
pub use error::ContentError;
pub use escape::escape_mentions;
pub use file::{Audio, File, Image, Media, Sticker};
pub use interactive::{Card, CardTemplate};
pub use markdown::MarkdownMessages;
pub use mention::replace_mentions;
pub use mentions::{Mentioned, Mentions};
pub use post::{LocalizedPost, Post, PostAttachment, PostLocale};
pub use post_element::{PostElement, TextStyle};
pub use received::ReceivedContent;
pub use received_card::ReceivedCard;
pub use share::{ShareChat, ShareUser};
pub use text::Text;
pub use to_markdown::fetch::{MessageExport, MessageMarkdown};
pub use to_markdown::resource::ResourceError;
pub use upload::{MAX_FILE_BYTES, MAX_IMAGE_BYTES};

/// Maximum size of a text message's request: 150 KiB.
///
/// The platform refuses more with code 230025. Source: `im.v1.message.create`.
pub const MAX_TEXT_BYTES: usize = 150 * 1024;

/// Maximum size of a post or card message's request: 30 KiB.
///
/// The platform refuses more with code 230025. A card sent by template includes the template's own
/// data. Source: `im.v1.message.create`.
pub const MAX_RICH_BYTES: usize = 30 * 1024;

/// The content of a message to be sent: its `msg_type` and the matching `content` JSON.
///
/// Every type of [this module](self) converts into it; `&str` and `String` become a text message.
///
/// ```
/// use lark_im::content::{Content, Image};
///
/// let content = Content::from(Image::new("img_v2_1"));
/// assert_eq!(content.msg_type(), "image");
/// assert_eq!(content.content(), r#"{"image_key":"img_v2_1"}"#);
/// ```
///
/// Source: `im.v1.message.create`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    msg_type: Cow<'static, str>,
    content: String,
}

impl Content {
    /// A content of any type, for message types that this crate does not know yet.
    ///
    /// `content` is the JSON document of that `msg_type`, and is sent unchanged.
    pub fn raw(msg_type: impl Into<Cow<'static, str>>, content: impl Into<String>) -> Self {
        Self { msg_type: msg_type.into(), content: content.into() }
    }

    /// The type of the message: `text`, `post`, `interactive`, ...
    pub fn msg_type(&self) -> &str {
        &self.msg_type
    }

    /// The JSON document of the message, as text.
    pub fn content(&self) -> &str {
        &self.content
    }

    /// Returns `msg_type` and `content`.
    pub fn into_parts(self) -> (Cow<'static, str>, String) {
        (self.msg_type, self.content)
    }

    /// Maximum size of this type of message in bytes, or `None` where the platform documents none.
    pub fn max_bytes(&self) -> Option<usize> {
        match self.msg_type() {
            "text" => Some(MAX_TEXT_BYTES),
            "post" | "interactive" => Some(MAX_RICH_BYTES),
            _ => None,
        }
    }

    /// Checks the size, and for a card the numbers of elements and tables, without I/O.
    ///
    /// The platform counts the whole request, in which the quotes of `content` are escaped once
    /// more; this counts only the bytes of `content`. So the platform refuses whatever this refuses,
    /// but may also refuse a message just below the limit, with code 230025.
    ///
    /// # Errors
    ///
    /// [`ContentError::TooLarge`], with size and limit; [`ContentError::TooManyElements`] for a card
    /// of JSON 2.0; [`ContentError::TooManyTables`] for any card.
    pub fn check(&self) -> Result<(), ContentError> {
        let size = self.content.len();
        match self.max_bytes() {
            Some(limit) if size > limit => {
                let msg_type = self.msg_type.to_string();
                Err(ContentError::TooLarge { msg_type, size, limit })
            }
            _ if self.msg_type() == "interactive" => card::check(&self.content),
            _ => Ok(()),
        }
    }

    pub(crate) fn from_value(msg_type: &'static str, content: &Value) -> Self {
        Self { msg_type: Cow::Borrowed(msg_type), content: content.to_string() }
    }
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        Text::new(text).into()
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        Text::new(text).into()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;

    #[test]
    fn a_message_over_the_limit_is_refused_with_size_and_limit() {
        let frame = r#"{"text":""}"#.len();
        let fits = Content::from("x".repeat(MAX_TEXT_BYTES - frame));
        assert_eq!(fits.check(), Ok(()));

        let error = Content::from("x".repeat(MAX_TEXT_BYTES - frame + 1)).check().unwrap_err();
        assert_eq!(error.to_string(), "text: content is 153601 bytes, the limit is 153600");

        let long_card = Content::from(Card::markdown("t", "x".repeat(MAX_RICH_BYTES)));
        assert!(matches!(long_card.check(), Err(ContentError::TooLarge { limit: 30_720, .. })));
        assert_eq!(Content::raw("new_kind", "x".repeat(MAX_TEXT_BYTES * 2)).check(), Ok(()));
    }

    #[test]
    fn every_file_and_share_kind_has_its_own_key_name() {
        let cases: [(Content, &str, Value); 9] = [
            (Image::new("img_1").into(), "image", json!({"image_key": "img_1"})),
            (File::new("file_1").into(), "file", json!({"file_key": "file_1"})),
            (Audio::new("file_1").into(), "audio", json!({"file_key": "file_1"})),
            (Media::new("file_1").into(), "media", json!({"file_key": "file_1"})),
            (
                Media::new("file_1").cover("img_1").into(),
                "media",
                json!({"file_key": "file_1", "image_key": "img_1"}),
            ),
            (Sticker::new("file_1").into(), "sticker", json!({"file_key": "file_1"})),
            (ShareChat::new("oc_1").into(), "share_chat", json!({"chat_id": "oc_1"})),
            (ShareUser::new("ou_1").into(), "share_user", json!({"user_id": "ou_1"})),
            ("hi".into(), "text", json!({"text": "hi"})),
        ];
        for (content, msg_type, want) in cases {
            assert_eq!(content.msg_type(), msg_type);
            let got: Value = serde_json::from_str(content.content()).unwrap();
            assert_eq!(got, want, "{msg_type}");
        }
    }
}
