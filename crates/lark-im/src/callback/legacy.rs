//! Card actions in the old format, sent to a separate webhook URL.

use lark_core::{CallbackPayload, CallbackReply, Value};
use serde_json::json;

use super::{Action, Toast};
use crate::content::Card;

/// A user interacted with a card, in the old format: callback `card.action.trigger_v1`.
///
/// It has no envelope: the body is the payload. New apps use [`CardAction`](super::CardAction).
///
/// Source: <https://open.feishu.cn/document/ukTMukTMukTM/uYzM3QjL2MzN04iNzcDN/configuring-card-callbacks/card-callback-structure>.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct LegacyCardAction {
    /// Id of the user within this app (`ou_...`).
    pub open_id: String,
    /// Id of the user within the tenant; only for apps with the permission to read it.
    pub user_id: Option<String>,
    /// Id of the card's message (`om_...`).
    pub open_message_id: Option<String>,
    /// Id of the card's chat (`oc_...`).
    pub open_chat_id: Option<String>,
    /// Key of the tenant.
    pub tenant_key: String,
    /// Token for [`update_card`](super::update_card), valid for 30 minutes and two updates.
    pub token: String,
    /// Time zone of the user, such as `Asia/Shanghai`.
    pub timezone: Option<String>,
    /// The element and its value.
    pub action: Action,
}
lark_core::record! { LegacyCardAction decode;
    open_id!, user_id, open_message_id, open_chat_id, tenant_key, token!, timezone, action!,
}

impl CallbackPayload for LegacyCardAction {
    const EVENT_TYPE: &'static str = "card.action.trigger_v1";
    type Reply = LegacyCardReply;
}

/// The reply to a [`LegacyCardAction`]: a card, a toast, or nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LegacyCardReply {
    body: Option<Value>,
}

impl LegacyCardReply {
    /// A reply without a visible effect.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Replaces the card. The card is the whole reply, so it cannot be combined with a toast.
    pub fn card(card: impl Into<Card>) -> Self {
        Self { body: Some(card.into().into_json()) }
    }

    /// Shows a toast to the user.
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
    fn the_card_is_the_whole_reply() {
        assert_eq!(LegacyCardReply::none().to_body(), "{}");
        let card = LegacyCardReply::card(Card::from_json(json!({"elements": []})));
        assert_eq!(card.to_body(), r#"{"elements":[]}"#);
        let toast = LegacyCardReply::toast(Toast::info("seen"));
        assert_eq!(toast.to_body(), r#"{"toast":{"content":"seen","type":"info"}}"#);
    }
}
