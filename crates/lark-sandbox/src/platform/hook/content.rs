//! What is posted to a hook, in the form in which the chat has it.

use serde_json::{Value, json};

/// A message for a chat.
pub(super) struct Posted {
    pub(super) msg_type: &'static str,
    pub(super) content: String,
}

/// None if it is no message.
pub(super) fn read(fields: &Value) -> Option<Posted> {
    let content = &fields["content"];
    let text = |name: &str| content[name].as_str();
    let (msg_type, content) = match fields["msg_type"].as_str()? {
        "text" => ("text", json!({ "text": text("text")? })),
        "image" => ("image", json!({ "image_key": text("image_key")? })),
        "share_chat" => ("share_chat", json!({ "chat_id": text("share_chat_id")? })),
        "post" => ("post", post(&content["post"])?.clone()),
        "interactive" => {
            let card = fields.get("card")?;
            ("interactive", card.is_object().then(|| card.clone())?)
        }
        _ => return None,
    };
    Some(Posted { msg_type, content: content.to_string() })
}

/// One or more languages, each with lines.
fn post(post: &Value) -> Option<&Value> {
    let languages = post.as_object()?;
    let good = !languages.is_empty() && languages.values().all(|it| it["content"].is_array());
    good.then_some(post)
}
