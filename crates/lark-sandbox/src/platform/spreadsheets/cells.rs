//! Values of cells, as requests have them.

use serde_json::Value;

use super::limits::WRONG_BODY;
use crate::http::Rejection;

/// Checks a value that is written: a text, a number, a boolean, null, a typed object, or a list of those
/// that a rich text consists of.
pub(super) fn check(value: &Value) -> Result<(), Rejection> {
    match value {
        Value::Array(parts) => parts.iter().try_for_each(|it| {
            let kind = it["type"].as_str().unwrap_or_default();
            match ["text", "url", "mention", "embed-image", "attachment"].contains(&kind) {
                true => check_object(it),
                false => Err(wrong(it)),
            }
        }),
        Value::Object(_) => check_object(value),
        _ => Ok(()),
    }
}

fn check_object(value: &Value) -> Result<(), Rejection> {
    let text = |name: &str| value[name].as_str().filter(|it| !it.is_empty());
    let is_good = match value["type"].as_str().unwrap_or_default() {
        "text" => value["text"].is_string(),
        "url" => text("text").is_some(),
        "formula" => text("text").is_some_and(|it| it.starts_with('=')),
        "mention" => match text("textType") {
            Some("fileToken") => text("text").is_some() && text("objType").is_some(),
            Some("email" | "openId" | "unionId") => text("text").is_some(),
            _ => false,
        },
        "multipleValue" => value["values"].as_array().is_some_and(|it| it.iter().all(is_option)),
        "embed-image" | "attachment" => text("fileToken").is_some(),
        _ => false,
    };
    if is_good { Ok(()) } else { Err(wrong(value)) }
}

fn is_option(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.contains(','),
        other => other.is_number() || other.is_boolean(),
    }
}

fn wrong(value: &Value) -> Rejection {
    WRONG_BODY.because(format!("{value} is no value of a cell"))
}
