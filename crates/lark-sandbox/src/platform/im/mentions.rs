//! People mentioned in a text: written `<at user_id="ou_x">Tom</at>`, read back as `@_user_1` with
//! a list of who that is.

use serde_json::{Value, json};

use crate::platform::contact::{Directory, UserIdType};

/// The text with keys in place of mentions, and the mentions; None if it has none.
pub(super) fn extract(directory: &Directory, text: &str) -> Option<(String, Vec<Value>)> {
    let mut rest = text;
    let mut written = String::new();
    let mut mentions = Vec::new();
    while let Some((before, at, after)) = next(rest) {
        written.push_str(before);
        if at.id == "all" {
            written.push_str("@_all");
        } else {
            let key = format!("@_user_{}", mentions.len() + 1);
            written.push_str(&key);
            mentions.push(mention(directory, &key, &at));
        }
        rest = after;
    }
    if rest.len() == text.len() {
        return None;
    }
    written.push_str(rest);
    Some((written, mentions))
}

struct At<'a> {
    id: &'a str,
    name: &'a str,
}

/// The text before the next mention, the mention, and the text after it.
fn next(text: &str) -> Option<(&str, At<'_>, &str)> {
    let (before, tag) = text.split_once("<at user_id=\"")?;
    let (id, tag) = tag.split_once("\">")?;
    let (name, after) = tag.split_once("</at>")?;
    Some((before, At { id, name }, after))
}

fn mention(directory: &Directory, key: &str, at: &At<'_>) -> Value {
    let kinds = [UserIdType::Open, UserIdType::Union, UserIdType::User];
    let user = kinds.into_iter().find_map(|kind| directory.find_user(kind, at.id));
    let id = user.map_or(at.id, |user| &user.open_id);
    let name = user.map_or(at.name, |user| user.text("name"));
    let tenant_key = directory.tenant_key();
    json!({ "key": key, "id": id, "id_type": "open_id", "name": name, "tenant_key": tenant_key })
}
