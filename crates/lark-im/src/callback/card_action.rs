//! Somebody used a card.

use lark_core::{CallbackPayload, Value};

use super::CardReply;

/// Somebody pressed, chose or filled in something of a card: callback `card.action.trigger`.
///
/// Source: <https://open.feishu.cn/document/feishu-cards/card-callback-communication>.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct CardAction {
    /// Who it was.
    pub operator: Operator,
    /// For [`update_card`](super::update_card), within 30 minutes and twice at most.
    pub token: String,
    /// What was used, and what with.
    pub action: Action,
    /// Where the card is: `im_message`, `im_top_notice` and others.
    pub host: String,
    /// How it is there: `url_preview` for the preview of a link.
    pub delivery_type: Option<String>,
    /// The message and chat of the card.
    pub context: CallbackContext,
}
lark_core::record! { CardAction decode; operator!, token!, action!, host, delivery_type, context! }

impl CallbackPayload for CardAction {
    const EVENT_TYPE: &'static str = "card.action.trigger";
    type Reply = CardReply;
}

/// A person whose client sent a callback.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operator {
    /// The tenant.
    pub tenant_key: String,
    /// The id within the tenant; only for apps that may read it.
    pub user_id: Option<String>,
    /// The id for this app (`ou_...`).
    pub open_id: String,
    /// The id for all apps of one vendor (`on_...`).
    pub union_id: Option<String>,
}
lark_core::record! { Operator decode; tenant_key, user_id, open_id!, union_id }

/// What was used of a card.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Action {
    /// The value that the card has for this, as it was sent; null if it has none.
    pub value: Value,
    /// The kind of element: `button`, `select_static`, `input`, `checker` and others.
    pub tag: String,
    /// What was chosen: the value of an option, an `open_id`, or a date or time with the offset of
    /// the person's time zone, such as `2024-04-29 07:07 +0800`.
    pub option: Option<String>,
    /// What was chosen, where more than one thing can be.
    pub options: Vec<String>,
    /// The person's time zone, such as `Asia/Shanghai`.
    pub timezone: Option<String>,
    /// The name of the element, if it has one.
    pub name: Option<String>,
    /// What a form holds, by the names of its elements; null if it was none.
    pub form_value: Value,
    /// What was written into a field outside of forms.
    pub input_value: Option<String>,
    /// Whether a checker is checked now.
    pub checked: Option<bool>,
}
lark_core::record! { Action decode;
    value, tag!, option, options, timezone, name, form_value, input_value, checked,
}

/// Where a card is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallbackContext {
    /// The link, of the preview of a link.
    pub url: Option<String>,
    /// The token of that preview.
    pub preview_token: Option<String>,
    /// The message (`om_...`).
    pub open_message_id: Option<String>,
    /// The chat (`oc_...`).
    pub open_chat_id: Option<String>,
}
lark_core::record! { CallbackContext decode; url, preview_token, open_message_id, open_chat_id }
