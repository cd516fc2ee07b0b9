//! People who write to apps and press their buttons.

use serde_json::{Value, json};

use super::{Instance, Sandbox};
use crate::control::{AsyncCommand, PressElement, PreviewLink, SendMessage};
use crate::people::{Actor, Press};
use crate::platform::{NewMessage, Place};
use crate::push::{CallbackResult, PushError};

/// A simulated person. See [`Sandbox::user`].
#[derive(Clone)]
pub struct User<'a> {
    instance: &'a Instance,
    actor: Actor,
}

impl Sandbox {
    /// A person of the first app's tenant; [`open_ids`](Self::open_ids) names them.
    pub fn user(&self, open_id: &str) -> User<'_> {
        self.user_of(self.app_id(), self.tenant_key(), open_id)
    }

    /// A person of this tenant, whose chat with the bot is that with this app.
    ///
    /// # Panics
    /// If the sandbox has no such app.
    pub fn user_of(&self, app_id: &str, tenant_key: &str, open_id: &str) -> User<'_> {
        let app_id = self.known_app(app_id).id.clone();
        let (tenant_key, open_id) = (tenant_key.to_owned(), open_id.to_owned());
        User { instance: &self.instance, actor: Actor { app_id, tenant_key, open_id } }
    }
}

impl User<'_> {
    /// Writes to the bot in the chat of the two, which need not exist before. Returns the message's
    /// id, after the app has responded to the push of `im.message.receive_v1` or failed to.
    ///
    /// # Errors
    /// If nobody has the open id, or the sandbox is stateless.
    pub async fn write(&self, text: &str) -> Result<String, PushError> {
        self.send_to(self.bot(), "text", json!({ "text": text })).await
    }

    /// Writes in a group, which need not exist before. Every app of the tenant that has subscribed
    /// gets the event. `<at user_id="ou_…">name</at>` mentions a person, or a bot by its
    /// [`bot_open_id`](Sandbox::bot_open_id).
    ///
    /// # Errors
    /// As [`write`](Self::write), and if the chat id does not begin with `oc_`.
    pub async fn write_in(&self, chat_id: &str, text: &str) -> Result<String, PushError> {
        self.send_to(Place::Chat(chat_id.to_owned()), "text", json!({ "text": text })).await
    }

    /// Sends a message of any type, in a group or, without one, to the bot. A notice of the platform, of
    /// type `system`, is about what the person did.
    ///
    /// # Errors
    /// As [`write_in`](Self::write_in), and if the content does not fit the type.
    pub async fn send(
        &self,
        chat_id: Option<&str>,
        msg_type: &str,
        content: &Value,
    ) -> Result<String, PushError> {
        let chat = chat_id.map(|chat_id| Place::Chat(chat_id.to_owned()));
        self.send_to(chat.unwrap_or_else(|| self.bot()), msg_type, content.clone()).await
    }

    /// Forwards messages of one chat as one message, in a group or, without one, to the bot. Apps get
    /// the messages with `im.v1.message.get`, which has them behind the one that holds them.
    ///
    /// # Errors
    /// As [`write_in`](Self::write_in), and if one of the messages does not exist or is in another chat.
    pub async fn forward(
        &self,
        chat_id: Option<&str>,
        message_ids: &[&str],
    ) -> Result<String, PushError> {
        self.send(chat_id, "merge_forward", &json!({ "message_ids": message_ids })).await
    }

    /// Replies to a message, in its chat.
    ///
    /// # Errors
    /// As [`write`](Self::write), and if there is no such message.
    pub async fn reply(&self, message_id: &str, text: &str) -> Result<String, PushError> {
        self.send_to(Place::ReplyTo(message_id.to_owned()), "text", json!({ "text": text })).await
    }

    /// Presses a button, or uses another element, of a card that an app has sent. The app gets
    /// `card.action.trigger`, or the legacy callback if it has configured only that; a card in the response
    /// takes the place of the one pressed.
    ///
    /// # Errors
    /// If there is no such card or element in it, or the element is disabled or makes no callback. What
    /// is wrong with the app's response is no error, but [`CallbackResult::code`].
    pub async fn press(&self, message_id: &str, press: Press) -> Result<CallbackResult, PushError> {
        let (actor, message_id) = (self.actor.clone(), message_id.to_owned());
        PressElement { actor, message_id, press }.run(self.instance).await
    }

    /// Previews a link in a message: the app gets `url.preview.get`.
    ///
    /// # Errors
    /// If there is no such message, or nobody has the open id.
    pub async fn preview(&self, message_id: &str, url: &str) -> Result<CallbackResult, PushError> {
        let (actor, message_id) = (self.actor.clone(), message_id.to_owned());
        PreviewLink { actor, message_id, url: url.to_owned() }.run(self.instance).await
    }

    fn bot(&self) -> Place {
        Place::Bot(self.actor.app_id.clone())
    }

    async fn send_to(
        &self,
        place: Place,
        msg_type: &str,
        content: Value,
    ) -> Result<String, PushError> {
        let message = NewMessage { place, msg_type: msg_type.to_owned(), content };
        SendMessage { actor: self.actor.clone(), message }.run(self.instance).await
    }
}
