//! Posts: sent in one or more languages, stored and shown in the form in which they are received.

use serde_json::{Map, Value, json};

use super::mentions::Keys;

/// Languages in the order in which one of several is shown.
const LOCALES: [&str; 3] = ["zh_cn", "en_us", "ja_jp"];

/// Files below the text stand beside the languages.
const FILES: &str = "files";

/// Whether this is a post to be sent: one or more languages, each with lines, and perhaps files, each
/// with a key and a name.
pub(super) fn is_sendable(content: &Value) -> bool {
    let members = content.as_object().into_iter().flatten();
    let mut languages = members.filter(|(name, _)| *name != FILES).peekable();
    let has_text = |file: &Value, name: &str| file[name].as_str().is_some_and(|it| !it.is_empty());
    let has_files = match content.get(FILES) {
        None => true,
        Some(Value::Array(files)) => {
            files.iter().all(|file| has_text(file, "key") && has_text(file, "name"))
        }
        Some(_) => false,
    };
    has_files && languages.peek().is_some() && languages.all(|(_, post)| post["content"].is_array())
}

/// Whether it has the form of received posts, in which people write.
pub(super) fn is_received(content: &Value) -> bool {
    content["content"].is_array()
}

/// The form of received posts: one language without its name, `style` everywhere, keys instead of the
/// people who are mentioned, and plain text instead of Markdown, which has a member of its own.
pub(super) fn received(content: &Value, keys: &mut Keys<'_>) -> Value {
    let language = match is_received(content) {
        true => content,
        false => {
            let chosen = LOCALES.iter().find_map(|name| content.get(name));
            let members = content.as_object().into_iter().flatten();
            let first = members.filter(|(name, _)| *name != FILES).map(|(_, post)| post).next();
            chosen.or(first).unwrap_or(&Value::Null)
        }
    };
    let lines = language["content"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut has_markdown = false;
    let shown: Vec<Value> = lines
        .iter()
        .map(|line| {
            let elements = line.as_array().map(Vec::as_slice).unwrap_or_default();
            has_markdown |= elements.iter().any(|it| it["tag"] == "md");
            elements.iter().map(|it| element(it, keys)).collect()
        })
        .collect();
    let title = language["title"].as_str().unwrap_or_default();
    let mut post = json!({ "title": title, "content": shown });
    if has_markdown {
        post["content_v2"] = json!(lines);
    }
    let files = content[FILES].as_array().or_else(|| language[FILES].as_array());
    if let Some(files) = files {
        post[FILES] = files.iter().map(file).collect();
    }
    post
}

fn element(element: &Value, keys: &mut Keys<'_>) -> Value {
    let mut shown = element.as_object().cloned().unwrap_or_default();
    match element["tag"].as_str().unwrap_or_default() {
        "text" | "a" => styled(&mut shown),
        "md" => {
            shown = Map::from_iter([
                ("tag".to_owned(), "text".into()),
                ("text".to_owned(), element["text"].clone()),
            ]);
            styled(&mut shown);
        }
        "at" => {
            let id = element["user_id"].as_str().unwrap_or_default();
            let name = element["user_name"].as_str().unwrap_or_default();
            let key = keys.key(id, name);
            shown.insert("user_id".to_owned(), key.key.into());
            shown.insert("user_name".to_owned(), key.name.into());
            styled(&mut shown);
        }
        _ => {}
    }
    shown.into()
}

fn styled(element: &mut Map<String, Value>) {
    element.entry("style").or_insert_with(|| json!([]));
}

/// A file has other names for its key and its name when it is received.
fn file(file: &Value) -> Value {
    let key = file.get("key").unwrap_or(&file["file_key"]);
    let name = file.get("name").unwrap_or(&file["file_name"]);
    let is_folder = file["is_folder"] == true;
    json!({ "file_key": key, "file_name": name, "is_folder": is_folder })
}
