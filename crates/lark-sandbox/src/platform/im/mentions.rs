//! Who is mentioned: written `<at user_id="ou_x">Tom</at>` in a text, an element in a post; read back
//! as `@_user_1`, with a list of who that is.

use serde_json::{Value, json};

use crate::platform::contact::{Directory, UserIdType};

/// The key of everybody, whom the list does not have.
const EVERYONE: &str = "@_all";

/// The keys that a message has given out.
pub(super) struct Keys<'d> {
    directory: &'d Directory,
    pub(super) mentions: Vec<Value>,
}

/// Who a key stands for.
pub(super) struct Key {
    pub(super) key: String,
    pub(super) name: String,
}

impl<'d> Keys<'d> {
    pub(super) fn new(directory: &'d Directory) -> Self {
        Self { directory, mentions: Vec::new() }
    }

    /// The key of a person or a bot, by any of their ids, and their name: of a person the one that
    /// the directory has, otherwise `name`.
    pub(super) fn key(&mut self, id: &str, name: &str) -> Key {
        if id == "all" || id == EVERYONE {
            return Key { key: EVERYONE.to_owned(), name: name.to_owned() };
        }
        let key = format!("@_user_{}", self.mentions.len() + 1);
        let kinds = [UserIdType::Open, UserIdType::Union, UserIdType::User];
        let user = kinds.into_iter().find_map(|kind| self.directory.find_user(kind, id));
        let id = user.map_or(id, |user| &user.open_id);
        let name = user.map_or(name, |user| user.text("name")).to_owned();
        let tenant_key = self.directory.tenant_key();
        self.mentions.push(json!({
            "key": key, "id": id, "id_type": "open_id", "name": name, "tenant_key": tenant_key,
        }));
        Key { key, name }
    }

    /// The text with keys in place of mentions.
    pub(super) fn of_text(&mut self, text: &str) -> String {
        let mut rest = text;
        let mut written = String::new();
        while let Some((before, at, after)) = next(rest) {
            written.push_str(before);
            written.push_str(&self.key(at.id, at.name).key);
            rest = after;
        }
        written.push_str(rest);
        written
    }
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
