//! Where the bytes of an upload come from.

use std::fs::{self, File, Metadata};
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use bytes::Bytes;
use lark_core::FilePart;

use super::{UploadError, checksum};

/// What is uploaded: a path, from which one part at a time is read, or bytes in memory.
///
/// Anything that is a path becomes one: `upload::file(&client, "report.pdf")`.
#[derive(Clone, Debug)]
pub struct Source(Origin);

#[derive(Clone, Debug)]
enum Origin {
    Path(PathBuf),
    Bytes { name: String, bytes: Bytes },
}

/// What a source is like when an upload begins, to notice that it has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Snapshot {
    pub(super) size: u64,
    pub(super) stamp: Stamp,
}

/// What tells two contents of the same size apart, as well as can be had for little.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stamp {
    /// When the file was changed last, in nanoseconds since 1970.
    Modified(u64),
    /// Of bytes.
    Checksum(String),
}

/// A part in memory.
pub(super) struct Block {
    pub(super) file: FilePart,
    pub(super) size: u64,
    pub(super) checksum: String,
}

impl Source {
    /// A file on disk. It is opened when the upload is sent.
    #[must_use]
    pub fn path(path: impl Into<PathBuf>) -> Self {
        Self(Origin::Path(path.into()))
    }

    /// Bytes under a name.
    #[must_use]
    pub fn bytes(name: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self(Origin::Bytes { name: name.into(), bytes: bytes.into() })
    }

    /// The name that the file has unless it is given another: of a path, its last component.
    pub(super) fn name(&self) -> Option<String> {
        match &self.0 {
            Origin::Path(path) => Some(path.file_name()?.to_string_lossy().into_owned()),
            Origin::Bytes { name, .. } => Some(name.clone()),
        }
        .filter(|name| !name.is_empty())
    }

    /// How errors call it.
    pub(super) fn label(&self) -> String {
        match &self.0 {
            Origin::Path(path) => path.display().to_string(),
            Origin::Bytes { name, .. } => name.clone(),
        }
    }

    /// Size and time, without reading the file.
    pub(super) async fn snapshot(&self) -> Result<Snapshot, UploadError> {
        let snapshot = match &self.0 {
            Origin::Path(path) => {
                let path = path.clone();
                blocking(move || of_path(&path)).await?
            }
            Origin::Bytes { bytes, .. } => {
                Snapshot { size: bytes.len() as u64, stamp: Stamp::Checksum(checksum(bytes)) }
            }
        };
        match snapshot.size {
            0 => Err(UploadError::Empty { name: self.label() }),
            _ => Ok(snapshot),
        }
    }

    /// A part of the file, read now.
    pub(super) async fn block(&self, start: u64, size: u64) -> Result<Block, UploadError> {
        let name = self.name().unwrap_or_default();
        let bytes = match &self.0 {
            Origin::Path(path) => {
                let path = path.clone();
                blocking(move || read(&path, start, size)).await?
            }
            Origin::Bytes { bytes, .. } => {
                let position = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
                bytes.slice(position(start)..position(start + size))
            }
        };
        let checksum = checksum(&bytes);
        Ok(Block { size: bytes.len() as u64, file: FilePart::bytes(name, bytes), checksum })
    }
}

impl From<PathBuf> for Source {
    fn from(path: PathBuf) -> Self {
        Self::path(path)
    }
}

impl From<&PathBuf> for Source {
    fn from(path: &PathBuf) -> Self {
        Self::path(path)
    }
}

impl From<&Path> for Source {
    fn from(path: &Path) -> Self {
        Self::path(path)
    }
}

impl From<&str> for Source {
    fn from(path: &str) -> Self {
        Self::path(path)
    }
}

impl From<String> for Source {
    fn from(path: String) -> Self {
        Self::path(path)
    }
}

/// Does what waits for a disk where that holds nobody up.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, UploadError> + Send + 'static,
) -> Result<T, UploadError> {
    let task = tokio::task::spawn_blocking(work).await;
    // It is neither aborted nor does it panic, but the runtime may be shutting down.
    task.unwrap_or_else(|error| {
        Err(UploadError::State { reason: format!("reading was given up: {error}") })
    })
}

fn of_path(path: &Path) -> Result<Snapshot, UploadError> {
    let metadata = fs::metadata(path).map_err(|error| unreadable(path, error))?;
    if !metadata.is_file() {
        return Err(UploadError::NotAFile { path: path.display().to_string() });
    }
    Ok(Snapshot { size: metadata.len(), stamp: Stamp::Modified(modified(&metadata)) })
}

/// 0 where the system does not tell.
fn modified(metadata: &Metadata) -> u64 {
    let time = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    time.and_then(|time| u64::try_from(time.as_nanos()).ok()).unwrap_or_default()
}

fn read(path: &Path, start: u64, size: u64) -> Result<Bytes, UploadError> {
    let fill = || {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(start))?;
        let mut buffer = vec![0; usize::try_from(size).unwrap_or(usize::MAX)];
        file.read_exact(&mut buffer)?;
        Ok(Bytes::from(buffer))
    };
    fill().map_err(|error: std::io::Error| match error.kind() {
        // It has become shorter.
        ErrorKind::UnexpectedEof => UploadError::Changed { name: path.display().to_string() },
        _ => unreadable(path, error),
    })
}

fn unreadable(path: &Path, error: std::io::Error) -> UploadError {
    UploadError::Read { path: path.display().to_string(), error }
}
