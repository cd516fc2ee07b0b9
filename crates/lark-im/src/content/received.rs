//! The content of received messages.

mod read;

use std::collections::BTreeMap;
use std::time::Duration;

use lark_core::__private::read_value;
use serde_json::Value;

use super::{ContentError, Post, ReceivedCard, error::read_object};

/// The content of a received message, parsed from `message_type` and `content`.
///
/// Absent fields are empty or zero. Types that this crate does not know are [`Other`](Self::Other), so
/// that a new type is not an error.
///
/// ```
/// use lark_im::content::{ReceivedContent, replace_mentions};
///
/// let received = ReceivedContent::parse("text", r#"{"text":"@_user_1 ping"}"#)?;
/// let text = received.to_plain_text().unwrap_or_default();
/// assert_eq!(replace_mentions(&text, [("@_user_1", "")]).trim(), "ping");
/// # Ok::<(), lark_im::content::ContentError>(())
/// ```
///
/// Source: event `im.message.receive_v1`, and
/// <https://open.feishu.cn/document/server-docs/im-v1/message-content-description/message_content>.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ReceivedContent {
    /// Text. Mentions are keys such as `@_user_1`: see [`Mentions`](super::Mentions).
    #[non_exhaustive]
    Text {
        /// The text.
        text: String,
    },
    /// Rich text, in the sender's language. Its mentions have keys such as `@_user_1` instead of ids, so
    /// a post with mentions cannot be sent back unchanged.
    Post(Post),
    /// An image.
    #[non_exhaustive]
    Image {
        /// Key to download it with `im.v1.message_resource.get`.
        image_key: String,
    },
    /// A file.
    #[non_exhaustive]
    File {
        /// Key to download it with `im.v1.message_resource.get`.
        file_key: String,
        /// Its name.
        file_name: String,
    },
    /// A folder.
    #[non_exhaustive]
    Folder {
        /// Key of the folder.
        file_key: String,
        /// Its name.
        file_name: String,
    },
    /// A voice message.
    #[non_exhaustive]
    Audio {
        /// Key to download it with `im.v1.message_resource.get`.
        file_key: String,
        /// Duration; milliseconds on the wire.
        duration: Duration,
    },
    /// A video.
    #[non_exhaustive]
    Media {
        /// Key to download it with `im.v1.message_resource.get`.
        file_key: String,
        /// Key of its cover.
        image_key: String,
        /// Its name.
        file_name: String,
        /// Duration; milliseconds on the wire.
        duration: Duration,
    },
    /// A sticker, which can be sent back with [`Sticker`](super::Sticker).
    #[non_exhaustive]
    Sticker {
        /// Key of the sticker.
        file_key: String,
    },
    /// A card: reduced, or as it was sent.
    Interactive(ReceivedCard),
    /// The name card of a group chat.
    #[non_exhaustive]
    ShareChat {
        /// Id of the chat (`oc_...`).
        chat_id: String,
    },
    /// The contact card of a user.
    #[non_exhaustive]
    ShareUser {
        /// `open_id` of the user.
        user_id: String,
    },
    /// A location.
    #[non_exhaustive]
    Location {
        /// Its name.
        name: String,
        /// Longitude in degrees, as the platform formats it.
        longitude: String,
        /// Latitude in degrees, as the platform formats it.
        latitude: String,
    },
    /// A notice of the platform, such as "A invited B".
    #[non_exhaustive]
    System {
        /// The notice with placeholders, such as `{from_user} invited {to_chatters}`.
        template: String,
        /// Names for `{from_user}`.
        from_user: Vec<String>,
        /// Names for `{to_chatters}`.
        to_chatters: Vec<String>,
        /// Texts for other placeholders of the template, by their names.
        others: BTreeMap<String, Vec<String>>,
        /// Text of a divider, empty for other notices.
        divider_text: String,
    },
    /// Several forwarded messages. The content is a fixed text: get the message by its id; the forwarded
    /// messages have this id in `upper_message_id`.
    MergeForward,
    /// A red packet.
    #[non_exhaustive]
    Hongbao {
        /// The text that the chat shows.
        text: String,
    },
    /// A calendar event: `share_calendar_event`, `calendar` or `general_calendar`.
    #[non_exhaustive]
    Calendar {
        /// Title of the event.
        summary: String,
        /// Start, in milliseconds since 1970.
        start_time_ms: i64,
        /// End, in milliseconds since 1970.
        end_time_ms: i64,
    },
    /// A video meeting.
    #[non_exhaustive]
    VideoChat {
        /// Its topic.
        topic: String,
        /// Start, in milliseconds since 1970.
        start_time_ms: i64,
    },
    /// A task.
    #[non_exhaustive]
    Todo {
        /// Id of the task.
        task_id: String,
        /// Summary of the task.
        summary: Post,
        /// Due time, in milliseconds since 1970.
        due_time_ms: i64,
    },
    /// A vote.
    #[non_exhaustive]
    Vote {
        /// Topic of the vote.
        topic: String,
        /// The options.
        options: Vec<String>,
    },
    /// A type that this crate does not know.
    #[non_exhaustive]
    Other {
        /// The platform's name of the type.
        msg_type: String,
        /// The content; a JSON string if it was not JSON.
        content: Value,
    },
}

impl ReceivedContent {
    /// Parses the content of a message: `message_type` and `content` of an event's message, or
    /// `msg_type` and `body.content` of a message that was fetched by id.
    ///
    /// # Errors
    ///
    /// [`ContentError::InvalidJson`] or [`ContentError::NotAnObject`] if the type is known and the content
    /// is not a JSON object. The content of a recalled message, for example, is a plain note.
    pub fn parse(msg_type: &str, content: &str) -> Result<Self, ContentError> {
        if msg_type == "merge_forward" {
            return Ok(Self::MergeForward);
        }
        let unknown = |content| Self::Other { msg_type: msg_type.to_owned(), content };
        match read_object(msg_type, content) {
            Ok(object) => {
                Ok(read::known_type(msg_type, &object).unwrap_or_else(|| unknown(object)))
            }
            Err(error) if read::known_type(msg_type, &Value::Null).is_some() => Err(error),
            Err(_) => {
                Ok(unknown(read_value(content.as_bytes()).unwrap_or_else(|_| content.into())))
            }
        }
    }

    /// The plain text of a text, a post, a card, a red packet's notice or a notice of the platform;
    /// `None` for other types. [`to_markdown`](Self::to_markdown) has something to show for each type.
    ///
    /// Mentions keep their keys, for [`replace_mentions`](super::replace_mentions).
    pub fn to_plain_text(&self) -> Option<String> {
        match self {
            Self::Text { text } | Self::Hongbao { text } => Some(text.clone()),
            Self::Post(post) => Some(post.to_plain_text()),
            Self::Interactive(card) => Some(card.to_plain_text()),
            Self::System { template, from_user, to_chatters, others, divider_text } => {
                let names = |name: &str| match name {
                    "from_user" => Some(from_user.join(", ")),
                    "to_chatters" => Some(to_chatters.join(", ")),
                    "divider_text" => Some(divider_text.clone()),
                    name => others.get(name).map(|it| it.join(", ")),
                };
                let text = filled(template, names);
                Some(if text.is_empty() { divider_text.clone() } else { text })
            }
            _ => None,
        }
    }
}

/// A template with texts in place of its placeholders, such as `{from_user}`. Unknown ones stay.
fn filled(template: &str, text: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let known = after.split_once('}').and_then(|(name, end)| Some((text(name.trim())?, end)));
        rest = match known {
            Some((text, end)) => {
                out.push_str(&text);
                end
            }
            None => {
                out.push('{');
                after
            }
        };
    }
    out.push_str(rest);
    out
}
