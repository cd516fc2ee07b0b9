//! Files that crates write piece by piece, and that are there once they are complete.

use std::io;
use std::path::PathBuf;

use super::download::partial::{Partial, Target};
use crate::util::spawn_blocking;

/// A file under another name until it is complete. It is removed if it is dropped before.
pub struct NewFile {
    /// `None` while a thread has it.
    partial: Option<Partial>,
    target: Target,
}

impl NewFile {
    /// Begins the file that will be at `path`, or replace what is there.
    ///
    /// # Errors
    /// Those of the file system.
    pub async fn create(path: PathBuf) -> io::Result<Self> {
        blocking(move || {
            let target = Target::check(&path)?;
            Ok(Self { partial: Some(Partial::beside(&target)?), target })
        })
        .await
    }

    /// Writes at its end.
    ///
    /// # Errors
    /// Those of the file system. Nothing more can be written then.
    pub async fn append(&mut self, data: Vec<u8>) -> io::Result<()> {
        self.with(move |partial| partial.append(&data)).await
    }

    /// Discards what was written.
    ///
    /// # Errors
    /// Those of the file system. Nothing more can be written then.
    pub async fn restart(&mut self) -> io::Result<()> {
        self.with(Partial::restart).await
    }

    /// Puts it in its place.
    ///
    /// # Errors
    /// Those of the file system.
    pub async fn finish(mut self) -> io::Result<()> {
        let partial = self.partial.take().ok_or_else(lost)?;
        blocking(move || partial.finish(self.target)).await
    }

    async fn with(
        &mut self,
        work: impl FnOnce(&mut Partial) -> io::Result<()> + Send + 'static,
    ) -> io::Result<()> {
        let mut partial = self.partial.take().ok_or_else(lost)?;
        let work = move || work(&mut partial).map(|()| partial);
        self.partial = Some(blocking(work).await?);
        Ok(())
    }
}

/// After a failure, or a write that was cancelled.
fn lost() -> io::Error {
    io::Error::other("an earlier write did not end well")
}

/// Runs work on the disk beside the tasks.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    spawn_blocking(work).await.unwrap_or_else(|error| Err(error.into()))
}
