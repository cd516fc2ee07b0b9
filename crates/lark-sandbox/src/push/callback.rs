//! Callbacks: sent once, and the sender waits for the response.

use serde_json::Value;

use super::Pusher;
use super::callback_result::CallbackResult;
use super::event::Event;
use super::sign::PushRequest;

/// A callback in the forms an app may have configured.
pub(crate) struct Callback {
    pub(crate) event: Event,
    /// The same for the old card URL, if there is such a form.
    pub(crate) old: Option<Value>,
}

impl Pusher {
    /// Sends a callback: to the callback URL or over a long connection, else to the old card URL.
    pub(crate) async fn call(&self, callback: Callback) -> CallbackResult {
        let subscription = self.subscriptions.of(&callback.event.to.app_id);
        if let Some(mode) = &subscription.callbacks {
            let app_id = &callback.event.to.app_id;
            let body = callback.event.body(subscription.token());
            return CallbackResult::read(self.send(mode, (&subscription, app_id), &body).await);
        }
        match (&subscription.card_url, callback.old) {
            (Some(url), Some(body)) => {
                let now = self.services.now();
                let push = PushRequest::card(&subscription, &body.to_string(), now);
                CallbackResult::read_old(self.post(url, push).await)
            }
            _ => CallbackResult::not_configured(),
        }
    }
}
