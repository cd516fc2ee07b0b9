//! Documents that are read: all pages of blocks, of a single revision.

use lark_core::{Client, Items, UserIdType};

use super::DocumentError;
use crate::block::{Assembly, Block};
use crate::v1;
use crate::v1::document_block::ListDocumentBlockRequest;

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

impl Document {
    /// A document whose blocks were kept as [`v1::document_block::list`] returned them: its page is
    /// [`read_tree`](crate::block::read_tree) of them. They must be of `revision`.
    #[must_use]
    pub fn new(id: impl Into<String>, revision: i64, page: Block) -> Self {
        Self { id: id.into(), title: page.plain_text(), revision, page }
    }
}

/// Reads a document: one call for each 500 blocks, and two more to be sure that they belong
/// together. A document that changes meanwhile is read again, three times at most.
///
/// # Errors
/// See [`DocumentError`].
pub async fn read(client: &Client, document_id: &str) -> Result<Document, DocumentError> {
    let head = head(client, document_id).await?;
    read_with(client, document_id, head, None).await
}

pub(super) async fn read_with(
    client: &Client,
    document_id: &str,
    head: Head,
    user_id_type: Option<&UserIdType>,
) -> Result<Document, DocumentError> {
    let mut attempts = Attempts::new(document_id, head);
    loop {
        let read = whole(client, document_id, user_id_type).await;
        if let Some(page) = attempts.settle(client, read).await? {
            let Attempts { document_id: id, title, revision, .. } = attempts;
            return Ok(Document { id, title, revision, page });
        }
    }
}

async fn whole(
    client: &Client,
    document_id: &str,
    user_id_type: Option<&UserIdType>,
) -> Result<Block, DocumentError> {
    let mut blocks = Blocks::of(client, document_id, user_id_type);
    let mut children = Vec::new();
    while let Some(block) = blocks.next().await? {
        children.push(block);
    }
    Ok(blocks.page()?.with_children(children))
}

/// The blocks at the top of a document, each with everything below it, as their pages come.
pub(super) struct Blocks {
    items: Items<ListDocumentBlockRequest>,
    assembly: Assembly,
    is_ended: bool,
}

impl Blocks {
    pub(super) fn of(
        client: &Client,
        document_id: &str,
        user_id_type: Option<&UserIdType>,
    ) -> Self {
        let mut list = v1::document_block::list(document_id).page_size(PAGE_SIZE);
        list.user_id_type = user_id_type.cloned();
        let assembly = Assembly::new(document_id);
        Self { items: client.items(list), assembly, is_ended: false }
    }

    pub(super) async fn next(&mut self) -> Result<Option<Block>, DocumentError> {
        loop {
            if let Some(block) = self.assembly.next()? {
                return Ok(Some(block));
            }
            match self.items.next().await {
                _ if self.is_ended => return Ok(None),
                Some(block) => self.assembly.push(Box::new(block?)),
                None => {
                    self.is_ended = true;
                    self.assembly.end()?;
                }
            }
        }
    }

    /// The page, without what was at the top.
    pub(super) fn page(self) -> Result<Block, DocumentError> {
        Ok(self.assembly.finish()?)
    }
}

/// Readings of a document, until nobody changed it meanwhile.
pub(super) struct Attempts {
    document_id: String,
    pub(super) title: String,
    pub(super) revision: i64,
    first: i64,
    left: usize,
}

impl Attempts {
    /// `head` is that of the document before the first one.
    pub(super) fn new(document_id: &str, (revision, title): Head) -> Self {
        let document_id = document_id.to_owned();
        Self { document_id, title, revision, first: revision, left: ATTEMPTS }
    }

    /// What was read, if it is of one revision; `None` if it is to be read again. Blocks of two revisions
    /// may be no tree, too.
    pub(super) async fn settle<T>(
        &mut self,
        client: &Client,
        read: Result<T, DocumentError>,
    ) -> Result<Option<T>, DocumentError> {
        match read {
            Ok(_) | Err(DocumentError::Block(_)) => {
                let is_unchanged = self.is_unchanged(client).await?;
                if is_unchanged { read.map(Some) } else { Ok(None) }
            }
            Err(error) => Err(error),
        }
    }

    async fn is_unchanged(&mut self, client: &Client) -> Result<bool, DocumentError> {
        let (revision, title) = head(client, &self.document_id).await?;
        if revision == self.revision {
            return Ok(true);
        }
        (self.revision, self.title) = (revision, title);
        self.left -= 1;
        match self.left {
            0 => Err(DocumentError::Changed {
                document_id: self.document_id.clone(),
                from: self.first,
                to: revision,
            }),
            _ => Ok(false),
        }
    }
}

/// The revision and the title.
pub(super) type Head = (i64, String);

pub(super) async fn head(client: &Client, document_id: &str) -> Result<Head, DocumentError> {
    let response = client.send(v1::document::get(document_id)).await?;
    let document = response.document.unwrap_or_default();
    let revision = document.revision_id.ok_or_else(|| DocumentError::Response {
        reason: format!("the response has no revision of document {document_id}"),
    })?;
    Ok((revision, document.title.unwrap_or_default()))
}
