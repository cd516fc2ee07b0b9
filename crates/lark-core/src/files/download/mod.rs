//! Files that an operation responds with.

mod disposition;
mod partial;
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

/// A file on its way: the response of operations that send one.
///
/// It is read as it is asked for, a few pieces are in memory however long it is. The timeout of the
/// call ended when its head came; from then on the
/// [read timeout](crate::ClientBuilder::read_timeout) limits the time between two pieces.
///
/// When the connection breaks in the middle, the rest is asked for with a `Range` request, if the
/// server has sent a length, an `ETag` or that it takes ranges, and as often in all as the
/// [`RetryPolicy`](crate::RetryPolicy) has retries. If the server begins anew instead, so do
/// [`save_to`](Self::save_to), [`save_into`](Self::save_into) and [`bytes`](Self::bytes); who has
/// taken pieces already gets the error. A body that ends early is an error, never a short file.
///
/// ```no_run
/// # async fn run(file: lark_core::Download) -> lark_core::Result<()> {
/// let name = file.file_name().unwrap_or_else(|| "unnamed".to_owned());
/// let length = file.on_progress(|got, total| println!("{got} of {total:?}")).save_to("a.pdf").await?;
/// println!("{name}: {length} bytes");
/// # Ok(()) }
/// ```
///
/// Piece by piece, here and as a [`Stream`]:
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
    pub(crate) fn new(origin: Origin, head: ResponseHead, body: Body) -> Self {
        let transfer = Transfer::new(origin, &head, body);
        Self { head, transfer, progress: None }
    }

    /// The name that the server gave the file, as it came: it may have slashes or be empty. `None` if
    /// there is none. Read by RFC 6266 and RFC 8187 (`filename*`), and as servers really send it:
    /// UTF-8, percent-encoded, Latin-1, or UTF-8 that was taken for Latin-1.
    #[must_use]
    pub fn file_name(&self) -> Option<String> {
        disposition::file_name(self.head.headers.get(CONTENT_DISPOSITION)?.as_bytes())
    }

    /// The content type that the server sent.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.head.headers.get(CONTENT_TYPE)?.to_str().ok()
    }

    /// The length in bytes, if the server sent it.
    #[must_use]
    pub fn content_length(&self) -> Option<u64> {
        self.transfer.total()
    }

    /// Calls `hook` with the bytes received so far, and the length if it is known. It must be quick.
    /// The count goes back to 0 when the server begins anew.
    #[must_use]
    pub fn on_progress(mut self, hook: impl Fn(u64, Option<u64>) + Send + Sync + 'static) -> Self {
        self.progress = Some(ProgressHook::new(hook));
        self
    }

    /// The next piece of the file; `None` at its end.
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
    /// As [`chunk`](Self::chunk), or the file is longer. If its length is known, nothing is read then.
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
                // Most are one piece, which is handed on without a copy.
                Piece::Data(data) if first.is_empty() && all.is_empty() => first = data,
                Piece::Data(data) => {
                    all.extend_from_slice(&std::mem::take(&mut first));
                    all.extend_from_slice(&data);
                }
            }
        }
        Ok(if all.is_empty() { first } else { all.freeze() })
    }

    /// As [`chunk`](Self::chunk), for those who can begin anew.
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
                // Only when nothing was given yet.
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
