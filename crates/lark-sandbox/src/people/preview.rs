//! A link in a message that the app may describe.

use serde_json::json;

use super::Actor;
use crate::platform::Platform;
use crate::push::{self, Callback, CallbackResult, Event, PushError};

/// Asks the app what to show beside a link.
pub(crate) async fn preview(
    platform: &Platform,
    actor: &Actor,
    message_id: &str,
    url: &str,
) -> Result<CallbackResult, PushError> {
    let tenant = &actor.tenant_key;
    let chat_id = platform.world.chat_of(tenant, message_id)?;
    let mut operator = platform.world.ids_of(tenant, &actor.open_id)?;
    operator["tenant_key"] = json!(tenant);
    let payload = json!({
        "operator": operator,
        "host": "im_message",
        "context": {
            "url": url,
            "preview_token": platform.ids.next("p-"),
            "open_message_id": message_id,
            "open_chat_id": chat_id,
        },
    });
    let event = Event::new(platform, &actor.app_id, tenant, "url.preview.get", payload);
    Ok(push::call(platform, Callback { event, old: None }).await)
}
