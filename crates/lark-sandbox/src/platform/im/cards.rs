//! Cards among the messages: pressed by people, changed by replies to callbacks.

use serde_json::Value;

use super::Im;
use super::card::check;
use super::message::Sender;
use crate::http::{Rejection, codes};
use crate::services::Services;

/// A card that an app has sent.
pub(crate) struct CardMessage {
    pub(crate) app_id: String,
    pub(crate) chat_id: String,
    pub(crate) content: String,
}

impl Im {
    /// The card of a message.
    pub(crate) fn card(
        &self,
        tenant_key: &str,
        message_id: &str,
    ) -> Result<CardMessage, Rejection> {
        let messages = self.messages.need(tenant_key, codes::MESSAGE_PARAM)?;
        let messages = crate::lock(&messages);
        let message = messages.find(message_id)?;
        let wrong = |reason: &str| Err(codes::MESSAGE_PARAM.because(reason));
        if message.msg_type != "interactive" {
            return wrong("the message is no card");
        }
        let Sender::App(app_id) = &message.sender else { return wrong("no app has sent the card") };
        let chat_id = message.position.chat_id.clone();
        Ok(CardMessage { app_id: app_id.clone(), chat_id, content: message.content.clone() })
    }

    /// Puts another card in the place of one.
    pub(crate) fn replace_card(
        &self,
        services: &Services,
        tenant_key: &str,
        message_id: &str,
        card: &Value,
    ) -> Result<(), Rejection> {
        check(card)?;
        let messages = self.messages.need(tenant_key, codes::MESSAGE_PARAM)?;
        let mut messages = crate::lock(&messages);
        let message = messages.find_mut(message_id)?;
        message.content = card.to_string();
        message.updated = true;
        message.updated_ms = services.now_ms();
        Ok(())
    }
}
