//! A card written in Rust: header, then elements from top to bottom.

use serde_json::{Value, json};

use super::super::Content;
use super::Card;

lark_core::open_enum! {
    /// Colour of a card's header.
    ///
    /// Source: <https://open.feishu.cn/document/feishu-cards/card-json-v2-components/content-components/title>.
    CardColor {
        /// Blue.
        Blue = "blue",
        /// Light blue.
        Wathet = "wathet",
        /// Turquoise.
        Turquoise = "turquoise",
        /// Green, for success.
        Green = "green",
        /// Yellow.
        Yellow = "yellow",
        /// Orange, for a warning.
        Orange = "orange",
        /// Red, for an error.
        Red = "red",
        /// Dark red.
        Carmine = "carmine",
        /// Violet.
        Violet = "violet",
        /// Purple.
        Purple = "purple",
        /// Indigo.
        Indigo = "indigo",
        /// Grey, for what is over.
        Grey = "grey",
        /// The platform's default.
        Default = "default",
    }
}

/// A card in JSON 2.0 with the elements most bots need.
///
/// Comes from [`Card::markdown`] or [`Card::builder`] and converts into a [`Card`] or a
/// [`Content`] without a last step. Whatever is missing here goes through
/// [`element`](Self::element).
///
/// ```
/// use lark_im::content::{Card, CardColor, Content};
///
/// let card = Card::markdown("Leave request", "**Tom**, 3 days")
///     .color(CardColor::Orange)
///     .subtitle("HR")
///     .divider()
///     .link_button("Details", "https://hr.example/7")
///     .callback_button("Approve", "leave-7");
/// assert_eq!(Content::from(card).msg_type(), "interactive");
/// ```
///
/// Source: <https://open.feishu.cn/document/feishu-cards/card-json-v2-structure>.
#[derive(Clone, Debug, PartialEq)]
pub struct CardBuilder {
    title: String,
    subtitle: Option<String>,
    color: Option<CardColor>,
    elements: Vec<Value>,
}

impl CardBuilder {
    pub(super) fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), subtitle: None, color: None, elements: Vec::new() }
    }

    /// Colours the header, by [`CardColor`] or name. Without a title there is no header.
    #[must_use]
    pub fn color(mut self, color: impl Into<CardColor>) -> Self {
        self.color = Some(color.into());
        self
    }

    /// Sets the small line under the title. Without a title there is no header.
    #[must_use]
    pub fn subtitle(mut self, subtitle: impl Into<String>) -> Self {
        self.subtitle = Some(subtitle.into());
        self
    }

    /// Adds a block of Markdown, sent as written; people are mentioned as `<at id=ou_x></at>`.
    #[must_use]
    pub fn markdown(self, text: impl Into<String>) -> Self {
        let text: String = text.into();
        self.element(json!({"tag": "markdown", "content": text}))
    }

    /// Adds a dividing line.
    #[must_use]
    pub fn divider(self) -> Self {
        self.element(json!({"tag": "hr"}))
    }

    /// Adds an image by its key (`img_...`), with the words shown while the pointer rests on it.
    #[must_use]
    pub fn image(self, image_key: impl Into<String>, alt: impl Into<String>) -> Self {
        let image_key: String = image_key.into();
        self.element(json!({"tag": "img", "img_key": image_key, "alt": plain_text(alt.into())}))
    }

    /// Adds a button that opens an address.
    #[must_use]
    pub fn link_button(self, text: impl Into<String>, url: impl Into<String>) -> Self {
        let url: String = url.into();
        self.button(text.into(), json!({"type": "open_url", "default_url": url}))
    }

    /// Adds a button that sends the app a `card.action.trigger` callback with `value`: a text or
    /// an object, returned as `action.value`.
    #[must_use]
    pub fn callback_button(self, text: impl Into<String>, value: impl Into<Value>) -> Self {
        let value: Value = value.into();
        self.button(text.into(), json!({"type": "callback", "value": value}))
    }

    /// Adds any element of card JSON 2.0, such as a table, a form or a chart.
    #[must_use]
    pub fn element(mut self, element: impl Into<Value>) -> Self {
        self.elements.push(element.into());
        self
    }

    fn button(self, text: String, behavior: Value) -> Self {
        self.element(json!({"tag": "button", "text": plain_text(text), "behaviors": [behavior]}))
    }
}

impl From<CardBuilder> for Card {
    fn from(builder: CardBuilder) -> Self {
        let mut card = json!({"schema": "2.0", "body": {"elements": builder.elements}});
        if !builder.title.is_empty() {
            card["header"] = json!({"title": plain_text(builder.title)});
            if let Some(subtitle) = builder.subtitle {
                card["header"]["subtitle"] = plain_text(subtitle);
            }
            if let Some(color) = builder.color {
                card["header"]["template"] = color.as_str().into();
            }
        }
        Card::json(card)
    }
}

impl From<CardBuilder> for Content {
    fn from(builder: CardBuilder) -> Self {
        Card::from(builder).into()
    }
}

fn plain_text(content: String) -> Value {
    json!({"tag": "plain_text", "content": content})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_of_version_two_comes_out() {
        let card = Card::markdown("Build", "**ok**")
            .color("green")
            .subtitle("main")
            .divider()
            .image("img_1", "chart")
            .link_button("Log", "https://ci.example")
            .callback_button("Again", json!({"run": 7}));
        let words = |words: &str| json!({"tag": "plain_text", "content": words});
        let want = json!({
            "schema": "2.0",
            "header": {"title": words("Build"), "subtitle": words("main"), "template": "green"},
            "body": {"elements": [
                {"tag": "markdown", "content": "**ok**"},
                {"tag": "hr"},
                {"tag": "img", "img_key": "img_1", "alt": words("chart")},
                {"tag": "button", "text": words("Log"),
                 "behaviors": [{"type": "open_url", "default_url": "https://ci.example"}]},
                {"tag": "button", "text": words("Again"),
                 "behaviors": [{"type": "callback", "value": {"run": 7}}]},
            ]},
        });
        assert_eq!(Card::from(card).as_json(), &want);
    }

    #[test]
    fn without_a_title_there_is_no_header() {
        let card = Card::from(Card::markdown("", "hi").color(CardColor::Red));
        assert_eq!(card.as_json().get("header"), None);
    }
}
