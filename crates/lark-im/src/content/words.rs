//! The words in JSON whose shape is unknown.

use serde_json::Value;

/// Names of members that hold no words for a reader.
const NOT_WORDS: [&str; 12] = [
    "tag",
    "style",
    "styles",
    "type",
    "id",
    "href",
    "url",
    "emoji_type",
    "language",
    "value",
    "width",
    "height",
];

/// The texts within `value`, in its order, apart from keys, ids and names of styles.
pub(super) fn of(value: &Value) -> Vec<&str> {
    let mut words = Vec::new();
    collect(value, &mut words);
    words
}

fn collect<'a>(value: &'a Value, words: &mut Vec<&'a str>) {
    match value {
        Value::String(text) if !text.trim().is_empty() => words.push(text),
        Value::Array(items) => items.iter().for_each(|item| collect(item, words)),
        Value::Object(members) => {
            for (name, value) in members {
                let is_key = name.ends_with("_key") || name.ends_with("_id");
                if !is_key && !NOT_WORDS.contains(&name.as_str()) {
                    collect(value, words);
                }
            }
        }
        _ => {}
    }
}
