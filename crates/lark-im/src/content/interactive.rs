//! Card messages, whose `msg_type` is `interactive`.

use serde_json::{Map, Value, json};

use super::card::builder::CardBuilder;
use super::{Content, ContentError, error::parse_object};

/// A card, at most [30 KB](super::MAX_RICH_BYTES), [200 elements](super::card::MAX_CARD_ELEMENTS) and
/// [five tables](super::card::MAX_CARD_TABLES), which [`Content::check`] counts.
///
/// The platform refuses an invalid card with code 230099; the reason is in the message.
///
/// ```
/// use lark_im::content::{Card, CardColor, Content};
///
/// let simple = Card::markdown("Deploy 7", "**done** in 4 min").color(CardColor::Green);
/// let template = Card::template("AAq3x").version("1.0.0").variable("name", "Tom");
/// let entity = Card::entity("7371713483664506900");
/// let own = Card::from_json_str(r#"{"schema":"2.0","body":{"elements":[]}}"#)?;
///
/// for content in [Content::from(simple), template.into(), entity.into(), own.into()] {
///     assert_eq!(content.msg_type(), "interactive");
/// }
/// # Ok::<(), lark_im::content::ContentError>(())
/// ```
///
/// Source: `im.v1.message.create`,
/// <https://open.feishu.cn/document/server-docs/im-v1/message-content-description/create_json>.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    json: Value,
}

impl Card {
    /// Builds a card that begins with a title and a block of Markdown.
    ///
    /// With an empty title there is no header. The Markdown is sent as written; pass untrusted text
    /// through [`escape_mentions`](super::escape_mentions) first.
    pub fn markdown(title: impl Into<String>, text: impl Into<String>) -> CardBuilder {
        CardBuilder::new(title).markdown(text)
    }

    /// Builds a card that begins with a title.
    pub fn builder(title: impl Into<String>) -> CardBuilder {
        CardBuilder::new(title)
    }

    /// A card from its JSON, version 1.0 or 2.0, which must be an object.
    pub fn from_json(card: impl Into<Value>) -> Self {
        Self { json: card.into() }
    }

    /// A card from a JSON string, such as an export of the card editor.
    ///
    /// # Errors
    ///
    /// [`ContentError::InvalidJson`], with line and column, or [`ContentError::NotAnObject`].
    pub fn from_json_str(card: &str) -> Result<Self, ContentError> {
        Ok(Self { json: parse_object("interactive", card)? })
    }

    /// A card of the card editor, by the id of its template.
    pub fn template(template_id: impl Into<String>) -> CardTemplate {
        CardTemplate { id: template_id.into(), version: None, variables: Map::new() }
    }

    /// A card entity, by the id that `cardkit.v1.card.create` returned.
    pub fn entity(card_id: impl Into<String>) -> Self {
        let card_id: String = card_id.into();
        Self { json: json!({ "type": "card", "data": { "card_id": card_id } }) }
    }

    /// The card's JSON.
    pub fn as_json(&self) -> &Value {
        &self.json
    }

    /// Returns the card's JSON.
    pub fn into_json(self) -> Value {
        self.json
    }

    /// Whether it is a template or an entity instead of a card's own JSON.
    pub(crate) fn is_wrapped(&self) -> bool {
        self.json["type"].is_string() && self.json["data"].is_object()
    }
}

impl From<Card> for Content {
    fn from(card: Card) -> Self {
        Self::from_value("interactive", &card.json)
    }
}

/// A card from a template of the card editor.
///
/// The template's data counts towards the 30 KB of a card.
/// Source: `im.v1.message.create`.
#[derive(Clone, Debug, PartialEq)]
pub struct CardTemplate {
    id: String,
    version: Option<String>,
    variables: Map<String, Value>,
}

impl CardTemplate {
    /// Sets a published version, such as `1.0.0`; the latest by default.
    #[must_use]
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = Some(version.into());
        self
    }

    /// Sets a variable of the template to a string, number, list or any other JSON value.
    #[must_use]
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }
}

impl From<CardTemplate> for Card {
    fn from(template: CardTemplate) -> Self {
        let mut data = json!({ "template_id": template.id });
        if let Some(version) = template.version {
            data["template_version_name"] = version.into();
        }
        if !template.variables.is_empty() {
            data["template_variable"] = Value::Object(template.variables);
        }
        Self { json: json!({ "type": "template", "data": data }) }
    }
}

impl From<CardTemplate> for Content {
    fn from(template: CardTemplate) -> Self {
        Card::from(template).into()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn templates_and_entities_use_the_wrapped_form() {
        let card = Card::from(Card::template("AAq").version("1.0.0").variable("n", 3));
        let want = json!({"type": "template", "data": {
            "template_id": "AAq",
            "template_version_name": "1.0.0",
            "template_variable": {"n": 3},
        }});
        assert_eq!(card.as_json(), &want);
        let want = json!({"type": "card", "data": {"card_id": "7371"}});
        assert_eq!(Card::entity("7371").as_json(), &want);
    }

    #[test]
    fn an_error_in_a_pasted_card_has_its_position() {
        let error = Card::from_json_str("{\n  \"schema\": \"2.0\"\n  \"body\": {}\n}").unwrap_err();
        assert_eq!(
            error.to_string(),
            "interactive: content is not valid json at line 3, column 3: \
             expected `,` or `}`"
        );
        let error = Card::from_json_str("{\"schema\": ").unwrap_err();
        assert!(error.to_string().ends_with("the text ends too early"), "{error}");
        let error = Card::from_json_str("[]").unwrap_err();
        assert_eq!(error.to_string(), "interactive: content is not a json object");
    }
}
