//! A connection as a stream of bytes, whatever it goes through.

use std::fmt;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A connection after its upgrade: bytes of the other protocol. Dropping it closes the connection.
pub struct UpgradedStream {
    inner: Pin<Box<dyn Duplex>>,
    /// What has been read already.
    start: Bytes,
    writing: Writing,
}

/// What becomes of a write that fails.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Writing {
    /// It is an error.
    Fails,
    /// It waits for the reader.
    Waits,
    /// It has failed with this, and waits.
    Ended(io::ErrorKind),
}

trait Duplex: AsyncRead + AsyncWrite + Send {}

impl<T: AsyncRead + AsyncWrite + Send> Duplex for T {}

impl UpgradedStream {
    pub(super) fn new(stream: impl AsyncRead + AsyncWrite + Send + 'static) -> Self {
        Self { inner: Box::pin(stream), start: Bytes::new(), writing: Writing::Fails }
    }

    /// This stream, with `start` before what it has to read, and with errors of writes again.
    pub(super) fn upgraded(self, start: Bytes) -> Self {
        Self { start, writing: Writing::Fails, ..self }
    }

    /// Leaves it to the reader to notice the end of the connection: a server that does not want the
    /// rest of a request may have answered before. The reader must be at work.
    pub(super) fn read_to_its_end(self) -> Self {
        Self { writing: Writing::Waits, ..self }
    }

    fn written(&mut self, result: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
        match &result {
            Poll::Ready(Err(error))
                if self.writing == Writing::Waits
                    && matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset) =>
            {
                self.writing = Writing::Ended(error.kind());
                Poll::Pending
            }
            _ => result,
        }
    }
}

impl fmt::Debug for UpgradedStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UpgradedStream").finish_non_exhaustive()
    }
}

impl AsyncRead for UpgradedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.start.is_empty() {
            let length = self.start.len().min(buffer.remaining());
            buffer.put_slice(&self.start.split_to(length));
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        let read = self.inner.as_mut().poll_read(cx, buffer);
        match (&read, self.writing) {
            // The system tells of a reset only once. It does not end a body.
            (Poll::Ready(Ok(())), Writing::Ended(kind)) if buffer.filled().len() == before => {
                Poll::Ready(Err(kind.into()))
            }
            _ => read,
        }
    }
}

impl AsyncWrite for UpgradedStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if let Writing::Ended(_) = self.writing {
            return Poll::Pending;
        }
        let result = self.inner.as_mut().poll_write(cx, bytes);
        self.written(result)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Writing::Ended(_) = self.writing {
            return Poll::Pending;
        }
        self.inner.as_mut().poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Writing::Ended(_) = self.writing {
            return Poll::Ready(Ok(()));
        }
        self.inner.as_mut().poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if let Writing::Ended(_) = self.writing {
            return Poll::Pending;
        }
        let result = self.inner.as_mut().poll_write_vectored(cx, slices);
        self.written(result)
    }
}
