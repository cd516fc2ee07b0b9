//! The filter of a search in a table of Base.

use serde_json::{Map, Value};

/// Whether the cells of a record fit a filter: its conditions and the filters within it, all of them or
/// one. No filter fits every record.
pub(super) fn fits(filter: &Value, cells: &Map<String, Value>) -> bool {
    let list = |name: &str| filter[name].as_array().into_iter().flatten();
    let mut parts = list("conditions")
        .map(|condition| holds(condition, cells))
        .chain(list("children").map(|filter| fits(filter, cells)))
        .peekable();
    if parts.peek().is_none() {
        return true;
    }
    if filter["conjunction"] == "or" { parts.any(|it| it) } else { parts.all(|it| it) }
}

/// Whether a condition holds. One with an operator that is not here does.
fn holds(condition: &Value, cells: &Map<String, Value>) -> bool {
    let name = condition["field_name"].as_str().unwrap_or_default();
    let cell = texts(cells.get(name).unwrap_or(&Value::Null));
    let wanted = texts(&condition["value"]);
    let has = |of: fn(&str, &str) -> bool| cell.iter().any(|it| wanted.iter().any(|w| of(it, w)));
    let compares = |of: fn(f64, f64) -> bool| {
        let number = |texts: &[String]| texts.first()?.parse::<f64>().ok();
        number(&cell).zip(number(&wanted)).is_some_and(|(cell, wanted)| of(cell, wanted))
    };
    match condition["operator"].as_str().unwrap_or_default() {
        "is" => has(|cell, wanted| cell == wanted),
        "isNot" => !has(|cell, wanted| cell == wanted),
        "contains" => has(|cell, wanted| cell.contains(wanted)),
        "doesNotContain" => !has(|cell, wanted| cell.contains(wanted)),
        "isEmpty" => cell.is_empty(),
        "isNotEmpty" => !cell.is_empty(),
        "isGreater" => compares(|cell, wanted| cell > wanted),
        "isGreaterEqual" => compares(|cell, wanted| cell >= wanted),
        "isLess" => compares(|cell, wanted| cell < wanted),
        "isLessEqual" => compares(|cell, wanted| cell <= wanted),
        _ => true,
    }
}

/// What a cell shows: a text, a number, or the texts, names and ids in a list.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) if !text.is_empty() => vec![text.clone()],
        Value::Number(_) | Value::Bool(_) => vec![value.to_string()],
        Value::Array(all) => all.iter().flat_map(texts).collect(),
        Value::Object(fields) => {
            let shown = ["text", "name", "id"].iter().filter_map(|name| fields.get(*name));
            shown.flat_map(texts).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn conditions_are_of_cells() {
        let cells = json!({
            "Task": "Write the docs", "Hours": 4, "Done": false,
            "People": [{ "id": "ou_a", "name": "Ada" }], "Tags": ["a", "b"],
        });
        let cells = cells.as_object().expect("an object");
        let fits = |name: &str, operator: &str, value: Value| {
            let condition = json!({ "field_name": name, "operator": operator, "value": value });
            super::fits(&json!({ "conjunction": "and", "conditions": [condition] }), cells)
        };
        for (name, operator, value, expected) in [
            ("Task", "is", json!(["Write the docs"]), true),
            ("Task", "is", json!(["Write"]), false),
            ("Task", "contains", json!(["docs"]), true),
            ("Task", "doesNotContain", json!(["docs"]), false),
            ("Hours", "isGreater", json!(["3"]), true),
            ("Hours", "isLessEqual", json!(["3.5"]), false),
            ("People", "is", json!(["ou_a"]), true),
            ("Tags", "contains", json!(["b", "c"]), true),
            ("Due", "isEmpty", json!([]), true),
            ("Done", "isNot", json!(["true"]), true),
        ] {
            assert_eq!(fits(name, operator, value.clone()), expected, "{name} {operator} {value}");
        }
        let either = json!({ "conjunction": "or", "conditions": [
            { "field_name": "Task", "operator": "is", "value": ["x"] },
            { "field_name": "Hours", "operator": "is", "value": ["4"] },
        ] });
        assert!(super::fits(&either, cells));
        assert!(super::fits(&json!(null), cells));
    }
}
