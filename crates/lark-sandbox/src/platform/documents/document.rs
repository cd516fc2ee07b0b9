//! A document: its blocks, and what was done to it.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::kinds;
use super::limits::NOT_FOUND;
use crate::http::Rejection;
use crate::services::Services;
use crate::services::ids::hash;

/// A block. Its id is the key under which it is kept.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub(super) member: &'static str,
    /// Kinds that the sandbox does not know have a number and no member.
    pub(super) number: i64,
    pub(super) content: Value,
    pub(super) parent: String,
    pub(super) children: Vec<String>,
}

/// A document of a tenant.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) id: String,
    pub(super) revision: i64,
    pub(super) blocks: HashMap<String, Block>,
    /// The folder it is in, whose token is empty if it is the root; None in a wiki.
    pub(super) folder: Option<String>,
    /// The id of its owner.
    pub(super) owner: String,
    /// Counts up in the order of creation, of everything in Drive.
    pub(super) serial: u64,
    pub(super) created_ms: u64,
    pub(super) edited_ms: u64,
    /// Responses by client token, with what was asked for.
    answered: HashMap<String, (u64, Value)>,
}

impl Document {
    pub(super) fn new(id: &str, title: &str) -> Self {
        let page = Block {
            member: "page",
            number: 1,
            content: text(title),
            parent: String::new(),
            children: Vec::new(),
        };
        let blocks = HashMap::from([(id.to_owned(), page)]);
        Self {
            id: id.to_owned(),
            revision: 1,
            blocks,
            folder: None,
            owner: String::new(),
            serial: 0,
            created_ms: SEEDED_MS,
            edited_ms: SEEDED_MS,
            answered: HashMap::new(),
        }
    }

    /// Gives it another title.
    pub(super) fn rename(&mut self, title: &str, now_ms: u64) {
        if let Some(page) = self.blocks.get_mut(&self.id) {
            page.content = text(title);
        }
        self.revision += 1;
        self.edited_ms = now_ms;
    }

    pub(super) fn title(&self) -> String {
        self.blocks.get(&self.id).map(|it| plain_text(&it.content)).unwrap_or_default()
    }

    pub(super) fn block(&self, id: &str) -> Result<&Block, Rejection> {
        self.blocks.get(id).ok_or_else(|| NOT_FOUND.because(format!("no block {id}")))
    }

    pub(super) fn block_mut(&mut self, id: &str) -> Result<&mut Block, Rejection> {
        self.blocks.get_mut(id).ok_or_else(|| NOT_FOUND.because(format!("no block {id}")))
    }

    /// Adds a block at the end of its parent; its id.
    pub(super) fn add(
        &mut self,
        id: String,
        parent: &str,
        member: &'static str,
        content: Value,
    ) -> String {
        let number = kinds::number(member).unwrap_or(999);
        let parent_id = parent.to_owned();
        let block = Block { member, number, content, parent: parent_id, children: Vec::new() };
        self.blocks.insert(id.clone(), block);
        if let Some(parent) = self.blocks.get_mut(parent) {
            parent.children.push(id.clone());
        }
        id
    }

    /// Removes a block with everything below it.
    pub(super) fn remove(&mut self, id: &str) {
        let mut left = vec![id.to_owned()];
        while let Some(id) = left.pop() {
            if let Some(block) = self.blocks.remove(&id) {
                left.extend(block.children);
            }
        }
    }

    /// The ids of a block and of everything below it, parents first.
    pub(super) fn preorder(&self, id: &str) -> Vec<String> {
        let mut order = Vec::new();
        let mut left = vec![id.to_owned()];
        while let Some(id) = left.pop() {
            if let Some(block) = self.blocks.get(&id) {
                left.extend(block.children.iter().rev().cloned());
            }
            order.push(id);
        }
        order
    }

    /// A block as it travels.
    pub(super) fn render(&self, id: &str) -> Value {
        let Some(block) = self.blocks.get(id) else { return Value::Null };
        let mut map = Map::new();
        map.insert("block_id".to_owned(), id.into());
        map.insert("block_type".to_owned(), block.number.into());
        map.insert("parent_id".to_owned(), block.parent.as_str().into());
        if !block.children.is_empty() {
            map.insert("children".to_owned(), json!(block.children));
        }
        if !block.member.is_empty() {
            let mut content = block.content.clone();
            if block.member == "table" {
                content["cells"] = json!(block.children);
            }
            map.insert(block.member.to_owned(), content);
        }
        map.into()
    }

    /// Runs an edit once for each client token: a repeated call gets the response of the first.
    pub(super) fn once(
        &mut self,
        now_ms: u64,
        token: Option<&str>,
        asked: &Value,
        edit: impl FnOnce(&mut Self) -> Result<Value, Rejection>,
    ) -> Result<Value, Rejection> {
        let asked = hash(&asked.to_string());
        if let Some((before, response)) = token.and_then(|it| self.answered.get(it)) {
            return match *before == asked {
                true => Ok(response.clone()),
                false => {
                    Err(super::limits::INVALID.because("client_token was used for another edit"))
                }
            };
        }
        let mut response = edit(self)?;
        self.revision += 1;
        self.edited_ms = now_ms;
        response["document_revision_id"] = self.revision.into();
        response["client_token"] = token.unwrap_or_default().into();
        if let Some(token) = token {
            self.answered.insert(token.to_owned(), (asked, response.clone()));
        }
        Ok(response)
    }
}

/// An id of a document or block: 27 characters.
pub(super) fn new_id(services: &Services) -> String {
    services.ids.token(PREFIX)
}

/// When the documents were made that every tenant has: in September 2026.
const SEEDED_MS: u64 = 1_790_000_000_000;

/// How ids of documents of the sandbox begin.
pub(super) const PREFIX: &str = "doxcn";

/// The content of a text block.
pub(super) fn text(content: &str) -> Value {
    json!({ "elements": [{ "text_run": { "content": content, "text_element_style": {} } }], "style": {} })
}

/// A text without its styles.
pub(super) fn plain_text(content: &Value) -> String {
    let elements = content["elements"].as_array().into_iter().flatten();
    let plain = |it: &Value| {
        let text =
            it["text_run"]["content"].as_str().or_else(|| it["equation"]["content"].as_str());
        text.or_else(|| it["mention_doc"]["title"].as_str()).unwrap_or_default().to_owned()
    };
    elements.map(plain).collect()
}
