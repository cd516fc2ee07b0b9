//! What people and hooks do in chats, and what callbacks change there.

use serde_json::Value;

use super::im::{self, CardMessage, NewMessage};
use super::{State, Stores};
use crate::http::{Refusal, codes};
use crate::platform::Platform;

impl State {
    /// Stores what a person says; the payload of its event, but for `chat_type`.
    pub(crate) fn say(
        &self,
        platform: &Platform,
        tenant_key: &str,
        words: &NewMessage<'_>,
    ) -> Result<Value, Refusal> {
        let stores = self.memory(tenant_key)?;
        let mut messages = crate::lock(&stores.messages);
        im::say(&mut messages, &crate::lock(&stores.directory), platform, words)
    }

    /// Stores the message of a hook. A stateless sandbox forgets it.
    pub(crate) fn post(
        &self,
        platform: &Platform,
        tenant_key: &str,
        hook: &str,
        chat_id: &str,
        msg_type: &str,
        text: String,
    ) {
        if let Some(stores) = self.stores(tenant_key) {
            let mut messages = crate::lock(&stores.messages);
            im::post(&mut messages, platform, hook, chat_id, msg_type, text);
        }
    }

    /// A card that an app has sent.
    pub(crate) fn card(&self, tenant_key: &str, message_id: &str) -> Result<CardMessage, Refusal> {
        im::card(&crate::lock(&self.memory(tenant_key)?.messages), message_id)
    }

    /// Puts another card in the place of one.
    pub(crate) fn replace_card(
        &self,
        platform: &Platform,
        tenant_key: &str,
        message_id: &str,
        card: &Value,
    ) -> Result<(), Refusal> {
        let stores = self.memory(tenant_key)?;
        im::replace_card(&mut crate::lock(&stores.messages), platform, message_id, card)
    }

    /// The chat that a message is in.
    pub(crate) fn chat_of(&self, tenant_key: &str, message_id: &str) -> Result<String, Refusal> {
        let stores = self.memory(tenant_key)?;
        crate::lock(&stores.messages).chat_of(message_id)
    }

    /// All ids of a person.
    pub(crate) fn ids_of(&self, tenant_key: &str, open_id: &str) -> Result<Value, Refusal> {
        let stores = self.memory(tenant_key)?;
        let ids = im::ids(&crate::lock(&stores.directory), open_id);
        ids.ok_or_else(|| codes::MESSAGE_PARAM.because(format!("nobody is {open_id}")))
    }

    fn memory(&self, tenant_key: &str) -> Result<std::sync::Arc<Stores>, Refusal> {
        let stores = self.stores(tenant_key);
        stores.ok_or_else(|| codes::MESSAGE_PARAM.because("a stateless sandbox has no chats"))
    }
}
