//! Limits of cards.

use serde_json::Value;

use super::super::ContentError;

/// Maximum number of elements in a card of JSON 2.0. Every object with a tag counts, including texts
/// within elements.
///
/// The platform refuses more with code 230099 and the inner code 11310.
/// Source: <https://open.feishu.cn/document/feishu-cards/card-json-v2-structure>.
pub const MAX_CARD_ELEMENTS: usize = 200;

/// Properties with the app's own data or another format, which contain no elements.
const NOT_ELEMENTS: [&str; 3] = ["value", "chart_spec", "rows"];

/// Counts the elements of a card of JSON 2.0. Other cards are not checked.
pub(crate) fn too_many_elements(content: &str) -> Result<(), ContentError> {
    let Ok(card) = serde_json::from_str::<Value>(content) else { return Ok(()) };
    if card["schema"] != "2.0" {
        return Ok(());
    }
    let (count, limit) = (count(&card["header"]) + count(&card["body"]), MAX_CARD_ELEMENTS);
    match count > limit {
        true => Err(ContentError::TooManyElements { count, limit }),
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
