//! Reading a file off the runtime's threads.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};

use super::Range;
use super::buffers::Buffers;
use crate::util::{Task, spawn_blocking};

/// Bytes per read: each read costs a change of threads, and a few chunks are in memory.
const PIECE: usize = 256 * 1024;

/// A file that is read from its start, one chunk ahead of what is being sent.
pub(super) struct FileReader {
    left: u64,
    state: State,
    buffers: Buffers,
}

enum State {
    Ready(Handle),
    Busy(Task<io::Result<Filled>>),
    /// It has ended or failed.
    Gone,
}

/// An open file, and the length that it must still have at the end.
pub(super) struct Handle {
    file: File,
    whole: Option<u64>,
    /// Number of bytes to read.
    pub(super) length: u64,
}

struct Filled {
    handle: Handle,
    buffer: BytesMut,
    length: usize,
}

/// Opens the file at `path`, or a range of it.
pub(super) async fn open(path: PathBuf, range: Option<Range>) -> io::Result<Handle> {
    spawn_blocking(move || open_now(&path, range)).await.unwrap_or_else(|it| Err(it.into()))
}

fn open_now(path: &Path, range: Option<Range>) -> io::Result<Handle> {
    // Checked before it is opened, because opening a pipe waits for its other end.
    let kind = fs::metadata(path)?.file_type();
    if kind.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a directory"));
    }
    if !kind.is_file() {
        let why = "it is not a regular file; FilePart::reader can send what is read from it";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
    }
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let Some(range) = range else { return Ok(Handle { file, whole: Some(length), length }) };
    if range.end().is_none_or(|end| end > length) {
        return Err(range.beyond(length));
    }
    file.seek(SeekFrom::Start(range.offset))?;
    Ok(Handle { file, whole: None, length: range.length })
}

impl Handle {
    fn fill(mut self, mut buffer: BytesMut, left: u64) -> io::Result<Filled> {
        let length = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let mut filled = 0;
        while filled < length {
            match self.file.read(&mut buffer[filled..length]) {
                Ok(0) => return Err(self.changed()),
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        // Checked before the last chunk is sent, because with it the server would have a complete
        // body.
        let is_last = length as u64 == left;
        let grown = |whole| self.file.metadata().map(|now| now.len() != whole);
        if is_last && self.whole.is_some_and(|whole| grown(whole).unwrap_or(false)) {
            return Err(self.changed());
        }
        Ok(Filled { handle: self, buffer, length })
    }

    fn changed(&self) -> io::Error {
        let now = match self.file.metadata() {
            Ok(now) => format!("{} now", now.len()),
            Err(_) => "fewer now".to_owned(),
        };
        let then = match self.whole {
            Some(whole) => format!("{whole} bytes"),
            None => "enough bytes for the range".to_owned(),
        };
        io::Error::other(format!("it changed while it was read: {then} when opened, {now}"))
    }
}

impl FileReader {
    pub(super) fn new(handle: Handle) -> Self {
        let left = handle.length;
        let size = usize::try_from(left).map_or(PIECE, |left| left.min(PIECE));
        Self { left, state: State::Ready(handle), buffers: Buffers::new(size) }
    }

    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        if let State::Ready(_) = self.state {
            self.read();
        }
        let State::Busy(task) = &mut self.state else { return Poll::Ready(None) };
        let result = ready!(std::pin::Pin::new(task).poll(cx));
        match result.unwrap_or_else(|error| Err(error.into())) {
            Ok(Filled { handle, buffer, length }) => {
                self.left -= length as u64;
                self.state = State::Ready(handle);
                let piece = self.buffers.lend(buffer, length);
                self.read();
                Poll::Ready(Some(Ok(piece)))
            }
            Err(error) => {
                self.state = State::Gone;
                Poll::Ready(Some(Err(error)))
            }
        }
    }

    /// Starts to read the next chunk, if there is one.
    fn read(&mut self) {
        let State::Ready(handle) = std::mem::replace(&mut self.state, State::Gone) else { return };
        let left = self.left;
        if left > 0 {
            let buffer = self.buffers.take();
            self.state = State::Busy(spawn_blocking(move || handle.fill(buffer, left)));
        }
    }
}
