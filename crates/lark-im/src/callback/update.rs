//! Delayed updates of cards.

use lark_core::Value;
use serde_json::Map;

use crate::content::Card;

/// A member of the card, not of the request.
const OPEN_IDS: &str = "open_ids";

/// Replaces a card after an interaction with it: `POST /open-apis/interactive/v1/card/update`.
///
/// `token` is that of the [`CardAction`](super::CardAction), valid for 30 minutes and two updates.
/// Send this after the callback was answered with [`CardReply::none`](super::CardReply::none) or a
/// toast; a later reply may undo it. To change a card without an interaction, send
/// `im.v1.message.patch`.
///
/// - Token: tenant
/// - Required: `token`, `card`
///
/// ```no_run
/// use lark_core::Client;
/// use lark_im::callback::{CardAction, update_card};
/// use lark_im::content::Card;
///
/// # async fn run(client: Client, action: CardAction) -> lark_core::Result<()> {
/// let done = Card::markdown("Report", "**ready**");
/// client.send(update_card(action.token).card(done)).await?;
/// # Ok(()) }
/// ```
///
/// Source: <https://open.feishu.cn/document/server-docs/im-v1/message-card/delay-update-message-card>.
#[doc(alias = "interactive/v1/card/update")]
pub fn update_card(token: impl Into<String>) -> UpdateCardRequest {
    UpdateCardRequest::default().token(token)
}

/// Inputs of [`update_card()`].
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct UpdateCardRequest {
    /// Body `token`, required.
    pub token: Option<String>,
    /// Body `card`, required.
    pub card: Option<Value>,
}
lark_core::operation! { UpdateCardRequest => ();
    "interactive.v1.card.update" POST "/open-apis/interactive/v1/card/update" json [Tenant];
    body token!: into String,
    body card!,
}

impl UpdateCardRequest {
    /// Sets the card: JSON, or a template of the card editor.
    #[must_use]
    pub fn card(mut self, card: impl Into<Card>) -> Self {
        let open_ids = self.card.as_mut().and_then(|card| Some(card.get_mut(OPEN_IDS)?.take()));
        self.card = Some(card.into().into_json());
        match open_ids {
            Some(open_ids) => self.with_open_ids(open_ids),
            None => self,
        }
    }

    /// Updates the card only for these users, by their ids within this app (`ou_...`). This requires a
    /// card with `update_multi` false; cards of JSON 2.0 are always shared.
    #[must_use]
    pub fn open_ids(self, open_ids: impl IntoIterator<Item: Into<String>>) -> Self {
        let open_ids: Vec<Value> = open_ids.into_iter().map(|id| id.into().into()).collect();
        self.with_open_ids(open_ids.into())
    }

    fn with_open_ids(mut self, open_ids: Value) -> Self {
        let card = self.card.get_or_insert_with(|| Value::Object(Map::new()));
        // The platform refuses a card that is not an object, with or without users.
        if let Some(card) = card.as_object_mut() {
            card.insert(OPEN_IDS.to_owned(), open_ids);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn users_and_card_can_be_set_in_any_order() {
        let want = json!({"elements": [], "open_ids": ["ou_1"]});
        let card = Card::from_json(json!({"elements": []}));
        let request = update_card("c-1").card(card.clone()).open_ids(["ou_1"]);
        assert_eq!(request.card, Some(want.clone()));
        let request = update_card("c-1").open_ids(["ou_1"]).card(card);
        assert_eq!(request.card, Some(want));
    }
}
