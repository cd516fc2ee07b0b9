//! Cards: messages of type `interactive`, and the elements they are made of.
//!
//! | To | Use |
//! |---|---|
//! | write | [`Markdown`], [`Div`] |
//! | show | [`Img`], [`Table`], [`Chart`], [`Hr`] |
//! | arrange | [`ColumnSet`], [`CollapsiblePanel`], [`InteractiveContainer`] |
//! | ask at once | [`Button`], [`Overflow`], [`Checker`], [`SelectStatic`], [`SelectPerson`] |
//! | ask for more | [`Form`] with [`Input`], [`MultiSelectStatic`], [`MultiSelectPerson`], [`DatePicker`], [`TimePicker`], [`DatetimePicker`] and any of the above |
//!
//! Every element has `set` for properties without a method, and JSON is an [`Element`] as well. What
//! people do with a card comes back as a [`CardAction`](crate::callback::CardAction).
//!
//! ```
//! use lark_im::content::card::{Button, Form, Input, SelectPerson};
//! use lark_im::content::{Card, Content};
//!
//! let card = Card::markdown("Handover", "Who takes over?").element(
//!     Form::new("handover")
//!         .element(SelectPerson::new().name("who").placeholder("Person").required())
//!         .element(Input::new().name("why").label("Reason").max_length(200))
//!         .element(Button::submit("send", "Hand over").callback([("ticket", 7)])),
//! );
//! Content::from(card).check()?;
//! # Ok::<(), lark_im::content::ContentError>(())
//! ```
//!
//! Source: <https://open.feishu.cn/document/feishu-cards/card-json-v2-components/component-json-v2-overview>.

mod builder;
mod button;
mod checker;
mod column;
mod container;
mod element;
mod form;
mod icon;
mod image;
mod input;
mod layout;
mod limit;
mod overflow;
mod picker;
mod select;
#[cfg(test)]
mod shapes;
mod table;
mod text;
mod value;

use serde_json::{Map, Value, json};

use super::{Content, ContentError, error::parse_object};

pub use builder::{CardBuilder, CardColor, WidthMode};
pub use button::{Button, ButtonType};
pub use checker::Checker;
pub use column::{Column, ColumnSet, FlexMode};
pub use container::{CollapsiblePanel, InteractiveContainer};
pub use element::Element;
pub use form::Form;
pub use icon::Icon;
pub use image::{Hr, Img};
pub use input::Input;
pub use layout::{Direction, HorizontalAlign, VerticalAlign};
pub use limit::MAX_CARD_ELEMENTS;
pub(super) use limit::too_many_elements;
pub use overflow::Overflow;
pub use picker::{DatePicker, DatetimePicker, TimePicker};
pub use select::{MultiSelectPerson, MultiSelectStatic, SelectPerson, SelectStatic};
pub use table::{Chart, Table, TableColumn};
pub use text::{Div, Markdown};
pub use value::CallbackValue;

/// A card, at most [30 KB](super::MAX_RICH_BYTES) and [200 elements](MAX_CARD_ELEMENTS), which
/// [`Content::check`] counts.
///
/// A card the platform cannot draw is answered with code 230099; the reason is in the message.
///
/// ```
/// use lark_im::content::{Card, CardColor, Content};
///
/// let simple = Card::markdown("Deploy 7", "**done** in 4 min").color(CardColor::Green);
/// let template = Card::template("AAq3x").version("1.0.0").variable("name", "Tom");
/// let entity = Card::id("7371713483664506900");
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
    /// A card with a title and a block of Markdown: the start of a [`CardBuilder`].
    ///
    /// An empty title leaves the header out. The Markdown is sent as written; text from someone
    /// else belongs through [`defuse_mentions`](super::defuse_mentions) first.
    pub fn markdown(title: impl Into<String>, text: impl Into<String>) -> CardBuilder {
        CardBuilder::new(title).markdown(text)
    }

    /// A card with a title and nothing else yet.
    pub fn builder(title: impl Into<String>) -> CardBuilder {
        CardBuilder::new(title)
    }

    /// A card from its JSON, version 1 or 2, which must be an object.
    pub fn json(card: impl Into<Value>) -> Self {
        Self { json: card.into() }
    }

    /// A card from its JSON as text, such as the export of the card editor.
    ///
    /// # Errors
    ///
    /// [`ContentError::InvalidJson`], with line and column, or [`ContentError::NotAnObject`].
    pub fn from_json_str(card: &str) -> Result<Self, ContentError> {
        Ok(Self { json: parse_object("interactive", card)? })
    }

    /// A card built in the card editor, by the id of its template.
    pub fn template(template_id: impl Into<String>) -> CardTemplate {
        CardTemplate { id: template_id.into(), version: None, variables: Map::new() }
    }

    /// A card entity, by the id that `cardkit.v1.card.create` returned.
    pub fn id(card_id: impl Into<String>) -> Self {
        let card_id: String = card_id.into();
        Self { json: json!({ "type": "card", "data": { "card_id": card_id } }) }
    }

    /// The card's JSON.
    pub fn as_json(&self) -> &Value {
        &self.json
    }

    /// Takes the card's JSON out.
    pub fn into_json(self) -> Value {
        self.json
    }

    /// Whether it is a template or an entity, and not a card's own JSON.
    pub(crate) fn is_wrapped(&self) -> bool {
        self.json["type"].is_string() && self.json["data"].is_object()
    }
}

impl From<Card> for Content {
    fn from(card: Card) -> Self {
        Self::from_value("interactive", &card.json)
    }
}

/// A card made from a template of the card editor.
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
    /// Picks a published version, such as `1.0.0`. Without it the newest is used.
    #[must_use]
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = Some(version.into());
        self
    }

    /// Sets a variable of the template, to a text, a number, a list or any other JSON value.
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
        assert_eq!(Card::id("7371").as_json(), &want);
    }

    #[test]
    fn a_mistake_in_a_pasted_card_is_located() {
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
