//! What comes into a chat other than by a call: messages of people and of hooks, cards that were
//! changed by the answer to a callback.

use serde_json::{Value, json};

use super::content::{self, Content};
use super::message::{Message, Sender};
use super::store::Messages;
use crate::http::{Refusal, codes};
use crate::platform::Platform;
use crate::platform::contact::{Directory, UserIdType};
use crate::services::ids::{hash, wide};

/// The chat of one person and one app, whatever id the person is named by.
pub(crate) fn p2p_chat(app_id: &str, open_id: &str) -> String {
    wide("oc_", hash(&format!("{app_id} {open_id}")))
}

/// What a person says, and where.
pub(crate) struct NewMessage<'a> {
    pub(crate) open_id: &'a str,
    /// None for a reply, which goes where its parent is.
    pub(crate) chat_id: Option<&'a str>,
    pub(crate) parent_id: Option<&'a str>,
    pub(crate) msg_type: &'a str,
    pub(crate) content: &'a str,
}

/// A card that an app has sent.
pub(crate) struct CardMessage {
    pub(crate) app_id: String,
    pub(crate) chat_id: String,
    pub(crate) content: String,
}

/// Stores what a person says. The payload of `im.message.receive_v1`, but for `chat_type`.
pub(in crate::platform) fn say(
    messages: &mut Messages,
    directory: &Directory,
    platform: &Platform,
    words: &NewMessage<'_>,
) -> Result<Value, Refusal> {
    let sender = ids(directory, words.open_id)
        .ok_or_else(|| codes::MESSAGE_PARAM.because(format!("nobody is {}", words.open_id)))?;
    let content = content::check(directory, words.msg_type, words.content)?;
    let parent = words.parent_id.map(|id| messages.find(id)).transpose()?;
    let chat_id = parent.map(|it| it.chat_id.as_str()).or(words.chat_id).unwrap_or_default();
    if !chat_id.starts_with("oc_") {
        return Err(codes::MESSAGE_PARAM.because(format!("{chat_id:?} is not the id of a chat")));
    }
    let sender_is = Sender::User(words.open_id.to_owned());
    let mut message = new(platform, sender_is, chat_id, words.msg_type, content);
    if let Some(parent) = parent {
        message.root_id = parent.root_id.clone().or_else(|| Some(parent.id.clone()));
        message.parent_id = Some(parent.id.clone());
        message.thread_id.clone_from(&parent.thread_id);
    }
    let sender = json!({
        "sender_id": sender, "sender_type": "user", "tenant_key": directory.tenant_key(),
    });
    let payload = json!({ "sender": sender, "message": received(directory, &message) });
    messages.add(message, None);
    Ok(payload)
}

/// Stores the message of a hook.
pub(in crate::platform) fn post(
    messages: &mut Messages,
    platform: &Platform,
    hook: &str,
    chat_id: &str,
    msg_type: &str,
    text: String,
) {
    let content = Content { text, mentions: Vec::new() };
    let sender = Sender::App(hook.to_owned());
    messages.add(new(platform, sender, chat_id, msg_type, content), None);
}

/// The card of a message.
pub(in crate::platform) fn card(messages: &Messages, id: &str) -> Result<CardMessage, Refusal> {
    let message = messages.find(id)?;
    let wrong = |reason: &str| Err(codes::MESSAGE_PARAM.because(reason));
    if message.msg_type != "interactive" {
        return wrong("the message is no card");
    }
    let Sender::App(app_id) = &message.sender else { return wrong("no app has sent the card") };
    let (chat_id, content) = (message.chat_id.clone(), message.content.clone());
    Ok(CardMessage { app_id: app_id.clone(), chat_id, content })
}

/// Puts another card in the place of one.
pub(in crate::platform) fn replace_card(
    messages: &mut Messages,
    platform: &Platform,
    id: &str,
    card: &Value,
) -> Result<(), Refusal> {
    let message = messages.find_mut(id)?;
    message.content = card.to_string();
    message.updated = true;
    message.updated_ms = platform.timeline.now_ms();
    Ok(())
}

fn new(
    platform: &Platform,
    sender: Sender,
    chat_id: &str,
    msg_type: &str,
    content: Content,
) -> Message {
    let now = platform.timeline.now_ms();
    Message {
        id: platform.ids.next("om_"),
        chat_id: chat_id.to_owned(),
        root_id: None,
        parent_id: None,
        thread_id: None,
        msg_type: msg_type.to_owned(),
        content: content.text,
        mentions: content.mentions,
        sender,
        created_ms: now,
        updated_ms: now,
        deleted: false,
        updated: false,
    }
}

/// `message` of the event. What does not apply is left out.
fn received(directory: &Directory, message: &Message) -> Value {
    let mut received = json!({
        "message_id": message.id,
        "create_time": message.created_ms.to_string(),
        "update_time": message.updated_ms.to_string(),
        "chat_id": message.chat_id,
        "message_type": message.msg_type,
        "content": message.content,
    });
    let links = [
        ("root_id", &message.root_id),
        ("parent_id", &message.parent_id),
        ("thread_id", &message.thread_id),
    ];
    for (name, link) in links {
        if let Some(id) = link {
            received[name] = json!(id);
        }
    }
    if !message.mentions.is_empty() {
        let mentions = message.mentions.iter().map(|mention| mentioned(directory, mention));
        received["mentions"] = mentions.collect();
    }
    received
}

/// Events name everybody by three ids at once; a bot has one.
fn mentioned(directory: &Directory, mention: &Value) -> Value {
    let mut mention = mention.clone();
    let open_id = mention["id"].as_str().unwrap_or_default().to_owned();
    mention["id"] = ids(directory, &open_id)
        .unwrap_or_else(|| json!({ "open_id": open_id, "union_id": "", "user_id": "" }));
    if let Some(fields) = mention.as_object_mut() {
        fields.remove("id_type");
    }
    mention
}

/// All ids of a person.
pub(in crate::platform) fn ids(directory: &Directory, open_id: &str) -> Option<Value> {
    let user = directory.find_user(UserIdType::Open, open_id)?;
    Some(json!({
        "open_id": user.open_id, "union_id": user.union_id, "user_id": user.user_id,
    }))
}
