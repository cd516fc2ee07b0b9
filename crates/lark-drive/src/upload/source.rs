//! Where the bytes of an upload come from.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use adler2::Adler32;
use bytes::Bytes;
use lark_core::FilePart;

use super::{UploadError, checksum};

/// How much is read at a time for a checksum: what the caches of a processor hold.
const PIECE: usize = 128 * 1024;

/// What is uploaded: a path, from which is read what is sent, or bytes in memory. A stream has no size
/// to begin with and nothing to repeat a part from, so it goes to a file first.
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

/// A part, or a file that goes in one request. Of a path it is read twice, for its checksum and when
/// it is sent, because the checksum travels before the content; it is never in memory as a whole.
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

    /// Whether it still is what it was. A file that was written to in the meantime is half one and
    /// half the other.
    pub(super) async fn check(&self, before: &Snapshot) -> Result<(), UploadError> {
        // Bytes in memory do not change.
        if matches!(self.0, Origin::Path(_)) && self.snapshot().await? != *before {
            return Err(UploadError::Changed { name: self.label() });
        }
        Ok(())
    }

    /// `size` bytes from `start` on, under a name for the form.
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

fn checksum_of(path: &Path, start: u64, size: u64) -> Result<String, UploadError> {
    let sum = File::open(path).and_then(|file| sum_of(file, start, size));
    sum.map_err(|error| match error.kind() {
        // It has become shorter.
        ErrorKind::UnexpectedEof => UploadError::Changed { name: path.display().to_string() },
        _ => unreadable(path, error),
    })
}

fn sum_of(mut file: File, start: u64, size: u64) -> io::Result<String> {
    file.seek(SeekFrom::Start(start))?;
    let (mut sum, mut buffer, mut left) = (Adler32::new(), vec![0; PIECE], size);
    while left > 0 {
        let most = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
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
