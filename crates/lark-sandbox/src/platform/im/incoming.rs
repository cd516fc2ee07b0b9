//! What comes into a chat other than by a call: messages of people and of hooks.

use serde_json::{Value, json};

use super::card;
use super::content::{self, Writer};
use super::forward::{MERGE_FORWARD, Merged};
use super::message::{Message, Position, Sender};
use super::store::Messages;
use super::{Im, p2p_chat};
use crate::http::{Rejection, codes};
use crate::platform::contact::Directory;
use crate::services::{App, Services};

/// What a person writes, and where.
pub(crate) struct NewMessage {
    pub(crate) place: Place,
    pub(crate) msg_type: String,
    pub(crate) content: Value,
}

/// Where a person writes.
pub(crate) enum Place {
    /// In the chat with the bot of this app.
    Bot(String),
    Chat(String),
    /// Where this message is, as a reply to it.
    ReplyTo(String),
}

/// Who writes it.
pub(crate) struct Author<'a> {
    pub(crate) tenant_key: &'a str,
    pub(crate) open_id: &'a str,
}

/// A message that a person has written.
pub(crate) struct Written<'a> {
    pub(crate) message_id: String,
    /// Of `im.message.receive_v1`.
    pub(crate) payload: Value,
    /// The apps in the chat.
    pub(crate) apps: Vec<&'a App>,
}

/// What was posted to a hook.
pub(in crate::platform) struct HookPost<'a> {
    pub(in crate::platform) hook_id: &'a str,
    pub(in crate::platform) chat_id: &'a str,
    pub(in crate::platform) msg_type: &'a str,
    pub(in crate::platform) content: String,
}

impl Im {
    /// Stores what a person writes.
    pub(crate) fn write<'s>(
        &self,
        services: &'s Services,
        author: &Author<'_>,
        new: &NewMessage,
    ) -> Result<Written<'s>, Rejection> {
        let Author { tenant_key, open_id } = *author;
        let messages = self.messages.need(tenant_key, codes::MESSAGE_PARAM)?;
        let mut messages = crate::lock(&messages);
        let directory = self.contact.directories.need(tenant_key, codes::MESSAGE_PARAM)?;
        let directory = crate::lock(&directory);
        let sender_id = directory.ids_of(open_id)?;
        let position = match &new.place {
            Place::Bot(app_id) => Position::new(p2p_chat(app_id, open_id)),
            Place::Chat(chat_id) => Position::new(chat_id.clone()),
            Place::ReplyTo(id) => Position::reply_to(messages.find(id)?),
        };
        let chat_id = &position.chat_id;
        if !chat_id.starts_with("oc_") {
            let reason = format!("{chat_id:?} is not the id of a chat");
            return Err(codes::MESSAGE_PARAM.because(reason));
        }
        let apps = services.apps.of_tenant(tenant_key);
        let apps: Vec<_> = self
            .chats
            .with(tenant_key, |chats| apps.filter(|app| chats.has_app(chat_id, &app.id)).collect());
        let partner = apps.iter().find(|app| p2p_chat(&app.id, open_id) == *chat_id).copied();
        let place = (position, Sender::User(open_id.to_owned()));
        let (message, inner) = written(services, &directory, &messages, new, place)?;
        let mut received = received(&directory, &message);
        received["chat_type"] = json!(if partner.is_some() { "p2p" } else { "group" });
        let sender = json!({
            "sender_id": sender_id, "sender_type": "user", "tenant_key": directory.tenant_key(),
        });
        let message_id = message.id.clone();
        messages.add(message, None);
        inner.into_iter().for_each(|it| messages.add_within(it));
        let payload = json!({ "sender": sender, "message": received });
        let apps = partner.map_or(apps, |partner| vec![partner]);
        Ok(Written { message_id, payload, apps })
    }

    /// Stores the message of a hook. A stateless sandbox forgets it.
    pub(in crate::platform) fn post(
        &self,
        services: &Services,
        tenant_key: &str,
        post: HookPost<'_>,
    ) {
        let Some(messages) = self.messages.of(tenant_key) else { return };
        let Some(directory) = self.contact.directories.of(tenant_key) else { return };
        let parsed = serde_json::from_str(&post.content).unwrap_or_default();
        let directory = crate::lock(&directory);
        let content = content::stored(&directory, post.msg_type, &post.content, &parsed);
        let sender = Sender::App(post.hook_id.to_owned());
        let position = Position::new(post.chat_id.to_owned());
        let message = Message::new(services, position, sender, post.msg_type, content);
        crate::lock(&messages).add(message, None);
    }
}

/// What a person writes, and what is within it if they forward messages.
fn written(
    services: &Services,
    directory: &Directory,
    messages: &Messages,
    new: &NewMessage,
    place: (Position, Sender),
) -> Result<(Message, Vec<Message>), Rejection> {
    if new.msg_type == MERGE_FORWARD {
        let ids = new.content["message_ids"].as_array().into_iter().flatten();
        let ids: Vec<&str> = ids.filter_map(Value::as_str).collect();
        let merged = Merged::new(services, messages, &ids, place)?;
        return match merged.invalid.first() {
            Some(id) => Err(codes::MESSAGE_PARAM.because(format!("there is no message {id:?}"))),
            None => Ok((merged.message, merged.inner)),
        };
    }
    let content = new.content.to_string();
    let content = content::check(directory, Writer::Person, &new.msg_type, &content)?;
    let (position, sender) = place;
    Ok((Message::new(services, position, sender, &new.msg_type, content), Vec::new()))
}

/// `message` of the event, but for `chat_type`. What does not apply is left out.
fn received(directory: &Directory, message: &Message) -> Value {
    let content = match message.msg_type.as_str() {
        "interactive" => card::shown(&message.content, false),
        _ => message.content.clone(),
    };
    let mut received = json!({
        "message_id": message.id,
        "create_time": message.created_ms.to_string(),
        "update_time": message.updated_ms.to_string(),
        "chat_id": message.position.chat_id,
        "message_type": message.msg_type,
        "content": content,
    });
    message.position.render_links(&mut received);
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
    let ids = directory.ids_of(&open_id);
    mention["mentioned_type"] = json!(if ids.is_ok() { "user" } else { "bot" });
    mention["id"] =
        ids.unwrap_or_else(|_| json!({ "open_id": open_id, "union_id": "", "user_id": "" }));
    if let Some(fields) = mention.as_object_mut() {
        fields.remove("id_type");
    }
    mention
}
