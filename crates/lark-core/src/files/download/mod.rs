//! Files that an operation returns.

mod disposition;
pub(super) mod partial;
mod saving;
mod transfer;

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

pub(crate) use self::transfer::Origin;
use self::transfer::{Piece, Transfer};
use crate::error::{Cause, Error, Result, Stage};
use crate::files::part::ProgressHook;
use crate::transport::ResponseHead;
use crate::transport::{Body, TransportError, TransportErrorKind};

/// A file in transfer: the response of operations that return one.
///
/// It is read on demand; only a few chunks are in memory, whatever its length. The timeout of the
/// call ended when the response headers arrived; from then on the [read
/// timeout](crate::ClientBuilder::read_timeout) limits the time between two chunks.
///
/// If the connection breaks, the rest is requested with a `Range` request, provided that the server
/// sent an `ETag` or `Last-Modified`, which prove that the rest is one of the same file. The number of
/// such requests is limited by the retries of the [`RetryPolicy`](crate::RetryPolicy). Without such a
/// proof, and if the server starts over instead, [`save_to`](Self::save_to),
/// [`save_into`](Self::save_into) and [`bytes`](Self::bytes) start over; a caller that has already taken
/// chunks gets the error. A body that is shorter or longer than announced is an error, never a file.
///
/// A `Range` header of your own ([`Client::with_header`](crate::Client::with_header)) gets that part. If
/// it breaks, that is an error.
///
/// ```no_run
/// # async fn run(file: lark_core::Download) -> lark_core::Result<()> {
/// let name = file.file_name().unwrap_or_else(|| "unnamed".to_owned());
/// let length = file.on_progress(|got, total| println!("{got} of {total:?}")).save_to("a.pdf").await?;
/// println!("{name}: {length} bytes");
/// # Ok(()) }
/// ```
///
/// Chunk by chunk, here and as a [`Stream`]:
///
/// ```no_run
/// # async fn run(mut file: lark_core::Download) -> lark_core::Result<()> {
/// while let Some(chunk) = file.chunk().await? {
///     println!("{} bytes", chunk.len());
/// }
/// # Ok(()) }
/// ```
pub struct Download {
    head: ResponseHead,
    transfer: Transfer,
    progress: Option<ProgressHook>,
}

impl Download {
    pub(crate) fn new(origin: Origin, head: ResponseHead, body: Body) -> Result<Self> {
        let transfer = Transfer::new(origin, &head, body)?;
        Ok(Self { head, transfer, progress: None })
    }

    /// The name of the file from the server, as received: it may contain slashes or be empty.
    /// `None` if there is none. It is read by RFC 6266 and RFC 8187 (`filename*`), and in the forms
    /// that servers actually send: UTF-8, percent-encoded, Latin-1, or UTF-8 mistaken for Latin-1.
    #[must_use]
    pub fn file_name(&self) -> Option<String> {
        disposition::file_name(self.head.headers.get(CONTENT_DISPOSITION)?.as_bytes())
    }

    /// The content type, if the server sent one.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.head.headers.get(CONTENT_TYPE)?.to_str().ok()
    }

    /// The length in bytes, if the server sent it.
    #[must_use]
    pub fn content_length(&self) -> Option<u64> {
        self.transfer.total()
    }

    /// Calls `hook` with the number of bytes received so far, and the length if it is known. It
    /// must return quickly. The count restarts at 0 when the server starts over.
    #[must_use]
    pub fn on_progress(mut self, hook: impl Fn(u64, Option<u64>) + Send + Sync + 'static) -> Self {
        self.progress = Some(ProgressHook::new(hook));
        self
    }

    /// The next chunk of the file; `None` at its end.
    ///
    /// # Errors
    /// Stage [`Send`](crate::Stage::Send): the connection broke or made no progress, and the transfer
    /// could not be continued.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await.transpose()
    }

    /// The whole file in memory, if it is not longer than `limit` bytes.
    ///
    /// # Errors
    /// Those of [`chunk`](Self::chunk), or the file is longer. If the server announced that,
    /// nothing is read.
    pub async fn bytes(mut self, limit: usize) -> Result<Bytes> {
        let too_long = |length: String| {
            let why = format!("{length} bytes, the limit is {limit}");
            let error = TransportError::new(TransportErrorKind::TooLarge, why);
            let operation = self.transfer.operation();
            Error::new(operation, Stage::Send, Cause::Transport(error)).with_response(&self.head)
        };
        if let Some(length) = self.content_length().filter(|it| *it > limit as u64) {
            return Err(too_long(length.to_string()));
        }
        let too_long = too_long(format!("more than {limit}"));
        let (mut first, mut all) = (Bytes::new(), BytesMut::new());
        self.transfer.restart_if_need_be();
        while let Some(piece) = self.piece().await? {
            match piece {
                Piece::StartOver => (first, all) = Default::default(),
                Piece::Data(data) if first.len() + all.len() + data.len() > limit => {
                    return Err(too_long);
                }
                // Most files are one chunk, which is returned without a copy.
                Piece::Data(data) if first.is_empty() && all.is_empty() => first = data,
                Piece::Data(data) => {
                    all.extend_from_slice(&std::mem::take(&mut first));
                    all.extend_from_slice(&data);
                }
            }
        }
        Ok(if all.is_empty() { first } else { all.freeze() })
    }

    /// Like [`chunk`](Self::chunk), for callers that can start over.
    async fn piece(&mut self) -> Result<Option<Piece>> {
        poll_fn(|cx| self.poll_piece(cx)).await.transpose()
    }

    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Piece>>> {
        let piece = ready!(self.transfer.poll_next(cx));
        if let (Some(Ok(_)), Some(progress)) = (&piece, &self.progress) {
            progress.report(self.transfer.received(), self.transfer.total());
        }
        Poll::Ready(piece)
    }
}

impl Stream for Download {
    type Item = Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes>>> {
        let this = self.get_mut();
        loop {
            return Poll::Ready(match ready!(this.poll_piece(cx)) {
                Some(Ok(Piece::Data(data))) => Some(Ok(data)),
                // Only if nothing was returned yet.
                Some(Ok(Piece::StartOver)) => continue,
                Some(Err(error)) => Some(Err(error)),
                None => None,
            });
        }
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("file_name", &self.file_name())
            .field("content_type", &self.content_type())
            .field("content_length", &self.content_length())
            .field("received", &self.transfer.received())
            .finish_non_exhaustive()
    }
}
