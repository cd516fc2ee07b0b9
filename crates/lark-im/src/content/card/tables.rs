//! Tables in a card: components, and those within Markdown.

use serde_json::Value;

use super::super::markdown::block::blocks;

/// Maximum number of tables in a card, as components and within Markdown.
///
/// The platform refuses more with code 230099 and the inner code 11310. Source:
/// <https://open.feishu.cn/document/feishu-cards/card-json-v2-components/content-components/table>.
pub const MAX_CARD_TABLES: usize = 5;

/// The tables within an element or a list of them. Markdown has tables only in cards of JSON 2.0.
pub(super) fn count(value: &Value, is_v2: bool) -> usize {
    match value {
        Value::Array(values) => values.iter().map(|value| count(value, is_v2)).sum(),
        Value::Object(members) => {
            let own = match members.get("tag").and_then(Value::as_str) {
                Some("table") => 1,
                Some("markdown") if is_v2 => {
                    members.get("content").and_then(Value::as_str).map_or(0, in_markdown)
                }
                _ => 0,
            };
            let inner = members.iter().filter(|(name, _)| !super::NOT_ELEMENTS.contains(&&***name));
            own + inner.map(|(_, value)| count(value, is_v2)).sum::<usize>()
        }
        _ => 0,
    }
}

/// The tables of GitHub's Markdown. Code blocks have none.
fn in_markdown(text: &str) -> usize {
    blocks(text).iter().filter(|block| block.is_table()).count()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{Column, ColumnSet, Table};
    use super::*;
    use crate::content::{Card, Content, ContentError};

    const TABLE: &str = "| a | b |\n|---|:-:|\n| 1 | 2 |\n";

    #[test]
    fn tables_of_components_and_of_markdown_count_together() {
        let four = (0..4).fold(Card::builder("t"), |card, _| card.element(Table::new()));
        let five = four.markdown(TABLE);
        assert_eq!(Content::from(five.clone()).check(), Ok(()));
        for six in [
            five.clone().element(Table::new()),
            five.clone().markdown(format!("text\n\n{TABLE}")),
            five.element(ColumnSet::new().column(Column::new().element(Table::new()))),
        ] {
            let error = Content::from(six).check().expect_err("one too many");
            assert_eq!(error, ContentError::TooManyTables { count: 6, limit: 5 });
            assert_eq!(
                error.to_string(),
                "interactive: the card has 6 tables, in Markdown or as components; the limit is 5"
            );
        }
    }

    #[test]
    fn a_card_of_version_one_has_tables_as_components_only() {
        let old = |element| Card::from_json(json!({"elements": vec![element; 6]}));
        let components = Content::from(old(json!({"tag": "table"}))).check();
        assert!(matches!(components, Err(ContentError::TooManyTables { count: 6, .. })));
        let markdown = old(json!({"tag": "markdown", "content": TABLE}));
        assert_eq!(Content::from(markdown).check(), Ok(()));
    }

    #[test]
    fn what_looks_like_a_table_is_not_always_one() {
        for (text, count) in [
            (TABLE, 1),
            ("a | b\n--- | ---\n1 | 2", 1),
            ("> | a |\n> | - |\n", 1),
            ("|a|\n|-|\n\n|b|\n|-|", 2),
            (r"| a \| b | c |\n| - | - |".replace("\\n", "\n").as_str(), 1),
            ("```\n| a | b |\n|---|---|\n```", 0),
            ("~~~\n| a |\n|---|\n", 0),
            ("````\n```\n| a |\n|---|\n````\n| b |\n|---|", 1),
            ("> ```\n> | a |\n> |---|\n> ```", 0),
            ("- | a |\n  |---|", 1),
            ("title\n---\ntext", 0),
            ("| a | b |\n|---|", 0),
            ("| a | b |\n| 1 | 2 |", 0),
        ] {
            assert_eq!(in_markdown(text), count, "{text}");
        }
    }
}
