//! What is in a folder, of whatever kind.

use serde_json::{Value, json};

use crate::services::Services;

/// A file, folder, document or shortcut, as folders list it.
#[derive(Clone, Debug)]
pub(in crate::platform) struct Entry {
    /// Counts up in the order of creation, of everything in Drive.
    pub(in crate::platform) serial: u64,
    pub(in crate::platform) token: String,
    pub(in crate::platform) kind: String,
    pub(in crate::platform) name: String,
    pub(in crate::platform) parent: String,
    pub(in crate::platform) owner: String,
    pub(in crate::platform) created_ms: u64,
    pub(in crate::platform) modified_ms: u64,
    /// Type and token of what a shortcut points to.
    pub(in crate::platform) target: Option<(String, String)>,
}

impl Entry {
    /// As a folder lists it.
    pub(super) fn listed(&self, services: &Services) -> Value {
        let mut listed = json!({
            "token": self.token,
            "name": self.name,
            "type": self.kind,
            "parent_token": self.parent,
            "url": self.url(services),
            "created_time": (self.created_ms / 1000).to_string(),
            "modified_time": (self.modified_ms / 1000).to_string(),
            "owner_id": self.owner,
        });
        if let Some((kind, token)) = &self.target {
            listed["shortcut_info"] = json!({ "target_type": kind, "target_token": token });
        }
        listed
    }

    /// As its metadata.
    pub(super) fn meta(&self, services: &Services) -> Value {
        json!({
            "doc_token": self.token,
            "doc_type": self.kind,
            "title": self.name,
            "owner_id": self.owner,
            "create_time": (self.created_ms / 1000).to_string(),
            "latest_modify_user": self.owner,
            "latest_modify_time": (self.modified_ms / 1000).to_string(),
            "url": self.url(services),
        })
    }

    pub(super) fn url(&self, services: &Services) -> String {
        let (kind, token) = match &self.target {
            Some((kind, token)) => (kind.as_str(), token),
            None => (self.kind.as_str(), &self.token),
        };
        let place = match kind {
            "folder" => "drive/folder",
            "sheet" => "sheets",
            "bitable" => "base",
            kind => kind,
        };
        format!("{}/{place}/{token}", services.base_url)
    }
}
