//! One message.

use serde_json::{Value, json};

use super::Ctx;
use crate::platform::contact::UserIdType;

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

/// A message as it is stored.
#[derive(Clone, Debug)]
pub(super) struct Message {
    pub(super) id: String,
    pub(super) chat_id: String,
    pub(super) root_id: Option<String>,
    pub(super) parent_id: Option<String>,
    pub(super) thread_id: Option<String>,
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
    /// A message as answers show it. What does not apply to it is left out.
    pub(super) fn render(&self, ctx: &Ctx<'_>) -> Value {
        let content = if self.deleted { RECALLED } else { &self.content };
        let mut message = json!({
            "message_id": self.id,
            "msg_type": self.msg_type,
            "create_time": self.created_ms.to_string(),
            "update_time": self.updated_ms.to_string(),
            "deleted": self.deleted,
            "updated": self.updated,
            "chat_id": self.chat_id,
            "sender": self.render_sender(ctx),
            "body": { "content": content },
        });
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
        if !self.mentions.is_empty() && !self.deleted {
            message["mentions"] = json!(self.mentions);
        }
        message
    }

    fn render_sender(&self, ctx: &Ctx<'_>) -> Value {
        let (kind, id_type, id) = match &self.sender {
            Sender::App(id) => ("app", "app_id", id.clone()),
            Sender::User(open_id) => {
                let kind = UserIdType::of(ctx.call);
                let user = ctx.directory.find_user(UserIdType::Open, open_id);
                match user {
                    Some(user) => ("user", kind.name(), kind.id_of(user).to_owned()),
                    None => ("user", "open_id", open_id.clone()),
                }
            }
        };
        json!({ "id": id, "id_type": id_type, "sender_type": kind, "tenant_key": ctx.directory.tenant_key() })
    }
}
