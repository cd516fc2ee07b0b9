//! Simulated people.

use serde_json::{Value, json};

use super::pushes::render;
use super::{Arguments, Outcome};
use crate::people::{self, Actor, Press};
use crate::platform::Platform;
use crate::push::CallbackResult;

/// What a press may enter.
const ENTERED: [&str; 5] = ["option", "options", "input_value", "form_value", "checked"];

/// `text`, or `msg_type` and `content`; in `chat_id`, as a reply to `message_id`, or to the bot.
pub(super) async fn send(platform: &Platform, arguments: &Arguments) -> Outcome {
    let actor = actor(platform, arguments)?;
    let (msg_type, content) = match arguments.optional_text("text")? {
        Some(text) => ("text", json!({ "text": text })),
        None => {
            let content = arguments.get("content").ok_or("text or content is required")?;
            (arguments.need_text("msg_type")?, content.clone())
        }
    };
    let chat_id = arguments.optional_text("chat_id")?;
    let parent = arguments.optional_text("message_id")?;
    let sent = people::send(platform, &actor, chat_id, parent, msg_type, &content).await;
    Ok(json!({ "message_id": sent.map_err(|error| error.to_string())? }))
}

/// The element `on`, or the one with `value`.
pub(super) async fn press(platform: &Platform, arguments: &Arguments) -> Outcome {
    let actor = actor(platform, arguments)?;
    let press = match (arguments.optional_text("on")?, arguments.get("value")) {
        (Some(name), None) => Press::on(name),
        (None, Some(value)) => Press::on_value(value.clone()),
        _ => return Err("on or value is required, one of them".to_owned()),
    };
    let entered = ENTERED
        .iter()
        .filter_map(|name| arguments.get(name).map(|value| ((*name).to_owned(), value.clone())));
    let press = press.entering(entered);
    let message_id = arguments.need_text("message_id")?;
    let outcome = people::press(platform, &actor, message_id, &press).await;
    outcome.map(shown).map_err(|error| error.to_string())
}

pub(super) async fn preview(platform: &Platform, arguments: &Arguments) -> Outcome {
    let actor = actor(platform, arguments)?;
    let (id, url) = (arguments.need_text("message_id")?, arguments.need_text("url")?);
    let outcome = people::preview(platform, &actor, id, url).await;
    outcome.map(shown).map_err(|error| error.to_string())
}

/// The first person of the tenant if none is named.
fn actor(platform: &Platform, arguments: &Arguments) -> Result<Actor, String> {
    let app = arguments.app(platform)?;
    let tenant_key = arguments.optional_text("tenant_key")?.unwrap_or(app.home()).to_owned();
    let open_id = match arguments.optional_text("open_id")? {
        Some(open_id) => open_id.to_owned(),
        None => platform.world.somebody(&tenant_key),
    };
    Ok(Actor { app_id: app.id.clone(), tenant_key, open_id })
}

fn shown(shown: CallbackResult) -> Value {
    json!({
        "code": shown.code,
        "toast": shown.toast,
        "card": shown.card,
        "inline": shown.inline,
        "receipt": shown.receipt.as_ref().map(render),
    })
}
