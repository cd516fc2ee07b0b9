//! A link in a message that the app may describe.

use serde_json::json;

use super::Actor;
use crate::push::{Callback, CallbackResult, Event, PushError, Recipient};
use crate::sandbox::Instance;

/// Asks the app what to show beside a link.
pub(crate) async fn preview(
    instance: &Instance,
    actor: &Actor,
    message_id: &str,
    url: &str,
) -> Result<CallbackResult, PushError> {
    let Instance { services, pusher, platform, .. } = instance;
    let tenant = &actor.tenant_key;
    let chat_id = platform.im.chat_of(tenant, message_id)?;
    let mut operator = platform.contact.ids_of(tenant, &actor.open_id)?;
    operator["tenant_key"] = json!(tenant);
    let payload = json!({
        "operator": operator,
        "host": "im_message",
        "context": {
            "url": url,
            "preview_token": services.ids.next("p-"),
            "open_message_id": message_id,
            "open_chat_id": chat_id,
        },
    });
    let to = Recipient::new(&actor.app_id, tenant);
    let event = Event::new(services, to, "url.preview.get", payload);
    Ok(pusher.call(Callback { event, old: None }).await)
}
