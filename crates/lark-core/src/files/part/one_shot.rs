//! Content that can be read only once.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use tokio::io::{AsyncRead, ReadBuf};

use super::buffers::Buffers;
use crate::util::{Exclusive, lock};

/// Bytes per read. Readers often return less.
const PIECE: usize = 64 * 1024;

type Pieces = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

/// A stream that the clones of a request share, until one of them is sent.
#[derive(Clone)]
pub(super) struct OneShot {
    pieces: Arc<Mutex<Option<Pieces>>>,
    length: Option<u64>,
}

impl OneShot {
    pub(super) fn reader(reader: impl AsyncRead + Send + 'static, length: Option<u64>) -> Self {
        let (reader, buffers) = (Box::pin(reader), Buffers::new(PIECE));
        Self::pieces(Box::pin(ReaderStream { reader, buffers, is_ended: false }), length)
    }

    pub(super) fn stream<S, E>(stream: S, length: Option<u64>) -> Self
    where
        S: Stream<Item = Result<Bytes, E>> + Send + 'static,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        Self::pieces(Box::pin(Mapped(Box::pin(stream))), length)
    }

    fn pieces(pieces: Pieces, length: Option<u64>) -> Self {
        Self { pieces: Arc::new(Mutex::new(Some(pieces))), length }
    }

    pub(super) fn length(&self) -> Option<u64> {
        self.length
    }

    pub(super) fn is_consumed(&self) -> bool {
        lock(&self.pieces).is_none()
    }

    fn take(&self) -> Option<Pieces> {
        lock(&self.pieces).take()
    }
}

impl PartialEq for OneShot {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.pieces, &other.pieces)
    }
}

impl Eq for OneShot {}

/// One reading of the stream. It takes the stream with the first byte, so that an attempt that
/// fails earlier does no harm.
pub(super) struct Reader {
    source: OneShot,
    // A body has to be `Sync`; streams need not be.
    taken: Option<Exclusive<Pieces>>,
}

impl Reader {
    pub(super) fn new(source: OneShot) -> Self {
        Self { source, taken: None }
    }

    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        if self.taken.is_none() {
            self.taken = self.source.take().map(Exclusive::new);
        }
        match &mut self.taken {
            Some(pieces) => pieces.get_mut().as_mut().poll_next(cx),
            None => Poll::Ready(Some(Err(consumed()))),
        }
    }
}

pub(super) fn consumed() -> io::Error {
    io::Error::other("it is a stream, which can be read once, and another call has read it")
}

/// A stream whose errors are mapped to I/O errors.
struct Mapped<S>(Pin<Box<S>>);

impl<S, E> Stream for Mapped<S>
where
    S: Stream<Item = Result<Bytes, E>>,
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let piece = ready!(self.0.as_mut().poll_next(cx));
        Poll::Ready(piece.map(|piece| piece.map_err(io::Error::other)))
    }
}

/// A reader as a stream.
struct ReaderStream<R> {
    reader: Pin<Box<R>>,
    buffers: Buffers,
    is_ended: bool,
}

impl<R: AsyncRead> ReaderStream<R> {
    /// Fills the buffer with what the reader has ready.
    fn fill(&mut self, buffer: &mut BytesMut, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let mut space = ReadBuf::new(buffer);
        while space.remaining() > 0 && !self.is_ended {
            let before = space.filled().len();
            match self.reader.as_mut().poll_read(cx, &mut space) {
                Poll::Ready(Ok(())) => self.is_ended = space.filled().len() == before,
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending if before == 0 => return Poll::Pending,
                Poll::Pending => break,
            }
        }
        Poll::Ready(Ok(space.filled().len()))
    }
}

impl<R: AsyncRead> Stream for ReaderStream<R> {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.is_ended {
            return Poll::Ready(None);
        }
        let mut buffer = self.buffers.take();
        let filled = self.fill(&mut buffer, cx);
        let length = if let Poll::Ready(Ok(length)) = filled { length } else { 0 };
        // Also when it is empty: it returns to the pool.
        let piece = self.buffers.lend(buffer, length);
        Poll::Ready(match ready!(filled) {
            Ok(0) => None,
            Ok(_) => Some(Ok(piece)),
            Err(error) => Some(Err(error)),
        })
    }
}
