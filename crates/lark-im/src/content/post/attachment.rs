//! Files below the text of a post.

use serde_json::{Value, json};

/// A file below the text of a [`Post`](super::Post).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PostAttachment {
    /// Its key: of an upload to be sent, of a message resource in a received post.
    pub file_key: String,
    /// Its name.
    pub file_name: String,
    /// Whether it is a folder; only received posts have those.
    pub is_folder: bool,
}

impl PostAttachment {
    pub(super) fn new(file_key: impl Into<String>, file_name: impl Into<String>) -> Self {
        Self { file_key: file_key.into(), file_name: file_name.into(), is_folder: false }
    }

    /// The form in which it is sent.
    pub(super) fn into_json(self) -> Value {
        json!({ "key": self.file_key, "name": self.file_name })
    }

    /// Reads both forms: that of received posts, and that in which it is sent.
    pub(super) fn from_json(value: &Value) -> Self {
        let text = |names: [&str; 2]| {
            let found = names.iter().find_map(|name| value[name].as_str());
            found.unwrap_or_default().to_owned()
        };
        Self {
            file_key: text(["file_key", "key"]),
            file_name: text(["file_name", "name"]),
            is_folder: value["is_folder"] == true,
        }
    }
}
