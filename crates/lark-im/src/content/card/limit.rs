//! How much fits into a card.

use serde_json::Value;

use super::super::ContentError;

/// Most elements in a card of JSON 2.0: whatever has a tag counts, words within elements included.
///
/// Above it the platform answers code 230099 with the inner code 11310.
/// Source: <https://open.feishu.cn/document/feishu-cards/card-json-v2-structure>.
pub const MAX_CARD_ELEMENTS: usize = 200;

/// What is under these names is the app's own, or another format's, and no elements.
const NOT_ELEMENTS: [&str; 3] = ["value", "chart_spec", "rows"];

/// Counts the elements of a card of JSON 2.0. Others, and what is not JSON, are the platform's to
/// judge.
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
    fn elements_are_counted_with_the_words_in_them_but_not_the_apps_own_values() {
        // The title, a column set, a column, a button and its words, a table.
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
    fn cards_of_version_one_are_the_platforms_to_judge() {
        let elements = vec![json!({"tag": "hr"}); 300];
        assert_eq!(Content::from(Card::json(json!({"elements": elements}))).check(), Ok(()));
    }
}
