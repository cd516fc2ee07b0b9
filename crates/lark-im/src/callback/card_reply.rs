//! Replies to card actions.

use lark_core::{CallbackReply, Value};
use serde_json::{Map, json};

use super::Toast;
use crate::content::{Card, CardBuilder, CardTemplate};

/// The reply to a [`CardAction`](super::CardAction): a toast, a new card, both, or nothing.
///
/// ```
/// use lark_core::CallbackReply;
/// use lark_im::callback::{CardReply, Toast};
///
/// assert_eq!(CardReply::none().to_body(), "{}");
/// let reply = CardReply::from(Toast::error("Too late"));
/// assert_eq!(reply.to_body(), r#"{"toast":{"content":"Too late","type":"error"}}"#);
/// ```
///
/// Source: <https://open.feishu.cn/document/feishu-cards/card-callback-communication>.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CardReply {
    toast: Option<Toast>,
    card: Option<Value>,
}

impl CardReply {
    /// A reply without a visible effect.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Shows a toast to the user.
    #[must_use]
    pub fn toast(mut self, toast: Toast) -> Self {
        self.toast = Some(toast);
        self
    }

    /// Replaces the card, by JSON or by a template. A card of JSON 2.0 changes for everyone who sees it.
    /// The platform documents no reply with a card entity ([`Card::entity`]); update these with
    /// `cardkit.v1.card.update`.
    #[must_use]
    pub fn card(mut self, card: impl Into<Card>) -> Self {
        self.card = Some(wrapped(card.into()));
        self
    }
}

impl CallbackReply for CardReply {
    fn to_body(&self) -> String {
        let mut body = Map::new();
        let toast = self.toast.clone().map(Toast::into_value);
        body.extend(toast.map(|toast| ("toast".to_owned(), toast)));
        body.extend(self.card.clone().map(|card| ("card".to_owned(), card)));
        Value::Object(body).to_string()
    }
}

impl From<Toast> for CardReply {
    fn from(toast: Toast) -> Self {
        Self::none().toast(toast)
    }
}

impl From<Card> for CardReply {
    fn from(card: Card) -> Self {
        Self::none().card(card)
    }
}

impl From<CardBuilder> for CardReply {
    fn from(card: CardBuilder) -> Self {
        Self::none().card(card)
    }
}

impl From<CardTemplate> for CardReply {
    fn from(template: CardTemplate) -> Self {
        Self::none().card(template)
    }
}

/// The form of a card within a reply: `type` and `data`, which templates already have.
pub(super) fn wrapped(card: Card) -> Value {
    match card.is_wrapped() {
        true => card.into_json(),
        false => json!({ "type": "raw", "data": card.into_json() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(reply: impl Into<CardReply>) -> Value {
        serde_json::from_str(&reply.into().to_body()).expect("JSON")
    }

    #[test]
    fn replies_have_the_platforms_form() {
        let card = json!({"schema": "2.0", "body": {"elements": []}});
        let reply = CardReply::none()
            .toast(Toast::success("ok").i18n("zh_cn", "好").i18n("en_us", "ok"))
            .card(Card::from_json(card.clone()));
        let toast = json!({
            "type": "success", "content": "ok", "i18n": {"zh_cn": "好", "en_us": "ok"},
        });
        assert_eq!(body(reply), json!({"toast": toast, "card": {"type": "raw", "data": card}}));

        let template = Card::template("AAq").version("1.0.0").variable("name", "Tom");
        let data = json!({
            "template_id": "AAq",
            "template_version_name": "1.0.0",
            "template_variable": {"name": "Tom"},
        });
        let want = json!({"card": {"type": "template", "data": data}});
        assert_eq!(body(CardReply::none().card(template.clone())), want);
        assert_eq!(body(Card::from(template)), want);
        assert_eq!(body(CardReply::none()), json!({}));
    }
}
