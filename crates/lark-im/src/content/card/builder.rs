//! The builder of cards.

use serde_json::{Map, Value, json};

use super::super::{Card, Content};
use super::element::{plain_text, push};
use super::{Button, CallbackValue, Div, Element, Hr, Icon, Img, Markdown};

lark_core::open_enum! {
    /// Color of a card's header.
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

/// Builds a card in JSON 2.0: a header, then elements from top to bottom.
///
/// [`Card::markdown`] and [`Card::builder`] return it, and it converts into a [`Card`] or a
/// [`Content`]. Add elements without a method here, which are types of [`card`](super) or JSON, with
/// [`element`](Self::element). Set other properties by their names in the platform's documentation:
/// [`set`](Self::set), [`set_config`](Self::set_config), [`set_header`](Self::set_header),
/// [`set_body`](Self::set_body).
///
/// ```
/// use lark_im::content::card::{Button, ButtonType, Column, ColumnSet, Markdown, WidthMode};
/// use lark_im::content::{Card, CardColor, Content};
///
/// let card = Card::markdown("Leave request", "**Tom**, 3 days")
///     .color(CardColor::Orange)
///     .subtitle("HR")
///     .text_tag("urgent", "red")
///     .width_mode(WidthMode::Compact)
///     .summary("Tom asks for 3 days off")
///     .divider()
///     .element(
///         ColumnSet::new()
///             .column(Column::new().element(Markdown::new("from **May 4**")))
///             .column(Column::new().element(Markdown::new("to **May 6**"))),
///     )
///     .link_button("Details", "https://hr.example/7")
///     .element(Button::new("Approve").button_type(ButtonType::Primary).callback([("leave", 7)]));
/// assert_eq!(Content::from(card).msg_type(), "interactive");
/// ```
///
/// Source: <https://open.feishu.cn/document/feishu-cards/card-json-v2-structure>.
#[derive(Clone, Debug, PartialEq)]
pub struct CardBuilder {
    card: Map<String, Value>,
    config: Map<String, Value>,
    header: Map<String, Value>,
    body: Map<String, Value>,
}

impl CardBuilder {
    pub(crate) fn new(title: impl Into<String>) -> Self {
        let title: String = title.into();
        let builder = Self {
            card: Map::new(),
            config: Map::new(),
            header: Map::new(),
            body: Map::from_iter([("elements".to_owned(), json!([]))]),
        };
        match title.is_empty() {
            true => builder,
            false => builder.set_header("title", plain_text(title)),
        }
    }

    /// Sets the color of the header, by [`CardColor`] or name. Without a title there is no header.
    #[must_use]
    pub fn color(self, color: CardColor) -> Self {
        self.set_header("template", color.as_str())
    }

    /// Sets the subtitle. Without a title there is no header.
    #[must_use]
    pub fn subtitle(self, subtitle: impl Into<String>) -> Self {
        self.set_header("subtitle", plain_text(subtitle))
    }

    /// Sets the icon before the title. Without a title there is no header.
    #[must_use]
    pub fn icon(self, icon: Icon) -> Self {
        self.set_header("icon", icon.into_json())
    }

    /// Adds a colored tag after the title, in `blue`, `red`, `neutral` and others; at most three are
    /// shown. Without a title there is no header.
    #[must_use]
    pub fn text_tag(mut self, text: impl Into<String>, color: impl Into<String>) -> Self {
        let color: String = color.into();
        let tag = json!({ "tag": "text_tag", "text": plain_text(text), "color": color });
        push(&mut self.header, "text_tag_list", tag);
        self
    }

    /// Sets the summary that chat lists show for the card.
    #[must_use]
    pub fn summary(self, summary: impl Into<String>) -> Self {
        let summary: String = summary.into();
        self.set_config("summary", json!({ "content": summary }))
    }

    /// Sets the width of the card.
    #[must_use]
    pub fn width_mode(self, mode: WidthMode) -> Self {
        self.set_config("width_mode", mode.as_str())
    }

    /// Starts in streaming mode, in which calls of `cardkit` write the card and users cannot interact
    /// with its elements (code 200810).
    #[must_use]
    pub fn streaming_mode(self) -> Self {
        self.set_config("streaming_mode", true)
    }

    /// Sets whether updates are visible to everyone who sees the card. Cards of JSON 2.0 are always
    /// shared, which is the default; an update requires it in both the old and the new card.
    #[must_use]
    pub fn update_multi(self, update_multi: bool) -> Self {
        self.set_config("update_multi", update_multi)
    }

    /// Disables forwarding of the card.
    #[must_use]
    pub fn no_forward(self) -> Self {
        self.set_config("enable_forward", false)
    }

    /// Sets the URL that a click on the card opens.
    #[must_use]
    pub fn card_link(self, url: impl Into<String>) -> Self {
        let url: String = url.into();
        self.set("card_link", json!({ "url": url }))
    }

    /// Adds a block of Markdown, sent as written; `<at id=ou_x></at>` mentions a user.
    #[must_use]
    pub fn markdown(self, text: impl Into<String>) -> Self {
        self.element(Markdown::new(text))
    }

    /// Adds a divider.
    #[must_use]
    pub fn divider(self) -> Self {
        self.element(Hr::new())
    }

    /// Adds an image by its key (`img_...`), with the text that is shown on hover.
    #[must_use]
    pub fn image(self, image_key: impl Into<String>, alt: impl Into<String>) -> Self {
        self.element(Img::new(image_key, alt))
    }

    /// Adds small grey text, for example at the end of a card.
    #[must_use]
    pub fn note(self, text: impl Into<String>) -> Self {
        self.element(Div::note(text))
    }

    /// Adds a button that opens a URL.
    #[must_use]
    pub fn link_button(self, text: impl Into<String>, url: impl Into<String>) -> Self {
        self.element(Button::new(text).open_url(url))
    }

    /// Adds a button that sends the app a `card.action.trigger` callback. `value`, pairs such as
    /// `[("leave", 7)]` or JSON, arrives as [`action.value`](crate::callback::Action::value).
    #[must_use]
    pub fn callback_button(self, text: impl Into<String>, value: impl Into<CallbackValue>) -> Self {
        self.element(Button::new(text).callback(value))
    }

    /// Adds an element: a type of [`card`](super), or any JSON.
    #[must_use]
    pub fn element(mut self, element: impl Into<Element>) -> Self {
        push(&mut self.body, "elements", element.into().into_json());
        self
    }

    /// Sets a property of the card itself, such as `card_link`.
    #[must_use]
    pub fn set(mut self, property: impl Into<String>, value: impl Into<Value>) -> Self {
        self.card.insert(property.into(), value.into());
        self
    }

    /// Sets a property of the card's `config`, such as `style` or `locales`.
    #[must_use]
    pub fn set_config(mut self, property: impl Into<String>, value: impl Into<Value>) -> Self {
        self.config.insert(property.into(), value.into());
        self
    }

    /// Sets a property of the card's `header`. Without a title there is no header.
    #[must_use]
    pub fn set_header(mut self, property: impl Into<String>, value: impl Into<Value>) -> Self {
        self.header.insert(property.into(), value.into());
        self
    }

    /// Sets a property of the card's `body`, such as `direction` or `padding`.
    #[must_use]
    pub fn set_body(mut self, property: impl Into<String>, value: impl Into<Value>) -> Self {
        self.body.insert(property.into(), value.into());
        self
    }
}

impl From<CardBuilder> for Card {
    fn from(builder: CardBuilder) -> Self {
        let CardBuilder { card, config, header, body } = builder;
        let mut json = Map::from_iter([("schema".to_owned(), "2.0".into())]);
        if !config.is_empty() {
            json.insert("config".to_owned(), config.into());
        }
        if header.contains_key("title") {
            json.insert("header".to_owned(), header.into());
        }
        json.insert("body".to_owned(), body.into());
        json.extend(card);
        Card::from_json(json)
    }
}

impl From<CardBuilder> for Content {
    fn from(builder: CardBuilder) -> Self {
        Card::from(builder).into()
    }
}

lark_core::open_enum! {
    /// Width of a card.
    WidthMode {
        /// At most 600 px, the default.
        Default = "default",
        /// 400 px.
        Compact = "compact",
        /// As wide as the chat.
        Fill = "fill",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_of_version_two_comes_out() {
        let card = Card::markdown("Build", "**ok**")
            .color(CardColor::Green)
            .subtitle("main")
            .divider()
            .image("img_1", "chart")
            .link_button("Log", "https://ci.example")
            .callback_button("Again", json!({"run": 7}));
        let text = |text: &str| json!({"tag": "plain_text", "content": text});
        let want = json!({
            "schema": "2.0",
            "header": {"title": text("Build"), "subtitle": text("main"), "template": "green"},
            "body": {"elements": [
                {"tag": "markdown", "content": "**ok**"},
                {"tag": "hr"},
                {"tag": "img", "img_key": "img_1", "alt": text("chart")},
                {"tag": "button", "text": text("Log"),
                 "behaviors": [{"type": "open_url", "default_url": "https://ci.example"}]},
                {"tag": "button", "text": text("Again"),
                 "behaviors": [{"type": "callback", "value": {"run": 7}}]},
            ]},
        });
        assert_eq!(Card::from(card).as_json(), &want);
    }

    #[test]
    fn what_has_no_method_is_set_by_name_at_every_level() {
        let card = Card::markdown("t", "hi")
            .icon(Icon::standard("chat_outlined").color("orange"))
            .text_tag("new", "red")
            .summary("short")
            .width_mode(WidthMode::Fill)
            .streaming_mode()
            .update_multi(true)
            .no_forward()
            .card_link("https://a.example")
            .set_config("locales", json!(["en_us"]))
            .set_header("padding", "4px")
            .set_body("direction", "horizontal")
            .set("unheard_of", 1);
        let card = Card::from(card).into_json();
        let want = json!({
            "streaming_mode": true, "update_multi": true, "enable_forward": false,
            "width_mode": "fill", "summary": {"content": "short"}, "locales": ["en_us"],
        });
        assert_eq!(card["config"], want);
        let header = &card["header"];
        assert_eq!(header["padding"], "4px");
        assert_eq!(header["icon"]["token"], "chat_outlined");
        let tag = json!({
            "tag": "text_tag", "text": {"tag": "plain_text", "content": "new"}, "color": "red",
        });
        assert_eq!(header["text_tag_list"], json!([tag]));
        assert_eq!(card["body"]["direction"], "horizontal");
        assert_eq!(card["card_link"], json!({"url": "https://a.example"}));
        assert_eq!(card["unheard_of"], 1);
    }

    #[test]
    fn without_a_title_there_is_no_header() {
        let card = Card::from(Card::markdown("", "hi").color(CardColor::Red));
        assert_eq!(card.as_json().get("header"), None);
    }
}
