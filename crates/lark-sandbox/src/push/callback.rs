//! Callbacks: sent once, and somebody waits for the answer.

use serde_json::Value;

use super::callback_result::CallbackResult;
use super::event::Event;
use super::sign::PushRequest;
use crate::platform::Platform;

/// A callback in the forms an app may have configured.
pub(crate) struct Callback {
    pub(crate) event: Event,
    /// The same for the old card URL, if there is such a form.
    pub(crate) old: Option<Value>,
}

/// Sends a callback: to the callback URL, else to the old card URL.
pub(crate) async fn call(platform: &Platform, callback: Callback) -> CallbackResult {
    let settings = platform.outbox.book().of(&callback.event.app_id);
    let now = platform.timeline.now();
    let (clients, limit) = (&platform.outbox.clients, platform.config.push_timeout);
    if let Some(url) = &settings.callback_url {
        let push = PushRequest::event(&settings, &callback.event.body(settings.token()), now);
        return CallbackResult::read(clients.post(url, push, limit).await);
    }
    match (&settings.card_url, callback.old) {
        (Some(url), Some(body)) => {
            let push = PushRequest::card(&settings, &body.to_string(), now);
            CallbackResult::read_old(clients.post(url, push, limit).await)
        }
        _ => CallbackResult::not_configured(),
    }
}
