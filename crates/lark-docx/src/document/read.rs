//! Documents that are read: all pages of blocks, of a single revision.

use lark_core::{Client, UserIdType};

use super::DocumentError;
use crate::block::{Block, read_tree};
use crate::v1;

/// How often a document is read that changes meanwhile.
const ATTEMPTS: usize = 3;
/// Blocks a page, the most that the platform has.
const PAGE_SIZE: i64 = 500;

/// A document with all its blocks.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Document {
    /// Id of the document.
    pub id: String,
    /// Its title, without styles.
    pub title: String,
    /// The revision that the blocks are of.
    pub revision: i64,
    /// The page, with everything below it.
    pub page: Block,
}

/// Reads a document: one call for each 500 blocks, and two more to be sure that they belong
/// together. A document that changes meanwhile is read again, three times at most.
///
/// # Errors
/// See [`DocumentError`].
pub async fn read(client: &Client, document_id: &str) -> Result<Document, DocumentError> {
    read_with(client, document_id, None).await
}

pub(super) async fn read_with(
    client: &Client,
    document_id: &str,
    user_id_type: Option<&UserIdType>,
) -> Result<Document, DocumentError> {
    let (mut before, mut title) = head(client, document_id).await?;
    let mut first = None;
    for _ in 0..ATTEMPTS {
        let mut list = v1::document_block::list(document_id).page_size(PAGE_SIZE);
        list.user_id_type = user_id_type.cloned();
        let mut items = client.items(list);
        let mut blocks = Vec::new();
        while let Some(block) = items.next().await {
            // A block is large, and the list is copied while it grows.
            blocks.push(Box::new(block?));
        }
        let (after, new_title) = head(client, document_id).await?;
        if after == before {
            let page = read_tree(document_id, blocks.into_iter().map(|it| *it))?;
            return Ok(Document { id: document_id.to_owned(), title, revision: after, page });
        }
        first.get_or_insert(before);
        (before, title) = (after, new_title);
    }
    let from = first.unwrap_or(before);
    Err(DocumentError::Changed { document_id: document_id.to_owned(), from, to: before })
}

/// The revision and the title.
async fn head(client: &Client, document_id: &str) -> Result<(i64, String), DocumentError> {
    let response = client.send(v1::document::get(document_id)).await?;
    let document = response.document.unwrap_or_default();
    let revision = document.revision_id.ok_or_else(|| DocumentError::Response {
        reason: format!("the response has no revision of document {document_id}"),
    })?;
    Ok((revision, document.title.unwrap_or_default()))
}
