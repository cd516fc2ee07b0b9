//! A file opened for one attempt.

use std::future::poll_fn;
use std::io;
use std::path::PathBuf;
use std::task::{Context, Poll, ready};

use bytes::Bytes;

use super::file_reader::{self, FileReader};
use super::one_shot::{self, consumed};
use super::{FilePart, ProgressHook, Range, Source};
use crate::error::FileError;

/// Chunk size. Content in memory is also sent in chunks, for progress hooks.
const PIECE: usize = 256 * 1024;

/// What one attempt sends of a file.
pub(crate) struct Content {
    place: PathBuf,
    reader: Reader,
    length: Option<u64>,
    limit: Option<u64>,
    sent: u64,
    progress: Option<ProgressHook>,
}

enum Reader {
    Bytes(Bytes),
    File(FileReader),
    OneShot(one_shot::Reader),
}

impl Range {
    /// The end of the range; `None` on overflow.
    pub(super) fn end(self) -> Option<u64> {
        self.offset.checked_add(self.length)
    }

    pub(super) fn beyond(self, length: u64) -> io::Error {
        let Self { offset, length: wanted } = self;
        let why = format!("it has {length} bytes, which are not {wanted} from {offset} on");
        io::Error::new(io::ErrorKind::InvalidInput, why)
    }
}

impl FilePart {
    /// Opens it for one attempt.
    pub(crate) async fn open(&self, allow_empty: bool) -> Result<Content, FileError> {
        let named = |error| FileError::reading(self.place(), error);
        let (reader, length) = self.reader_and_length().await.map_err(named)?;
        let reject = |why: String| Err(named(io::Error::new(io::ErrorKind::InvalidInput, why)));
        match (length, self.limit) {
            (Some(0), _) if !allow_empty => reject("it is empty".to_owned()),
            (Some(length), Some(limit)) if length > limit => {
                let why = format!("it has {length} bytes, and {limit} are the limit");
                Err(named(io::Error::new(io::ErrorKind::FileTooLarge, why)))
            }
            _ => Ok(Content {
                place: self.place().to_owned(),
                reader,
                length,
                limit: self.limit,
                sent: 0,
                progress: self.progress.clone(),
            }),
        }
    }

    async fn reader_and_length(&self) -> io::Result<(Reader, Option<u64>)> {
        Ok(match &self.source {
            Source::Bytes(bytes) => {
                let bytes = slice(bytes, self.range)?;
                let length = bytes.len() as u64;
                (Reader::Bytes(bytes), Some(length))
            }
            Source::Path(path) => {
                let handle = file_reader::open(path.clone(), self.range).await?;
                let length = handle.length;
                (Reader::File(FileReader::new(handle)), Some(length))
            }
            Source::OneShot(source) if source.is_consumed() => return Err(consumed()),
            Source::OneShot(source) => {
                (Reader::OneShot(one_shot::Reader::new(source.clone())), source.length())
            }
        })
    }
}

/// All of a part, which may have up to `limit` bytes. One that can be read once is consumed.
///
/// # Errors
/// It cannot be read, or is longer.
pub async fn read_part(part: &FilePart, limit: u64) -> io::Result<Vec<u8>> {
    let failed = |it: FileError| io::Error::new(it.error.kind(), it.to_string());
    let limited = FilePart { progress: None, ..part.clone().max_size(limit) };
    let mut content = limited.open(true).await.map_err(failed)?;
    let mut bytes = Vec::new();
    while let Some(piece) = poll_fn(|cx| content.poll_next(cx)).await {
        bytes.extend_from_slice(&piece.map_err(failed)?);
    }
    Ok(bytes)
}

fn slice(bytes: &Bytes, range: Option<Range>) -> io::Result<Bytes> {
    let Some(range) = range else { return Ok(bytes.clone()) };
    let bounds = (usize::try_from(range.offset), range.end().map(usize::try_from));
    match bounds {
        (Ok(start), Some(Ok(end))) if end <= bytes.len() => Ok(bytes.slice(start..end)),
        _ => Err(range.beyond(bytes.len() as u64)),
    }
}

impl Content {
    pub(crate) fn length(&self) -> Option<u64> {
        self.length
    }

    /// The next chunk, never empty; `None` at the end.
    pub(crate) fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, FileError>>> {
        loop {
            let next = match &mut self.reader {
                Reader::Bytes(bytes) if bytes.is_empty() => None,
                Reader::Bytes(bytes) => Some(Ok(bytes.split_to(bytes.len().min(PIECE)))),
                Reader::File(file) => ready!(file.poll_next(cx)),
                Reader::OneShot(source) => ready!(source.poll_next(cx)),
            };
            let checked = match next {
                Some(Ok(piece)) if piece.is_empty() => continue,
                Some(Ok(piece)) => self.count(piece).map(Some),
                Some(Err(error)) => Err(error),
                None => self.check_end().map(|()| None),
            };
            let checked = checked.map_err(|error| FileError::reading(&self.place, error));
            return Poll::Ready(checked.transpose());
        }
    }

    fn count(&mut self, piece: Bytes) -> io::Result<Bytes> {
        self.sent += piece.len() as u64;
        if let Some(length) = self.length.filter(|length| self.sent > *length) {
            return Err(io::Error::other(format!("it has more than the {length} bytes announced")));
        }
        if let Some(limit) = self.limit.filter(|limit| self.sent > *limit) {
            let why = format!("it has more than {limit} bytes, which are the limit");
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, why));
        }
        if let Some(progress) = &self.progress {
            progress.report(self.sent, self.length);
        }
        Ok(piece)
    }

    fn check_end(&self) -> io::Result<()> {
        match self.length {
            Some(length) if self.sent < length => {
                let why = format!("it ended after {} of the {length} bytes announced", self.sent);
                Err(io::Error::new(io::ErrorKind::UnexpectedEof, why))
            }
            _ => Ok(()),
        }
    }
}
