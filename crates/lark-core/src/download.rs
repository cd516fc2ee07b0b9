//! Files that an operation answers with.

use bytes::Bytes;

use crate::transport::{Body, TransportError};

/// A file on its way: the answer of operations that send one.
///
/// ```no_run
/// # async fn run(mut file: lark_core::Download) -> Result<(), lark_core::TransportError> {
/// while let Some(chunk) = file.chunk().await? {
///     println!("{} bytes", chunk.len());
/// }
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Download {
    body: Body,
}

impl Download {
    pub(crate) fn new(body: Body) -> Self {
        Self { body }
    }

    /// The next piece of the file; `None` at its end.
    ///
    /// # Errors
    /// The connection broke or made no progress.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, TransportError> {
        self.body.chunk().await
    }

    /// The whole file in memory, if it is not longer than `limit` bytes.
    ///
    /// # Errors
    /// As [`chunk`](Self::chunk), or the file is longer.
    pub async fn bytes(self, limit: usize) -> Result<Bytes, TransportError> {
        self.body.collect(limit).await
    }
}
