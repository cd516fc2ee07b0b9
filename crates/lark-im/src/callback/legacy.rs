//! Callbacks of cards in their old form, which comes to a webhook address of its own.

use lark_core::{CallbackPayload, CallbackReply, Value};
use serde_json::json;

use super::{Action, Toast};
use crate::content::Card;

/// Somebody used a card, told in the old form: callback `card.action.trigger_v1`.
///
/// It has no envelope: the body is the payload. New apps use [`CardAction`](super::CardAction).
///
/// Source: <https://open.feishu.cn/document/ukTMukTMukTM/uYzM3QjL2MzN04iNzcDN/configuring-card-callbacks/card-callback-structure>.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct LegacyCardAction {
    /// Who it was, by the id for this app (`ou_...`).
    pub open_id: String,
    /// Who it was, by the id within the tenant; only for apps that may read it.
    pub user_id: Option<String>,
    /// The message of the card (`om_...`).
    pub open_message_id: Option<String>,
    /// The chat of the card (`oc_...`).
    pub open_chat_id: Option<String>,
    /// The tenant.
    pub tenant_key: String,
    /// For [`update_card`](super::update_card), within 30 minutes and twice at most.
    pub token: String,
    /// The person's time zone, such as `Asia/Shanghai`.
    pub timezone: Option<String>,
    /// What was used, and what with.
    pub action: Action,
}
lark_core::record! { LegacyCardAction decode;
    open_id!, user_id, open_message_id, open_chat_id, tenant_key, token!, timezone, action!,
}

impl CallbackPayload for LegacyCardAction {
    const EVENT_TYPE: &'static str = "card.action.trigger_v1";
    type Reply = LegacyCardReply;
}

/// The answer to a [`LegacyCardAction`]: a card, a toast, or nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LegacyCardReply {
    body: Option<Value>,
}

impl LegacyCardReply {
    /// Nothing happens that can be seen.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Puts a card in the place of the one that was used. It is the whole answer, so there cannot be
    /// a toast beside it.
    pub fn card(card: impl Into<Card>) -> Self {
        Self { body: Some(card.into().into_json()) }
    }

    /// Shows a few words to the person who used the card.
    #[must_use]
    pub fn toast(toast: Toast) -> Self {
        Self { body: Some(json!({ "toast": toast.into_value() })) }
    }
}

impl CallbackReply for LegacyCardReply {
    fn to_body(&self) -> String {
        self.body.as_ref().map_or_else(|| "{}".to_owned(), Value::to_string)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_card_is_the_whole_answer() {
        assert_eq!(LegacyCardReply::none().to_body(), "{}");
        let card = LegacyCardReply::card(Card::json(json!({"elements": []})));
        assert_eq!(card.to_body(), r#"{"elements":[]}"#);
        let toast = LegacyCardReply::toast(Toast::info("seen"));
        assert_eq!(toast.to_body(), r#"{"toast":{"content":"seen","type":"info"}}"#);
    }
}
