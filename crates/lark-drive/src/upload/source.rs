//! Sources of uploads.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use adler2::Adler32;
use bytes::Bytes;
use lark_core::FilePart;

use super::{UploadError, checksum};

/// Size of a read for a checksum: it fits into the caches of a processor.
const READ_SIZE: usize = 128 * 1024;

/// What is uploaded: a file at a path, or bytes in memory. Write a stream to a file first: its size is
/// not known in advance, and its parts could not be sent again.
///
/// Paths convert into it: `upload::file(&client, "report.pdf")`.
#[derive(Clone, Debug)]
pub struct Source(Origin);

#[derive(Clone, Debug)]
enum Origin {
    Path(PathBuf),
    Bytes { name: String, bytes: Bytes },
}

/// Size and fingerprint of a source when an upload begins, to detect changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Snapshot {
    pub(super) size: u64,
    pub(super) fingerprint: Fingerprint,
}

/// A cheap way to detect that a content of the same size has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fingerprint {
    /// Modification time of a file, in nanoseconds since 1970.
    Modified(u64),
    /// Checksum of bytes in memory.
    Checksum(String),
}

/// A part, or a file that is sent in one request. A file at a path is read twice, because its checksum
/// is sent before the content, and it is never in memory as a whole.
pub(super) struct Block {
    pub(super) file: FilePart,
    pub(super) size: u64,
    pub(super) checksum: String,
}

impl Source {
    /// A file at this path. It is opened when the upload is sent.
    #[must_use]
    pub fn path(path: impl Into<PathBuf>) -> Self {
        Self(Origin::Path(path.into()))
    }

    /// Bytes in memory, with a file name.
    #[must_use]
    pub fn bytes(name: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self(Origin::Bytes { name: name.into(), bytes: bytes.into() })
    }

    /// The default name of the file: the last component of a path.
    pub(crate) fn name(&self) -> Option<String> {
        match &self.0 {
            Origin::Path(path) => Some(path.file_name()?.to_string_lossy().into_owned()),
            Origin::Bytes { name, .. } => Some(name.clone()),
        }
        .filter(|name| !name.is_empty())
    }

    /// The name in errors.
    pub(super) fn label(&self) -> String {
        match &self.0 {
            Origin::Path(path) => path.display().to_string(),
            Origin::Bytes { name, .. } => name.clone(),
        }
    }

    /// The size and fingerprint, without reading a file.
    pub(super) async fn snapshot(&self) -> Result<Snapshot, UploadError> {
        let snapshot = match &self.0 {
            Origin::Path(path) => {
                let path = path.clone();
                blocking(move || snapshot_of(&path)).await?
            }
            Origin::Bytes { bytes, .. } => Snapshot {
                size: bytes.len() as u64,
                fingerprint: Fingerprint::Checksum(checksum(bytes)),
            },
        };
        match snapshot.size {
            0 => Err(UploadError::Empty { name: self.label() }),
            _ => Ok(snapshot),
        }
    }

    /// Checks that the source has not changed. Of a file that was modified in the meantime, the platform
    /// would get a mix of both contents.
    pub(super) async fn check(&self, before: &Snapshot) -> Result<(), UploadError> {
        // Bytes in memory do not change.
        if matches!(self.0, Origin::Path(_)) && self.snapshot().await? != *before {
            return Err(UploadError::Changed { name: self.label() });
        }
        Ok(())
    }

    /// `size` bytes from `start` on, with a file name for the form.
    pub(super) async fn block(
        &self,
        name: &str,
        start: u64,
        size: u64,
    ) -> Result<Block, UploadError> {
        let (file, checksum) = match &self.0 {
            Origin::Path(path) => {
                let file = FilePart::path(path).named(name);
                let path = path.clone();
                (file, blocking(move || checksum_of(&path, start, size)).await?)
            }
            Origin::Bytes { bytes, .. } => {
                let position = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
                let sum = checksum(&bytes[position(start)..position(start + size)]);
                (FilePart::bytes(name, bytes.clone()), sum)
            }
        };
        Ok(Block { file: file.range(start, size), size, checksum })
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

/// Runs blocking I/O on a thread for it.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, UploadError> + Send + 'static,
) -> Result<T, UploadError> {
    let task = tokio::task::spawn_blocking(work).await;
    // The task is not aborted and does not panic, but the runtime may be shutting down.
    task.unwrap_or_else(|error| {
        Err(UploadError::InvalidState { reason: format!("reading was given up: {error}") })
    })
}

fn snapshot_of(path: &Path) -> Result<Snapshot, UploadError> {
    let metadata = fs::metadata(path).map_err(|error| unreadable(path, error))?;
    if !metadata.is_file() {
        return Err(UploadError::NotAFile { path: path.display().to_string() });
    }
    Ok(Snapshot { size: metadata.len(), fingerprint: Fingerprint::Modified(modified(&metadata)) })
}

/// The modification time, or 0 where the system has none.
fn modified(metadata: &Metadata) -> u64 {
    let time = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    time.and_then(|time| u64::try_from(time.as_nanos()).ok()).unwrap_or_default()
}

fn checksum_of(path: &Path, start: u64, size: u64) -> Result<String, UploadError> {
    let sum = File::open(path).and_then(|file| adler32_of(file, start, size));
    sum.map_err(|error| match error.kind() {
        // The file has become shorter.
        ErrorKind::UnexpectedEof => UploadError::Changed { name: path.display().to_string() },
        _ => unreadable(path, error),
    })
}

fn adler32_of(mut file: File, start: u64, size: u64) -> io::Result<String> {
    file.seek(SeekFrom::Start(start))?;
    let (mut sum, mut buffer, mut left) = (Adler32::new(), vec![0; READ_SIZE], size);
    while left > 0 {
        let most = usize::try_from(left).unwrap_or(READ_SIZE).min(READ_SIZE);
        match file.read(&mut buffer[..most]) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(read) => {
                sum.write_slice(&buffer[..read]);
                left -= read as u64;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(sum.checksum().to_string())
}

fn unreadable(path: &Path, error: io::Error) -> UploadError {
    UploadError::Read { path: path.display().to_string(), error }
}
