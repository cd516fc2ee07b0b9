//! A node of a wiki.

use serde_json::{Value, json};

use super::Ctx;

/// A node: a place in a space, and the document behind it.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) serial: u64,
    pub(super) token: String,
    pub(super) space_id: String,
    /// The token of its parent; empty at the top.
    pub(super) parent: String,
    pub(super) obj_token: String,
    pub(super) obj_type: String,
    /// The node that a shortcut points to.
    pub(super) origin: Option<String>,
    pub(super) creator: String,
    /// Its title, unless its document has one.
    pub(super) title: String,
    pub(super) created_ms: u64,
}

impl Node {
    /// A node as it travels. Title and times of a document are those of the document.
    pub(super) fn render(&self, ctx: &Ctx<'_>) -> Value {
        let entry = ctx.documents.entry(ctx.call.tenant_key(), &self.obj_token);
        let created = entry.as_ref().map_or(self.created_ms, |it| it.created_ms);
        let edited = entry.as_ref().map_or(self.created_ms, |it| it.modified_ms);
        let title = entry.map_or_else(|| self.title.clone(), |it| it.name);
        let origin = self.origin.as_ref().and_then(|it| ctx.store.nodes.get(it));
        let seconds = |ms: u64| (ms / 1000).to_string();
        json!({
            "space_id": self.space_id,
            "node_token": self.token,
            "obj_token": self.obj_token,
            "obj_type": self.obj_type,
            "parent_node_token": self.parent,
            "node_type": if self.origin.is_some() { "shortcut" } else { "origin" },
            "origin_node_token": self.origin.as_deref().unwrap_or(&self.token),
            "origin_space_id": origin.map_or(&self.space_id, |it| &it.space_id),
            "has_child": ctx.store.children_of(&self.space_id, &self.token).is_some(),
            "title": title,
            "obj_create_time": seconds(created),
            "obj_edit_time": seconds(edited),
            "node_create_time": seconds(self.created_ms),
            "creator": self.creator,
            "owner": self.creator,
            "node_creator": self.creator,
            "url": format!("{}/wiki/{}", ctx.services.base_url, self.token),
        })
    }
}
