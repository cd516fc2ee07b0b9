//! The content of a message: JSON in a string, of a form that depends on the message type.

use serde_json::Value;

use super::mentions;
use crate::http::{Rejection, codes};
use crate::platform::contact::Directory;

const TEXT_LIMIT: usize = 150 * 1024;
const CARD_AND_POST_LIMIT: usize = 30 * 1024;

/// Content that was checked, as the platform stores it.
pub(super) struct Content {
    pub(super) text: String,
    pub(super) mentions: Vec<Value>,
}

/// Checks content and turns the mentions of a text into keys.
pub(super) fn check(
    directory: &Directory,
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
    let missing = missing(msg_type, &parsed).map_err(|()| invalid("invalid msg_type"))?;
    if let Some(key) = missing {
        return Err(invalid(&format!("content of {msg_type} lacks {key}")));
    }
    let mentions = match parsed["text"].as_str() {
        Some(text) if msg_type == "text" => mentions::extract(directory, text),
        _ => None,
    };
    Ok(match mentions {
        Some((text, mentions)) => {
            Content { text: serde_json::json!({ "text": text }).to_string(), mentions }
        }
        None => Content { text: content.to_owned(), mentions: Vec::new() },
    })
}

/// What content of a type has to have and has not; an error for a type that does not exist.
fn missing(msg_type: &str, content: &Value) -> Result<Option<&'static str>, ()> {
    let text = |key: &'static str| (!content[key].is_string()).then_some(key);
    Ok(match msg_type {
        "text" => text("text"),
        "image" => text("image_key"),
        "file" | "audio" | "media" | "sticker" => text("file_key"),
        "share_chat" => text("chat_id"),
        "share_user" => text("user_id"),
        "system" => text("type"),
        "post" => (!is_post(content)).then_some("a language with content"),
        "interactive" => None,
        _ => return Err(()),
    })
}

/// A post is one or more languages, each with lines.
fn is_post(content: &Value) -> bool {
    let mut languages = content.as_object().into_iter().flatten().peekable();
    languages.peek().is_some() && languages.all(|(_, post)| post["content"].is_array())
}
