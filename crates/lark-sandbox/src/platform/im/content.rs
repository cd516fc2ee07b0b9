//! The content of a message: JSON in a string, of a form that depends on the message type.

use serde_json::Value;

use super::mentions::Keys;
use super::{card, post};
use crate::http::{Rejection, codes};
use crate::platform::contact::Directory;

const TEXT_LIMIT: usize = 150 * 1024;
const CARD_AND_POST_LIMIT: usize = 30 * 1024;

/// Content that was checked, as the platform stores it.
pub(super) struct Content {
    pub(super) text: String,
    pub(super) mentions: Vec<Value>,
}

/// Who writes content, and in which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Writer {
    /// A call.
    Call,
    /// A person, whose client writes posts in the form in which they are received, and has types of
    /// messages that no call has. Notices of the platform are what a person did.
    Person,
}

/// Checks content and turns it into what the platform stores: mentions become keys, and a post has the
/// form in which it is received.
pub(super) fn check(
    directory: &Directory,
    writer: Writer,
    msg_type: &str,
    content: &str,
) -> Result<Content, Rejection> {
    let limit = match msg_type {
        "post" | "interactive" => CARD_AND_POST_LIMIT,
        _ => TEXT_LIMIT,
    };
    if content.len() > limit {
        return Err(Rejection::of(codes::MESSAGE_TOO_LONG));
    }
    let invalid = |reason: &str| codes::MESSAGE_PARAM.because(reason);
    let parsed: Value = serde_json::from_str(content)
        .map_err(|_| invalid("content is not a string in json format"))?;
    if !parsed.is_object() {
        return Err(invalid("content is not a JSON object"));
    }
    let is_post = writer == Writer::Person && msg_type == "post" && post::is_received(&parsed);
    let missing = match is_post {
        true => None,
        false => missing(writer, msg_type, &parsed).map_err(|()| invalid("invalid msg_type"))?,
    };
    if let Some(key) = missing {
        return Err(invalid(&format!("content of {msg_type} lacks {key}")));
    }
    if msg_type == "interactive" {
        card::check(&parsed)?;
    }
    Ok(stored(directory, msg_type, content, &parsed))
}

/// Content as the platform stores it.
pub(super) fn stored(
    directory: &Directory,
    msg_type: &str,
    content: &str,
    parsed: &Value,
) -> Content {
    let mut keys = Keys::new(directory);
    let text = match (msg_type, parsed["text"].as_str()) {
        ("text", Some(text)) => {
            let written = keys.of_text(text);
            (written != text).then(|| serde_json::json!({ "text": written }).to_string())
        }
        ("post", _) => Some(post::received(parsed, &mut keys).to_string()),
        ("system", _) if parsed["params"].is_object() => Some(divider(parsed).to_string()),
        _ => None,
    };
    Content { text: text.unwrap_or_else(|| content.to_owned()), mentions: keys.mentions }
}

/// The form in which a divider is received.
fn divider(sent: &Value) -> Value {
    serde_json::json!({
        "template": "{divider_text}",
        "from_user": [],
        "to_chatters": [],
        "divider_text": sent["params"]["divider_text"],
    })
}

/// What content of a type has to have and has not; an error for a type that the writer cannot send.
fn missing(writer: Writer, msg_type: &str, content: &Value) -> Result<Option<&'static str>, ()> {
    let text = |key: &'static str| (!content[key].is_string()).then_some(key);
    Ok(match msg_type {
        "system" if writer == Writer::Person => text("template"),
        "folder" if writer == Writer::Person => text("file_key"),
        "location" if writer == Writer::Person => text("name"),
        "hongbao" if writer == Writer::Person => text("text"),
        "todo" if writer == Writer::Person => text("task_id"),
        "video_chat" | "vote" if writer == Writer::Person => text("topic"),
        "share_calendar_event" | "calendar" | "general_calendar" if writer == Writer::Person => {
            text("summary")
        }
        "text" => text("text"),
        "image" => text("image_key"),
        "file" | "audio" | "media" | "sticker" => text("file_key"),
        "share_chat" => text("chat_id"),
        "share_user" => text("user_id"),
        "system" => text("type"),
        "post" => (!post::is_sendable(content)).then_some("a language with content"),
        "interactive" => None,
        _ => return Err(()),
    })
}
