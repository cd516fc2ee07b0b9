//! Limits of cards.

use serde_json::Value;

use super::super::ContentError;
use super::tables::{self, MAX_CARD_TABLES};

/// Maximum number of elements in a card of JSON 2.0. Every object with a tag counts, including texts
/// within elements.
///
/// The platform refuses more with code 230099 and the inner code 11310.
/// Source: <https://open.feishu.cn/document/feishu-cards/card-json-v2-structure>.
pub const MAX_CARD_ELEMENTS: usize = 200;

/// Properties with the app's own data or another format, which contain no elements.
pub(super) const NOT_ELEMENTS: [&str; 3] = ["value", "chart_spec", "rows"];

/// Counts the tables of a card, and the elements of one of JSON 2.0. Templates are not checked.
pub(crate) fn check(content: &str) -> Result<(), ContentError> {
    let Ok(card) = serde_json::from_str::<Value>(content) else { return Ok(()) };
    let is_v2 = card["schema"] == "2.0";
    let elements = count(&card["header"]) + count(&card["body"]);
    if is_v2 && elements > MAX_CARD_ELEMENTS {
        return Err(ContentError::TooManyElements { count: elements, limit: MAX_CARD_ELEMENTS });
    }
    // Each language has elements of its own; readers see one of them.
    let of_languages = card["i18n_elements"].as_object().into_iter().flatten();
    let of_languages = of_languages.map(|(_, elements)| tables::count(elements, false));
    let tables = match is_v2 {
        true => tables::count(&card["body"], true),
        false => of_languages.chain([tables::count(&card["elements"], false)]).max().unwrap_or(0),
    };
    match tables > MAX_CARD_TABLES {
        true => Err(ContentError::TooManyTables { count: tables, limit: MAX_CARD_TABLES }),
        false => Ok(()),
    }
}

fn count(value: &Value) -> usize {
    match value {
        Value::Array(values) => values.iter().map(count).sum(),
        Value::Object(members) => {
            let inner = members.iter().filter(|(name, _)| !NOT_ELEMENTS.contains(&name.as_str()));
            let inner: usize = inner.map(|(_, value)| count(value)).sum();
            inner + usize::from(members.get("tag").is_some_and(Value::is_string))
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::super::{Card, Content};
    use super::super::{Button, Column, ColumnSet, Table};
    use super::*;

    #[test]
    fn elements_are_counted_with_their_texts_but_not_the_apps_own_values() {
        // The title, a column set, a column, a button and its text, a table.
        let six = Card::builder("t")
            .element(ColumnSet::new().column(Column::new().element(
                Button::new("b").callback(json!({"tag": "mine", "list": [{"tag": "mine"}]})),
            )))
            .element(Table::new().row([("tag", "mine".into())]));
        let fits = (0..MAX_CARD_ELEMENTS - 6).fold(six, |card, _| card.markdown("x"));
        assert_eq!(Content::from(fits.clone()).check(), Ok(()));
        let error = Content::from(fits.divider()).check().expect_err("one too many");
        assert_eq!(error.to_string(), "interactive: the card has 201 elements, the limit is 200");
    }

    #[test]
    fn cards_of_version_one_are_not_checked() {
        let elements = vec![json!({"tag": "hr"}); 300];
        assert_eq!(Content::from(Card::from_json(json!({"elements": elements}))).check(), Ok(()));
    }
}
