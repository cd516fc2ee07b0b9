//! Messages that a person sends.

use super::Actor;
use crate::platform::{Author, NewMessage};
use crate::push::{Event, PushError, Recipient};
use crate::sandbox::Instance;

const RECEIVED: &str = "im.message.receive_v1";

/// Sends a message; every app in the chat that has subscribed gets the event. Returns the id of the message.
pub(crate) async fn send(
    instance: &Instance,
    actor: &Actor,
    message: &NewMessage,
) -> Result<String, PushError> {
    let Instance { services, pusher, platform, .. } = instance;
    let Actor { tenant_key, open_id, .. } = actor;
    let written = platform.im.write(services, &Author { tenant_key, open_id }, message)?;
    for app in written.apps {
        if pusher.takes_events(&app.id) {
            let to = Recipient::new(&app.id, tenant_key);
            pusher.push(Event::new(services, to, RECEIVED, written.payload.clone())).await?;
        }
    }
    Ok(written.message_id)
}
