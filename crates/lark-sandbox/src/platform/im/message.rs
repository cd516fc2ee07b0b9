//! One message.

use serde_json::{Value, json};

use super::Ctx;
use super::card;
use super::content::Content;
use crate::platform::bot::BOT_NAME;
use crate::platform::contact::UserIdType;
use crate::services::Services;

/// What the platform shows in place of a recalled message.
const RECALLED: &str = "This message was recalled";

/// Who sent a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sender {
    /// By id.
    App(String),
    /// By open id.
    User(String),
}

/// Where a message belongs.
#[derive(Clone, Debug)]
pub(super) struct Position {
    pub(super) chat_id: String,
    pub(super) root_id: Option<String>,
    pub(super) parent_id: Option<String>,
    pub(super) thread_id: Option<String>,
}

impl Position {
    /// A message of its own in this chat.
    pub(super) fn new(chat_id: String) -> Self {
        Self { chat_id, root_id: None, parent_id: None, thread_id: None }
    }

    /// A reply to a message, in its chat and thread.
    pub(super) fn reply_to(parent: &Message) -> Self {
        let position = &parent.position;
        Self {
            chat_id: position.chat_id.clone(),
            root_id: position.root_id.clone().or_else(|| Some(parent.id.clone())),
            parent_id: Some(parent.id.clone()),
            thread_id: position.thread_id.clone(),
        }
    }

    /// Adds the ids of other messages that there are.
    pub(super) fn render_links(&self, message: &mut Value) {
        let links = [
            ("root_id", &self.root_id),
            ("parent_id", &self.parent_id),
            ("thread_id", &self.thread_id),
        ];
        for (name, link) in links {
            if let Some(id) = link {
                message[name] = json!(id);
            }
        }
    }
}

/// A message as it is stored.
#[derive(Clone, Debug)]
pub(super) struct Message {
    pub(super) id: String,
    pub(super) position: Position,
    /// The message that holds this one, which was forwarded in it.
    pub(super) upper_id: Option<String>,
    pub(super) msg_type: String,
    pub(super) content: String,
    pub(super) mentions: Vec<Value>,
    pub(super) sender: Sender,
    pub(super) created_ms: u64,
    pub(super) updated_ms: u64,
    pub(super) deleted: bool,
    pub(super) updated: bool,
}

impl Message {
    /// A message of this moment.
    pub(super) fn new(
        services: &Services,
        position: Position,
        sender: Sender,
        msg_type: &str,
        content: Content,
    ) -> Self {
        let now = services.now_ms();
        Self {
            id: services.ids.next("om_"),
            position,
            upper_id: None,
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

    /// A message as responses show it. What does not apply to it is left out.
    pub(super) fn render(&self, ctx: &Ctx<'_>) -> Value {
        let content = match (self.deleted, self.msg_type.as_str()) {
            (true, _) => RECALLED.to_owned(),
            (false, "interactive") => {
                let as_sent = ctx.call.query("card_msg_content_type") == Some("user_card_content");
                card::shown(&self.content, as_sent)
            }
            (false, _) => self.content.clone(),
        };
        let mut message = json!({
            "message_id": self.id,
            "msg_type": self.msg_type,
            "create_time": self.created_ms.to_string(),
            "update_time": self.updated_ms.to_string(),
            "deleted": self.deleted,
            "updated": self.updated,
            "chat_id": self.position.chat_id,
            "sender": self.render_sender(ctx),
            "body": { "content": content },
        });
        self.position.render_links(&mut message);
        if let Some(upper_id) = &self.upper_id {
            message["upper_message_id"] = json!(upper_id);
        }
        if !self.mentions.is_empty() && !self.deleted {
            message["mentions"] = json!(self.mentions);
        }
        message
    }

    fn render_sender(&self, ctx: &Ctx<'_>) -> Value {
        let (kind, id_type, id, name) = match &self.sender {
            Sender::App(id) => ("app", "app_id", id.clone(), BOT_NAME),
            Sender::User(open_id) => {
                let kind = UserIdType::of(ctx.call);
                let user = ctx.directory.find_user(UserIdType::Open, open_id);
                match user {
                    Some(user) => {
                        ("user", kind.name(), kind.id_of(user).to_owned(), user.text("name"))
                    }
                    None => ("user", "open_id", open_id.clone(), ""),
                }
            }
        };
        let tenant_key = ctx.directory.tenant_key();
        let mut sender = json!({
            "id": id, "id_type": id_type, "sender_type": kind, "tenant_key": tenant_key,
        });
        if ctx.call.is_set("with_sender_name") && !name.is_empty() {
            sender["sender_name"] = json!(name);
        }
        sender
    }
}
