//! Documents that are written: what a caller chooses, and what comes of it.

use std::future::IntoFuture;
use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use lark_core::{Client, FilePart, UserIdType};

use super::error::WriteError;
use super::images::Loader;
use super::pace::Pace;
use super::read::Document;
use super::run::State;
use super::source::Source;
use crate::block::Block;
use crate::markdown::Loss;

/// The platform's limit of edits of a document.
const EDITS_PER_SECOND: usize = 3;

/// A document that was written.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Written {
    /// Id of the document.
    pub document_id: String,
    /// Its revision after the last edit; `None` if there was nothing to edit.
    pub revision: Option<i64>,
    /// How many blocks were created.
    pub blocks: usize,
    /// How many blocks were changed in place.
    pub updated: usize,
    /// How many blocks were deleted, without those below them.
    pub deleted: usize,
    /// How many calls edited the document, and uploaded images.
    pub calls: usize,
    /// What the document says differently from the Markdown, or not at all.
    pub losses: Vec<Loss>,
}

/// How far a document is written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// The document, once it is created. Who cancels a write has it from here, to
    /// [`replace`] what is in it.
    pub document_id: Option<String>,
    /// Blocks that were created.
    pub written: usize,
    /// Blocks to be created.
    pub total: usize,
    /// Calls that were made.
    pub calls: usize,
}

/// What is to be done.
#[derive(Debug)]
pub(super) enum Goal {
    Create {
        title: Option<String>,
        folder: Option<String>,
    },
    Append,
    Replace,
    /// The text, for when the document is read again.
    Sync(Arc<str>),
}

/// A change of a document: its settings. Awaiting it makes the calls.
#[must_use = "nothing is written until it is awaited"]
pub struct Write {
    pub(super) client: Client,
    pub(super) goal: Goal,
    pub(super) loader: Loader,
    pub(super) pace: Pace,
    pub(super) user_id_type: Option<UserIdType>,
    pub(super) known: Option<Document>,
    pub(super) on_progress: Option<Arc<dyn Fn(Progress) + Send + Sync>>,
    pub(super) state: State,
}

/// Creates a document of Markdown.
///
/// The creation of the document itself is the one call that the platform cannot make idempotent: if
/// its response is lost, an empty document may stay behind.
pub fn from_markdown(client: &Client, markdown: &str) -> Write {
    let goal = Goal::Create { title: None, folder: None };
    of_markdown(client, goal, None, markdown)
}

/// Creates a document of blocks.
pub fn create(client: &Client, blocks: impl IntoIterator<Item = Block>) -> Write {
    let goal = Goal::Create { title: None, folder: None };
    Write::new(client, goal, State::new(None, Source::of_blocks(blocks)))
}

/// Adds Markdown at the end of a document.
pub fn append(client: &Client, document_id: impl Into<String>, markdown: &str) -> Write {
    of_markdown(client, Goal::Append, Some(document_id.into()), markdown)
}

/// Adds blocks at the end of a document.
pub fn append_blocks(
    client: &Client,
    document_id: impl Into<String>,
    blocks: impl IntoIterator<Item = Block>,
) -> Write {
    let state = State::new(Some(document_id.into()), Source::of_blocks(blocks));
    Write::new(client, Goal::Append, state)
}

/// Replaces the content of a document by Markdown. The new blocks come first, then the old ones are
/// deleted, so that a failure loses nothing. What somebody else writes meanwhile stays. See
/// [`sync`] to keep what is the same.
pub fn replace(client: &Client, document_id: impl Into<String>, markdown: &str) -> Write {
    of_markdown(client, Goal::Replace, Some(document_id.into()), markdown)
}

/// Makes a document say what the Markdown says, and changes only the blocks that differ. The others
/// keep their ids, their comments and their history.
///
/// Blocks that look the same as Markdown are the same: colours of text count, widths of columns do
/// not. Empty paragraphs stay where they are.
///
/// What somebody else adds between the reading and the last call is not deleted, but new blocks may
/// come beside the place where they should: the platform places them by counting. What somebody else changes
/// in a block that differs is overwritten. If an edit is refused because blocks are gone meanwhile, the document is
/// read again, three times at most.
pub fn sync(client: &Client, document_id: impl Into<String>, markdown: &str) -> Write {
    of_markdown(client, Goal::Sync(markdown.into()), Some(document_id.into()), markdown)
}

fn of_markdown(client: &Client, goal: Goal, document_id: Option<String>, markdown: &str) -> Write {
    Write::new(client, goal, State::new(document_id, Source::of_markdown(markdown)))
}

impl Write {
    fn new(client: &Client, goal: Goal, state: State) -> Self {
        Self {
            client: client.clone(),
            goal,
            loader: Loader::Nowhere,
            pace: Pace::new(EDITS_PER_SECOND),
            user_id_type: None,
            known: None,
            on_progress: None,
            state,
        }
    }

    /// The title of the document that is created. Without effect on one that is there.
    pub fn title(mut self, text: impl Into<String>) -> Self {
        if let Goal::Create { title, .. } = &mut self.goal {
            *title = Some(text.into());
        }
        self
    }

    /// The folder of the document that is created. Without effect on one that is there.
    pub fn folder(mut self, token: impl Into<String>) -> Self {
        if let Goal::Create { folder, .. } = &mut self.goal {
            *folder = Some(token.into());
        }
        self
    }

    /// Uploads images that are files in a folder: the paths of the Markdown start there and must not
    /// leave it. Images that are not found become links; [`Written::losses`] names them.
    pub fn images_from(mut self, folder: impl Into<PathBuf>) -> Self {
        self.loader = Loader::Folder(folder.into());
        self
    }

    /// Asks for the content of each image, by its address or path. `None` makes it a link.
    pub fn image_loader<F>(mut self, load: impl Fn(String) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = io::Result<Option<FilePart>>> + Send + 'static,
    {
        self.loader = Loader::Callback(Arc::new(move |source| Box::pin(load(source))));
        self
    }

    /// How many edits a second are sent; 0 for as many as there are. Default 3, the platform's
    /// limit for a document.
    pub fn edits_per_second(mut self, edits: usize) -> Self {
        self.pace = Pace::new(edits);
        self
    }

    /// The kind of the ids of mentioned users. Default `open_id`.
    pub fn user_id_type(mut self, user_id_type: impl Into<UserIdType>) -> Self {
        self.user_id_type = Some(user_id_type.into());
        self
    }

    /// The document as it was [`read`](super::read) before. If its revision is still the same, [`sync`]
    /// does not read it again, which saves a call for each 500 blocks. Read it with the same kind of
    /// user ids. Without effect on other changes, and on another document.
    pub fn known(mut self, document: Document) -> Self {
        self.known = Some(document);
        self
    }

    /// Called after each call.
    pub fn on_progress(mut self, hook: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.on_progress = Some(Arc::new(hook));
        self
    }
}

impl IntoFuture for Write {
    type Output = Result<Written, WriteError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(mut self) -> Self::IntoFuture {
        Box::pin(async move {
            match self.run().await {
                Ok(()) => Ok(self.state.into_written()),
                Err(cause) => Err(WriteError { cause, rest: Box::new(self) }),
            }
        })
    }
}
