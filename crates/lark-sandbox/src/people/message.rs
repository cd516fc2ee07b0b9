//! Messages that a person sends.

use serde_json::{Value, json};

use super::Actor;
use crate::platform::Platform;
use crate::platform::{NewMessage, p2p_chat};
use crate::push::{self, Event, PushError};
use crate::services::App;
use crate::services::ids::{hash, wide};

const RECEIVED: &str = "im.message.receive_v1";

/// The open id of an app's bot, by which messages mention it.
pub(crate) fn bot_open_id(app_id: &str) -> String {
    wide("ou_", hash(&format!("bot of {app_id}")))
}

/// What is said: in a chat, or to the bot of the actor's app; or as a reply.
pub(crate) async fn send(
    platform: &Platform,
    actor: &Actor,
    chat_id: Option<&str>,
    parent_id: Option<&str>,
    msg_type: &str,
    content: &Value,
) -> Result<String, PushError> {
    let own_chat = p2p_chat(&actor.app_id, &actor.open_id);
    let content = content.to_string();
    let chat = chat_id.unwrap_or(&own_chat);
    let open_id = &actor.open_id;
    let words = NewMessage { open_id, chat_id: Some(chat), parent_id, msg_type, content: &content };
    let mut payload = platform.world.say(platform, &actor.tenant_key, &words)?;
    let message = &mut payload["message"];
    let id = message["message_id"].as_str().unwrap_or_default().to_owned();
    let chat = message["chat_id"].as_str().unwrap_or_default().to_owned();
    let apps: Vec<&App> = platform.config.apps.of_tenant(&actor.tenant_key).collect();
    let partner = apps.iter().find(|app| p2p_chat(&app.id, &actor.open_id) == chat);
    message["chat_type"] = json!(if partner.is_some() { "p2p" } else { "group" });
    for app in partner.map_or(apps.clone(), |partner| vec![partner]) {
        if platform.outbox.book().of(&app.id).event_url.is_none() {
            continue;
        }
        let tenant = &actor.tenant_key;
        let event = Event::new(platform, &app.id, tenant, RECEIVED, payload.clone());
        push::push(platform, event).await?;
    }
    Ok(id)
}
