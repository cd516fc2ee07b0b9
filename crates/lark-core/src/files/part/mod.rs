//! Files to upload.

mod buffers;
mod content;
mod file_reader;
mod one_shot;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use futures_core::Stream;
use tokio::io::AsyncRead;

pub(crate) use self::content::Content;
pub use self::content::read_part;
use self::one_shot::OneShot;

/// A file in a multipart form: the source of its content and its name.
///
/// A call holds a small, fixed part of the content in memory, whatever its size. `Content-Length`
/// is sent whenever the length is known. A retried call sends a file at a [path](Self::path) or
/// [bytes](Self::bytes) again; a [reader](Self::reader) and a [stream](Self::stream) can be read
/// only once, so such a call is not retried once its first byte was read.
///
/// Before anything is sent, a call fails at stage [`Prepare`](crate::Stage::Prepare) if the file is
/// missing, not readable, a directory, empty (the platform accepts no empty files; with
/// [`RequiredCheck::Off`](crate::RequiredCheck::Off) it is sent nevertheless) or longer than
/// [`max_size`](Self::max_size), or if its name contains a slash. If its length changes while it is
/// being sent, the call fails at stage [`Send`](crate::Stage::Send).
///
/// ```
/// use lark_core::FilePart;
/// let part = FilePart::bytes("合同 v2.pdf", vec![0x25, 0x50, 0x44, 0x46]);
/// assert_eq!(part.name(), "合同 v2.pdf");
///
/// let part = FilePart::path("/var/reports/2026.csv")
///     .named("Report 2026.csv")
///     .content_type("text/csv")
///     .max_size(30 * 1024 * 1024)
///     .on_progress(|sent, total| println!("{sent} of {total:?} bytes"));
/// # _ = part;
/// ```
#[derive(Clone)]
pub struct FilePart {
    name: String,
    content_type: Option<String>,
    source: Source,
    range: Option<Range>,
    limit: Option<u64>,
    progress: Option<ProgressHook>,
}

#[derive(Clone, PartialEq, Eq)]
enum Source {
    Bytes(Bytes),
    Path(PathBuf),
    OneShot(OneShot),
}

/// A range, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Range {
    offset: u64,
    length: u64,
}

/// The user's hook for the progress of a file: bytes sent or received, and the length if it is known.
#[derive(Clone)]
pub(crate) struct ProgressHook(Arc<dyn Fn(u64, Option<u64>) + Send + Sync>);

impl ProgressHook {
    pub(crate) fn new(hook: impl Fn(u64, Option<u64>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(hook))
    }

    pub(crate) fn report(&self, done: u64, total: Option<u64>) {
        (self.0)(done, total);
    }
}

impl FilePart {
    fn new(name: String, source: Source) -> Self {
        Self { name, content_type: None, source, range: None, limit: None, progress: None }
    }

    /// A file in memory.
    #[must_use]
    pub fn bytes(name: impl Into<String>, content: impl Into<Bytes>) -> Self {
        Self::new(name.into(), Source::Bytes(content.into()))
    }

    /// The file at `path`, under its own name. Each attempt opens it when it sends it.
    #[must_use]
    pub fn path(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Self::new(name, Source::Path(path))
    }

    /// The content of `reader`, to its end. It can be read once: clones of the part share it, and
    /// the second call that sends one fails. Without a `length` in bytes the body is sent chunked,
    /// which the server must support. If the reader does not yield exactly `length` bytes, the call
    /// fails.
    #[must_use]
    pub fn reader(
        name: impl Into<String>,
        reader: impl AsyncRead + Send + 'static,
        length: Option<u64>,
    ) -> Self {
        Self::new(name.into(), Source::OneShot(OneShot::reader(reader, length)))
    }

    /// The content of `stream`, to its end. As with a [reader](Self::reader), this works once, and
    /// `length` is exact or `None`. An error of the stream fails the call.
    #[must_use]
    pub fn stream<S, E>(name: impl Into<String>, stream: S, length: Option<u64>) -> Self
    where
        S: Stream<Item = Result<Bytes, E>> + Send + 'static,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        Self::new(name.into(), Source::OneShot(OneShot::stream(stream, length)))
    }

    /// The same file under another name.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// The content type of the part. Default: `application/octet-stream`; it is not guessed, and
    /// the platform goes by the name.
    #[must_use]
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Some(content_type.into());
        self
    }

    /// Only `length` bytes from `offset`, as a separate file, for uploads in parts. Replaces an
    /// earlier range. A call fails if the file ends before the range does; a reader or stream has
    /// no ranges.
    #[must_use]
    pub fn range(mut self, offset: u64, length: u64) -> Self {
        self.range = Some(Range { offset, length });
        self
    }

    /// Maximum size of the file, in bytes. A larger file fails the call: before it is read if its
    /// length is known, otherwise when the limit is exceeded. Of several limits the lowest applies.
    #[must_use]
    pub fn max_size(mut self, bytes: u64) -> Self {
        self.limit = Some(self.limit.unwrap_or(bytes).min(bytes));
        self
    }

    /// Calls `hook` with the number of bytes of this file passed to the connection, and the length
    /// if it is known. It must return quickly. The count restarts when a call is retried.
    #[must_use]
    pub fn on_progress(mut self, hook: impl Fn(u64, Option<u64>) + Send + Sync + 'static) -> Self {
        self.progress = Some(ProgressHook::new(hook));
        self
    }

    /// The file name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Number of bytes that will be sent; `None` if it is unknown. For a [path](Self::path) without
    /// a range this asks the file system.
    ///
    /// # Errors
    /// The metadata of the file cannot be read.
    pub fn len(&self) -> io::Result<Option<u64>> {
        Ok(match (&self.range, &self.source) {
            (Some(range), _) => Some(range.length),
            (None, Source::Bytes(bytes)) => Some(bytes.len() as u64),
            (None, Source::Path(path)) => Some(path.metadata()?.len()),
            (None, Source::OneShot(once)) => once.length(),
        })
    }

    /// The name of the file in errors.
    fn place(&self) -> &Path {
        match &self.source {
            Source::Path(path) => path,
            Source::Bytes(_) | Source::OneShot(_) => Path::new(&self.name),
        }
    }

    pub(crate) fn type_or_default(&self) -> &str {
        self.content_type.as_deref().unwrap_or("application/octet-stream")
    }

    /// Checks what can be checked without I/O.
    ///
    /// # Errors
    /// Why the file cannot be sent.
    pub(crate) fn check(&self) -> Result<(), String> {
        let content_type = self.type_or_default();
        if self.name.contains('/') {
            return Err(format!("the file name {:?} has a slash", self.name));
        }
        if self.range.is_some() && matches!(self.source, Source::OneShot(_)) {
            return Err(format!("{:?} is a stream, which has no ranges", self.name));
        }
        match content_type.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            true => Ok(()),
            false => Err(format!("{content_type:?} is not a content type")),
        }
    }

    /// Whether the content is a stream that has been read, in part or whole.
    pub(crate) fn is_consumed(&self) -> bool {
        matches!(&self.source, Source::OneShot(once) if once.is_consumed())
    }
}

impl PartialEq for FilePart {
    /// Compares content in memory, and files by their paths; a stream is equal only to its clones.
    fn eq(&self, other: &Self) -> bool {
        let Self { name, content_type, source, range, limit, progress: _ } = self;
        *name == other.name
            && *content_type == other.content_type
            && *source == other.source
            && *range == other.range
            && *limit == other.limit
    }
}

impl Eq for FilePart {}

impl fmt::Debug for FilePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FilePart({:?}, ", self.name)?;
        match &self.source {
            Source::Bytes(bytes) => write!(f, "{} bytes", bytes.len())?,
            Source::Path(path) => write!(f, "at {path:?}")?,
            Source::OneShot(_) => f.write_str("stream")?,
        }
        match self.range {
            Some(Range { offset, length }) => write!(f, ", {length} from {offset})"),
            None => f.write_str(")"),
        }
    }
}
