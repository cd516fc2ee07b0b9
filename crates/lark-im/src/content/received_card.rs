//! Received cards.

use lark_core::__private::read_value;
use serde_json::Value;

use super::{Card, PostElement};

/// A card in a received message.
///
/// The platform sends a card in one of two forms. By default, and always in events, it is reduced: a
/// title and lines of simple elements. `im.v1.message.get` and `list` return the card as it was sent if
/// `card_msg_content_type` is `user_card_content`.
///
/// ```
/// use lark_im::content::ReceivedContent;
///
/// let reduced = r#"{"title":"Build 42","elements":[[{"tag":"text","text":"all green"}]]}"#;
/// let ReceivedContent::Interactive(card) = ReceivedContent::parse("interactive", reduced)? else {
///     panic!("not a card")
/// };
/// assert_eq!(card.title(), "Build 42");
/// assert_eq!(card.to_plain_text(), "Build 42\nall green");
/// assert!(card.as_sent().is_none());
/// # Ok::<(), lark_im::content::ContentError>(())
/// ```
///
/// Source: event `im.message.receive_v1`, `im.v1.message.get`.
#[derive(Clone, Debug, PartialEq)]
pub struct ReceivedCard {
    content: Value,
    sent: Option<Value>,
}

/// Members of the content that hold the card as it was sent, as an object or as its JSON.
const WRAPPERS: [&str; 2] = ["user_dsl", "json_card"];

/// Members of an element that hold what a reader sees, in the order of reading. Others hold options that
/// open on a click, values of the app, or styles. `property` has the members of an element in the
/// platform's own form.
pub(super) const VISIBLE: [&str; 16] = [
    "title",
    "subtitle",
    "label",
    "content",
    "text",
    "header",
    "elements",
    "fields",
    "columns",
    "rows",
    "actions",
    "button_area",
    "buttons",
    "extra",
    "body",
    "property",
];

impl ReceivedCard {
    pub(super) fn new(content: &Value) -> Self {
        let wrapped = WRAPPERS.iter().find_map(|name| object(&content[*name]));
        let is_own = || is_card(content).then(|| content.clone());
        Self { sent: wrapped.or_else(is_own), content: content.clone() }
    }

    /// The content as received.
    pub fn as_json(&self) -> &Value {
        &self.content
    }

    /// The card as it was sent, unless it is reduced. It may be a template or an entity.
    pub fn as_sent(&self) -> Option<Card> {
        self.sent.clone().map(Card::from_json)
    }

    /// The card as it was sent, or else the content.
    pub(super) fn shown(&self) -> &Value {
        self.sent.as_ref().unwrap_or(&self.content)
    }

    /// The title, empty without one.
    pub fn title(&self) -> &str {
        let card = self.shown();
        let header = &card["header"];
        let title = match header["property"].is_object() {
            true => &header["property"]["title"]["property"]["content"],
            false => &header["title"]["content"],
        };
        card["title"].as_str().or_else(|| title.as_str()).unwrap_or_default()
    }

    /// What a reader sees of the card, a line for each element: title, texts, Markdown as written, names
    /// of buttons and cells of tables. Images and options of menus are left out.
    pub fn to_plain_text(&self) -> String {
        let mut lines = Vec::new();
        let card = self.shown();
        for part in ["title", "header", "body", "elements"] {
            collect(&card[part], &mut lines);
        }
        if card["body"].is_null() && card["elements"].is_null() {
            let languages = card["i18n_elements"].as_object();
            let first = languages.and_then(|it| it.get("zh_cn").or_else(|| it.values().next()));
            collect(first.unwrap_or(&Value::Null), &mut lines);
        }
        lines.retain(|line| !line.trim().is_empty());
        lines.join("\n")
    }
}

/// An object, or the JSON of one.
fn object(value: &Value) -> Option<Value> {
    let parsed = match value {
        Value::String(json) => read_value(json.as_bytes()).ok()?,
        value => value.clone(),
    };
    parsed.is_object().then_some(parsed)
}

/// Whether this is a card's own JSON: its elements are objects, those of the reduced form lists.
fn is_card(content: &Value) -> bool {
    let has_objects =
        |list: &Value| list.as_array().is_some_and(|it| it.iter().any(Value::is_object));
    content["schema"].is_string()
        || content["header"].is_object()
        || content["i18n_elements"].is_object()
        || content["data"].is_object()
        || has_objects(&content["elements"])
}

/// Adds the lines of an element, or of a list of them.
fn collect(value: &Value, lines: &mut Vec<String>) {
    match value {
        Value::String(text) => lines.push(text.clone()),
        // A line of the reduced form.
        Value::Array(line) if line.iter().any(|it| it.is_object() && is_inline(it)) => {
            lines.push(line.iter().map(inline).collect());
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, lines)),
        Value::Object(_) if value["tag"] == "table" => table(value, lines),
        Value::Object(_) => VISIBLE.iter().for_each(|name| collect(&value[*name], lines)),
        _ => {}
    }
}

/// Whether it stands in a line with others.
pub(super) fn is_inline(element: &Value) -> bool {
    let inline = ["a", "at", "text", "emotion"];
    element["tag"].as_str().is_some_and(|tag| inline.contains(&tag))
}

fn inline(element: &Value) -> String {
    if is_inline(element) {
        return PostElement::from_json(element).to_plain_text();
    }
    let mut lines = Vec::new();
    collect(element, &mut lines);
    lines.join(" ")
}

/// The headings of a table, then its rows, with bars between cells.
fn table(table: &Value, lines: &mut Vec<String>) {
    let columns = table["columns"].as_array().map(Vec::as_slice).unwrap_or_default();
    let heading = |column: &Value| column["display_name"].as_str().unwrap_or_default().to_owned();
    lines.push(columns.iter().map(heading).collect::<Vec<_>>().join(" | "));
    for row in table["rows"].as_array().into_iter().flatten() {
        let cell = |column: &Value| cell(&row[column["name"].as_str().unwrap_or_default()]);
        lines.push(columns.iter().map(cell).collect::<Vec<_>>().join(" | "));
    }
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(options) => options.iter().map(cell).collect::<Vec<_>>().join(", "),
        Value::Object(option) => option.get("text").map(cell).unwrap_or_default(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::card::{Button, Column, ColumnSet, Div, Form, Input, Table, TableColumn};
    use super::*;

    fn full() -> Value {
        let card = Card::markdown("Build 42", "**312** tests")
            .element(ColumnSet::new().column(Column::new().element(Div::new("in a column"))))
            .element(
                Table::new()
                    .column(TableColumn::new("n", "Name"))
                    .column(TableColumn::new("t", "Tests"))
                    .row([("n", "core".into()), ("t", 7.into())]),
            )
            .element(
                Form::new("f")
                    .element(Input::new().name("why").label("Why").placeholder("hidden"))
                    .element(Button::submit("send", "Send").callback([("hidden", "hidden")])),
            );
        Card::from(card).into_json()
    }

    const FULL: &str = "Build 42\n**312** tests\nin a column\nName | Tests\ncore | 7\nWhy\nSend";

    #[test]
    fn a_card_as_it_was_sent_has_the_text_that_readers_see() {
        for content in [
            json!({ "user_dsl": full().to_string() }),
            json!({ "user_dsl": full() }),
            json!({ "json_card": full().to_string(), "card_schema": 2 }),
            full(),
        ] {
            let card = ReceivedCard::new(&content);
            assert_eq!(card.to_plain_text(), FULL, "{content}");
            assert_eq!(card.title(), "Build 42");
            assert_eq!(card.as_sent().map(Card::into_json), Some(full()));
            assert_eq!(*card.as_json(), content);
        }
    }

    #[test]
    fn a_card_of_version_one_has_text_too() {
        let elements = json!([
            {"tag": "div", "text": {"tag": "lark_md", "content": "hello"},
             "fields": [{"is_short": true, "text": {"tag": "plain_text", "content": "field"}}]},
            {"tag": "action", "actions": [
                {"tag": "button", "text": {"tag": "plain_text", "content": "Go"}, "value": {"k": "v"}}]},
            {"tag": "note", "elements": [{"tag": "plain_text", "content": "small"}]},
        ]);
        let header = json!({"title": {"tag": "plain_text", "content": "T"}});
        let card = ReceivedCard::new(&json!({"header": header, "elements": elements}));
        assert_eq!(card.to_plain_text(), "T\nhello\nfield\nGo\nsmall");
        let card =
            ReceivedCard::new(&json!({"header": header, "i18n_elements": {"en_us": elements}}));
        assert_eq!(card.to_plain_text(), "T\nhello\nfield\nGo\nsmall");
    }

    #[test]
    fn the_reduced_form_is_read_line_by_line() {
        let card = ReceivedCard::new(&json!({"title": "T", "elements": [
            [{"tag": "text", "text": "see "}, {"tag": "a", "href": "https://x.example", "text": "this"},
             {"tag": "text", "text": ", "}, {"tag": "at", "user_id": "@_user_1", "user_name": "Tom"}],
            [{"tag": "img", "image_key": "img_1"}],
            [{"tag": "button", "text": "Go", "type": "primary"}, {"tag": "button", "text": "Stop"}],
            [{"tag": "note", "elements": [{"tag": "text", "text": "small"}]}],
        ]}));
        assert_eq!(card.to_plain_text(), "T\nsee this, @_user_1\nGo\nStop\nsmall");
        assert_eq!((card.title(), card.as_sent()), ("T", None));
    }

    #[test]
    fn nothing_readable_is_no_text() {
        for content in
            [json!({}), json!({"title": null, "elements": null}), json!({"user_dsl": "{"})]
        {
            assert_eq!(ReceivedCard::new(&content).to_plain_text(), "", "{content}");
        }
    }
}
