//! Tables of cards as tables of Markdown.

use serde_json::Value;

use super::escape::Paragraph;
use super::inline::{markdown, text};
use super::time::moment;
use crate::content::mentions::Mentions;

/// A table: a row of headings, and its rows.
pub(super) fn table(table: &Value, mentions: &Mentions) -> String {
    let columns = table["columns"].as_array().map(Vec::as_slice).unwrap_or_default();
    if columns.is_empty() {
        return String::new();
    }
    let heading = |column: &Value| {
        let mut names = ["display_name", "name"].iter().filter_map(|name| column[name].as_str());
        plain(names.find(|it| !it.is_empty()).unwrap_or_default(), mentions)
    };
    let row = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
    let mut lines = vec![
        row(columns.iter().map(heading).collect()),
        row(vec!["---".to_owned(); columns.len()]),
    ];
    for values in table["rows"].as_array().into_iter().flatten() {
        let cell = |column: &Value| {
            let name = column["name"].as_str().unwrap_or_default();
            let kind = column["data_type"].as_str().unwrap_or_default();
            cell(&values[name], kind, mentions)
        };
        lines.push(row(columns.iter().map(cell).collect()));
    }
    lines.join("\n")
}

fn cell(value: &Value, kind: &str, mentions: &Mentions) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(it) if matches!(kind, "markdown" | "lark_md") => {
            markdown(it, mentions).replace('|', "\\|").replace('\n', "<br>")
        }
        Value::String(it) => plain(it, mentions),
        Value::Number(ms) if kind == "date" => ms.as_i64().map_or_else(String::new, moment),
        Value::Array(items) => {
            let items = items.iter().map(|it| cell(it, kind, mentions));
            items.collect::<Vec<_>>().join(", ")
        }
        // An option has a text and a colour, and the platform's own form holds the value in `data`.
        Value::Object(members) => {
            let inner = ["text", "data"].iter().find_map(|name| members.get(*name));
            inner.map_or_else(String::new, |it| cell(it, kind, mentions))
        }
        other => plain(&other.to_string(), mentions),
    }
}

fn plain(it: &str, mentions: &Mentions) -> String {
    let mut paragraph = Paragraph::cell();
    text(&mut paragraph, it, mentions);
    paragraph.finish()
}
