//! Documents and blocks that are read.

use serde_json::{Value, json};

use super::document::{Document, plain_text};
use crate::http::Rejection;
use crate::platform::Call;
use crate::platform::page::List;

/// A document without its blocks.
pub(super) fn head(document: &Document) -> Value {
    let (id, title) = (document.id.as_str(), document.title());
    json!({ "document": { "document_id": id, "revision_id": document.revision, "title": title } })
}

/// `document.raw_content`: a line for each text.
pub(super) fn raw_content(document: &Document) -> Value {
    json!({ "content": lines(document).join("\n") })
}

/// The texts of all blocks that have one.
pub(super) fn lines(document: &Document) -> Vec<String> {
    let ids = document.preorder(&document.id);
    let texts =
        ids.iter().filter_map(|id| document.blocks.get(id)).map(|it| plain_text(&it.content));
    texts.filter(|it| !it.is_empty()).collect()
}

/// `document.block.list`: the page and everything below it.
pub(super) fn list(document: &Document, call: &Call) -> Result<Value, Rejection> {
    page(document, call, "blocks", document.preorder(&document.id))
}

/// `document.block.get`.
pub(super) fn get(document: &Document, call: &Call) -> Result<Value, Rejection> {
    document.block(call.path("block_id"))?;
    Ok(json!({ "block": document.render(call.path("block_id")) }))
}

/// `document.block.children.get`.
pub(super) fn children(document: &Document, call: &Call) -> Result<Value, Rejection> {
    let id = call.path("block_id");
    let children = document.block(id)?.children.clone();
    let ids = if call.is_set("with_descendants") { document.preorder(id) } else { children };
    page(document, call, id, ids)
}

fn page(document: &Document, call: &Call, of: &str, ids: Vec<String>) -> Result<Value, Rejection> {
    let scope = format!("{} {of}", document.id);
    let list = List { scope: &scope, key: "items", default_size: 500, largest: 500 };
    list.page(call, (1..).zip(ids), |id| document.render(&id))
}
