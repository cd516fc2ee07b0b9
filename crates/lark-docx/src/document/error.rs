//! Why a document could not be read or written.

use std::{error, fmt, io};

use super::Write;
use crate::block::BlockError;

/// Why a document could not be read or written.
#[derive(Debug)]
#[non_exhaustive]
pub enum DocumentError {
    /// A call failed.
    Call(lark_core::Error),
    /// The blocks are no tree, or the platform would not take them.
    Block(BlockError),
    /// Somebody kept changing the document while it was read.
    #[non_exhaustive]
    Changed {
        /// Id of the document.
        document_id: String,
        /// The revision at the beginning.
        from: i64,
        /// The revision at the end.
        to: i64,
    },
    /// A file of an image could not be written or read.
    #[non_exhaustive]
    File {
        /// Its path or address.
        path: String,
        /// What happened.
        error: io::Error,
    },
    /// The platform did not answer what its documents say.
    #[non_exhaustive]
    Response {
        /// What is missing, and where.
        reason: String,
    },
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(error) => error.fmt(f),
            Self::Block(error) => error.fmt(f),
            Self::Changed { document_id, from, to } => {
                write!(
                    f,
                    "document {document_id} changed while it was read: revision {from} became {to}"
                )
            }
            Self::File { path, error } => write!(f, "{path}: {error}"),
            Self::Response { reason } => f.write_str(reason),
        }
    }
}

/// Without a source, because the text has all of it.
impl error::Error for DocumentError {}

impl From<lark_core::Error> for DocumentError {
    fn from(error: lark_core::Error) -> Self {
        Self::Call(error)
    }
}

impl From<BlockError> for DocumentError {
    fn from(error: BlockError) -> Self {
        Self::Block(error)
    }
}

/// Why a document was not written to its end, and how to go on.
///
/// ```no_run
/// # async fn import(client: lark_core::Client, text: &str) -> Result<(), Box<dyn std::error::Error>> {
/// use lark_docx::document;
///
/// let mut written = document::from_markdown(&client, text).await;
/// for _ in 0..3 {
///     let Err(error) = written else { break };
///     eprintln!("{error}");
///     // What is there already is not written again.
///     written = error.resume().await;
/// }
/// # Ok(())
/// # }
/// ```
pub struct WriteError {
    pub(super) cause: DocumentError,
    pub(super) rest: Box<Write>,
}

impl WriteError {
    /// What happened.
    #[must_use]
    pub fn cause(&self) -> &DocumentError {
        &self.cause
    }

    /// The document; `None` if it was not created yet.
    #[must_use]
    pub fn document_id(&self) -> Option<&str> {
        self.rest.state.document_id.as_deref()
    }

    /// How many blocks are written.
    #[must_use]
    pub fn written(&self) -> usize {
        self.rest.state.written
    }

    /// How many blocks there are.
    #[must_use]
    pub fn total(&self) -> usize {
        self.rest.state.total
    }

    /// The rest of the work. A call whose outcome is not known is sent again with the same
    /// `client_token`, so that nothing is written twice.
    #[must_use = "the rest is not written until it is awaited"]
    pub fn resume(self) -> Write {
        *self.rest
    }
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (written, total) = (self.written(), self.total());
        let cause = &self.cause;
        match self.document_id() {
            None => write!(f, "no document was created: {cause}"),
            Some(id) if !self.rest.state.is_planned => {
                write!(f, "document {id} was not changed: {cause}")
            }
            // What differs is in blocks that are there.
            Some(id) if total == 0 => write!(f, "document {id} is changed in part: {cause}"),
            Some(id) => write!(f, "{written} of {total} blocks are in document {id}: {cause}"),
        }
    }
}

impl fmt::Debug for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WriteError")
            .field("cause", &self.cause)
            .field("document_id", &self.document_id())
            .field("written", &self.written())
            .field("total", &self.total())
            .finish()
    }
}

/// Without a source, because the text has all of it.
impl error::Error for WriteError {}
