//! Card actions: a user interacts with a card.

use lark_core::{CallbackPayload, Value};

use super::CardReply;

/// A user interacted with a card, for example pressed a button: callback `card.action.trigger`.
///
/// Source: <https://open.feishu.cn/document/feishu-cards/card-callback-communication>.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct CardAction {
    /// The user.
    pub operator: Operator,
    /// Token for [`update_card`](super::update_card), valid for 30 minutes and two updates.
    pub token: String,
    /// The element and its value.
    pub action: Action,
    /// The kind of place that shows the card: `im_message`, `im_top_notice` and others.
    pub host: String,
    /// How the card was delivered: `url_preview` for the preview of a link.
    pub delivery_type: Option<String>,
    /// The message and chat of the card.
    pub context: CardActionContext,
}
lark_core::record! { CardAction decode; operator!, token!, action!, host, delivery_type, context! }

impl CallbackPayload for CardAction {
    const EVENT_TYPE: &'static str = "card.action.trigger";
    type Reply = CardReply;
}

/// The user whose client sent a callback.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operator {
    /// Key of the tenant.
    pub tenant_key: String,
    /// Id within the tenant; only for apps with the permission to read it.
    pub user_id: Option<String>,
    /// Id within this app (`ou_...`).
    pub open_id: String,
    /// Id within all apps of one developer (`on_...`).
    pub union_id: Option<String>,
}
lark_core::record! { Operator decode; tenant_key, user_id, open_id!, union_id }

/// The element that the user interacted with, and its value.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Action {
    /// The value that the card has for this element, unchanged; null if it has none.
    pub value: Value,
    /// Tag of the element: `button`, `select_static`, `input`, `checker` and others.
    pub tag: String,
    /// The selection: the value of an option, an `open_id`, or a date or time with the UTC offset of the
    /// user, such as `2024-04-29 07:07 +0800`.
    pub option: Option<String>,
    /// The selections of a multi-select element.
    pub options: Vec<String>,
    /// Time zone of the user, such as `Asia/Shanghai`.
    pub timezone: Option<String>,
    /// Name of the element, if it has one.
    pub name: Option<String>,
    /// Values of a submitted form by the names of its elements; null outside of forms.
    pub form_value: Value,
    /// Text of an input outside of forms.
    pub input_value: Option<String>,
    /// New state of a checker.
    pub checked: Option<bool>,
}
lark_core::record! { Action decode;
    value, tag!, option, options, timezone, name, form_value, input_value, checked,
}

/// The place of a card.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CardActionContext {
    /// URL of the link, for a link preview.
    pub url: Option<String>,
    /// Token of the preview.
    pub preview_token: Option<String>,
    /// Id of the message (`om_...`).
    pub open_message_id: Option<String>,
    /// Id of the chat (`oc_...`).
    pub open_chat_id: Option<String>,
}
lark_core::record! { CardActionContext decode; url, preview_token, open_message_id, open_chat_id }
