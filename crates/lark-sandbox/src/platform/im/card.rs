//! Cards: their limits, and the reduced form in which they are received.

use serde_json::{Value, json};

use crate::http::{Rejection, codes};

/// Most tables of a card, in Markdown and as components.
const MOST_TABLES: usize = 5;
/// Most elements of a card of JSON 2.0.
const MOST_ELEMENTS: usize = 200;

/// Members that hold values of the app, or another format.
const NOT_ELEMENTS: [&str; 3] = ["chart_spec", "rows", "value"];

/// Rejects a card with too many elements or tables.
pub(super) fn check(card: &Value) -> Result<(), Rejection> {
    let is_v2 = card["schema"] == "2.0";
    let body = if is_v2 { &card["body"] } else { &card["elements"] };
    let refuse = |what: &str| {
        let reason = format!("ErrCode: 11310; ErrMsg: card {what} number over limit;");
        Err(codes::CARD_CONTENT.because(reason))
    };
    if is_v2 && count(&card["header"], &is_element) + count(body, &is_element) > MOST_ELEMENTS {
        return refuse("element");
    }
    let tables = |value: &Value| match value["tag"].as_str() {
        Some("table") => 1,
        Some("markdown") if is_v2 => value["content"].as_str().map_or(0, markdown_tables),
        _ => 0,
    };
    match count(body, &tables) > MOST_TABLES {
        true => refuse("table"),
        false => Ok(()),
    }
}

fn is_element(value: &Value) -> usize {
    usize::from(value["tag"].is_string())
}

/// The sum of what `own` says of each object.
fn count(value: &Value, own: &dyn Fn(&Value) -> usize) -> usize {
    match value {
        Value::Array(values) => values.iter().map(|value| count(value, own)).sum(),
        Value::Object(members) => {
            let inner = members.iter().filter(|(name, _)| !NOT_ELEMENTS.contains(&name.as_str()));
            own(value) + inner.map(|(_, value)| count(value, own)).sum::<usize>()
        }
        _ => 0,
    }
}

/// Rows of dashes below a row of as many cells, outside of code blocks.
fn markdown_tables(text: &str) -> usize {
    let (mut tables, mut fence, mut above): (usize, Option<&str>, &str) = (0, None, "");
    for line in text.lines().map(|line| line.trim_start_matches(['>', ' ']).trim_end()) {
        let mark = if line.starts_with('~') { '~' } else { '`' };
        let marker = &line[..line.len() - line.trim_start_matches(mark).len()];
        match fence {
            Some(open) if line.len() == marker.len() && marker.starts_with(open) => fence = None,
            Some(_) => {}
            None if marker.len() >= 3 => fence = Some(marker),
            None => tables += usize::from(is_delimiter(line) && cells(above) == cells(line)),
        }
        above = line;
    }
    tables
}

/// A row such as `|---|:-:|`.
fn is_delimiter(line: &str) -> bool {
    let is_cell = |cell: &str| cell.contains('-') && cell.chars().all(|c| "-: ".contains(c));
    line.contains('|') && inside(line).split('|').all(is_cell)
}

fn cells(line: &str) -> Option<usize> {
    let line = line.replace("\\|", "");
    line.contains('|').then(|| inside(&line).split('|').count())
}

/// A row without the bars at its ends.
fn inside(line: &str) -> &str {
    let line = line.strip_prefix('|').unwrap_or(line);
    line.strip_suffix('|').unwrap_or(line)
}

/// The content of a card's message: as it was sent, or reduced.
pub(super) fn shown(content: &str, as_sent: bool) -> String {
    if as_sent {
        return json!({ "user_dsl": content }).to_string();
    }
    let card: Value = serde_json::from_str(content).unwrap_or_default();
    let title = card["header"]["title"]["content"].as_str();
    let mut lines = Vec::new();
    let elements = match card["body"].is_object() {
        true => &card["body"]["elements"],
        false => &card["elements"],
    };
    reduce(elements, &mut lines);
    json!({ "title": title, "elements": lines }).to_string()
}

/// Adds a line for each element that shows something.
fn reduce(value: &Value, lines: &mut Vec<Vec<Value>>) {
    let text = |value: &Value| json!({ "tag": "text", "text": value });
    match value {
        Value::Array(values) => values.iter().for_each(|value| reduce(value, lines)),
        Value::Object(members) => match value["tag"].as_str() {
            Some("markdown" | "lark_md" | "plain_text") => {
                lines.push(vec![text(&value["content"])]);
            }
            Some("hr") => lines.push(vec![json!({ "tag": "hr" })]),
            Some("img") => {
                lines.push(vec![json!({ "tag": "img", "image_key": value["img_key"] })]);
            }
            Some("button") => {
                let (text, kind) = (&value["text"]["content"], &value["type"]);
                lines.push(vec![json!({ "tag": "button", "text": text, "type": kind })]);
            }
            Some("table") => {
                let columns = value["columns"].as_array().into_iter().flatten();
                let names: Vec<&Value> = columns.map(|column| &column["name"]).collect();
                for row in value["rows"].as_array().into_iter().flatten() {
                    let cells = names.iter().filter_map(|name| row.get(name.as_str()?));
                    lines.push(cells.map(text).collect());
                }
            }
            _ => {
                let shown = members
                    .iter()
                    .filter(|(name, _)| !["behaviors", "value", "options"].contains(&&***name));
                shown.for_each(|(_, value)| reduce(value, lines));
            }
        },
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_counted_outside_of_code_only() {
        for (text, count) in [
            ("| a | b |\n|---|:-:|\n| 1 | 2 |", 1),
            ("> | a |\n> | - |\n\n|b|\n|-|", 2),
            ("````\n```\n| a |\n|---|\n````\n| b |\n|---|", 1),
            ("| a | b |\n|---|", 0),
            ("a \\| b | c\n--- | ---", 1),
            ("title\n---", 0),
        ] {
            assert_eq!(markdown_tables(text), count, "{text}");
        }
    }
}
