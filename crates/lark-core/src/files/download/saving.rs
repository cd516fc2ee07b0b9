//! Saves a download to disk.

use std::io;
use std::mem;
use std::path::{Path, PathBuf};

use bytes::Bytes;

use super::Download;
use super::disposition::safe_name;
use super::partial::{Partial, Target};
use super::transfer::Piece;
use crate::error::{Cause, Error, FileError, Result, Stage};
use crate::files::new_file::blocking;
use crate::util::{Task, spawn_blocking};

/// Bytes per write: each write costs a change of threads.
const BATCH: usize = 256 * 1024;
/// The largest number of buffers that the system takes at once.
const MOST_PIECES: usize = 1024;

impl Download {
    /// Writes the file to `path` and returns its length in bytes. An existing file is replaced
    /// atomically, and only when the whole file is on the disk: it is written under another name in
    /// the same directory, flushed and renamed. Nothing is left behind if that fails or the future
    /// is dropped. A replaced file keeps its permissions; a symbolic link stays.
    ///
    /// # Errors
    /// Those of [`chunk`](Self::chunk), or of stage [`Save`](crate::Stage::Save), with the path: it
    /// is a directory, not a regular file or read-only, or its directory is missing or not
    /// writable, all of which is checked before the file is received; or the disk is full.
    pub async fn save_to(self, path: impl AsRef<Path>) -> Result<u64> {
        save_to(self, path.as_ref().to_owned()).await
    }

    /// Writes the file into the directory `dir`, under the name from the server, and returns the
    /// path. Otherwise like [`save_to`](Self::save_to).
    ///
    /// Only the part of the name after the last slash or backslash is used; control characters
    /// become `_`, and the part before the extension is cut to 200 bytes. Without a usable name it
    /// is `download`. An existing file is not replaced: the new one is then `name (2).ext`.
    ///
    /// # Errors
    /// Those of [`save_to`](Self::save_to).
    pub async fn save_into(self, dir: impl AsRef<Path>) -> Result<PathBuf> {
        save_into(self, dir.as_ref().to_owned()).await
    }
}

async fn save_to(mut download: Download, path: PathBuf) -> Result<u64> {
    let failed = failure(&download, &path);
    let target = path.clone();
    let begun = blocking(move || {
        let target = Target::check(&target)?;
        Ok((Partial::beside(&target)?, target))
    });
    let (partial, target) = begun.await.map_err(&failed)?;
    let partial = receive(&mut download, partial, &failed).await?;
    blocking(move || partial.finish(target)).await.map_err(&failed)?;
    Ok(download.transfer.received())
}

async fn save_into(mut download: Download, dir: PathBuf) -> Result<PathBuf> {
    let name = safe_name(&download.file_name().unwrap_or_default());
    let failed = failure(&download, &dir.join(&name));
    let directory = dir.clone();
    let partial = blocking(move || Partial::create(&directory)).await.map_err(&failed)?;
    let partial = receive(&mut download, partial, &failed).await?;
    blocking(move || partial.finish_as(&dir, &name)).await.map_err(&failed)
}

/// The error for a failure of the file at `path`.
fn failure(download: &Download, path: &Path) -> impl Fn(io::Error) -> Error + use<> {
    let operation = download.transfer.operation().to_owned();
    let (path, head) = (path.to_owned(), download.head.clone());
    move |error| {
        let cause = Cause::File(FileError::writing(&path, error));
        Error::new(&operation, Stage::Save, cause).with_response(&head)
    }
}

/// Receives the whole file.
async fn receive(
    download: &mut Download,
    partial: Partial,
    failed: &impl Fn(io::Error) -> Error,
) -> Result<Partial> {
    let mut writer = Writer::new(partial);
    download.transfer.restart_if_need_be();
    let received = loop {
        let pushed = match download.piece().await {
            Ok(None) => break Ok(()),
            Ok(Some(Piece::Data(data))) => writer.push(data).await,
            Ok(Some(Piece::StartOver)) => writer.restart().await,
            Err(error) => break Err(error),
        };
        if let Err(error) = pushed {
            break Err(failed(error));
        }
    };
    match received {
        Ok(()) => writer.finish().await.map_err(failed),
        Err(error) => {
            // Waits for the last write to end, so that nothing is left behind when the caller
            // looks.
            drop(writer.idle().await);
            Err(error)
        }
    }
}

/// Writes one batch while the next one is received.
struct Writer {
    state: State,
    queued: Vec<Bytes>,
    length: usize,
}

enum State {
    Idle(Partial),
    /// When this is dropped, the file is removed with the result.
    Busy(Task<io::Result<Partial>>),
    /// Return the error.
    Gone,
}

impl Writer {
    fn new(partial: Partial) -> Self {
        Self { state: State::Idle(partial), queued: Vec::new(), length: 0 }
    }

    async fn push(&mut self, piece: Bytes) -> io::Result<()> {
        self.length += piece.len();
        self.queued.push(piece);
        if self.length < BATCH && self.queued.len() < MOST_PIECES {
            return Ok(());
        }
        self.write().await
    }

    /// Starts to write the queued batch once the previous one is written.
    async fn write(&mut self) -> io::Result<()> {
        let mut partial = self.idle().await?;
        let pieces = mem::take(&mut self.queued);
        self.length = 0;
        self.state = State::Busy(spawn_blocking(move || {
            partial.write(&pieces)?;
            Ok(partial)
        }));
        Ok(())
    }

    async fn restart(&mut self) -> io::Result<()> {
        self.queued.clear();
        self.length = 0;
        let mut partial = self.idle().await?;
        self.state = State::Busy(spawn_blocking(move || {
            partial.restart()?;
            Ok(partial)
        }));
        Ok(())
    }

    async fn finish(mut self) -> io::Result<Partial> {
        self.write().await?;
        self.idle().await
    }

    async fn idle(&mut self) -> io::Result<Partial> {
        if let State::Busy(task) = &mut self.state {
            let written = task.await;
            self.state = State::Gone;
            return written.unwrap_or_else(|error| Err(error.into()));
        }
        match mem::replace(&mut self.state, State::Gone) {
            State::Idle(partial) => Ok(partial),
            State::Busy(_) | State::Gone => Err(io::Error::other("an earlier write has failed")),
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_full_disk_is_told_by_name_and_nothing_is_left() {
        let directory = std::env::temp_dir().join(format!("lark-full-{}", std::process::id()));
        std::fs::create_dir_all(&directory).expect("a directory for tests");
        let mut writer = Writer::new(Partial::full(&directory));
        let piece = Bytes::from(vec![7; BATCH]);
        writer.push(piece.clone()).await.expect("the first is on its way");
        let error = writer.push(piece).await.expect_err("the disk is full");
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        let text = FileError::writing(Path::new("/data/a.pdf"), error).to_string();
        assert!(text.starts_with("the disk is full: cannot write \"/data/a.pdf\": "), "{text}");
        drop(writer);
        assert_eq!(std::fs::read_dir(&directory).expect("it is there").count(), 0);
        std::fs::remove_dir(&directory).expect("it is empty");
    }
}
