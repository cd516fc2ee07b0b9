//! The body of a request or response.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use http_body::{Body as HttpBody, Frame, SizeHint};

use super::TransportError;
use super::collect::Collect;
use crate::util::idle::Activity;

/// A body: bytes in memory, or a stream of them.
#[derive(Default)]
pub struct Body {
    content: Content,
    /// Touched with each chunk that is taken.
    activity: Option<Arc<Activity>>,
}

enum Content {
    Bytes(Bytes),
    Stream(Pin<Box<dyn HttpBody<Data = Bytes, Error = TransportError> + Send + Sync>>),
}

impl Default for Content {
    fn default() -> Self {
        Self::Bytes(Bytes::new())
    }
}

impl Body {
    /// A body that is read as it arrives.
    pub fn stream<B>(body: B) -> Self
    where
        B: HttpBody<Data = Bytes, Error = TransportError> + Send + Sync + 'static,
    {
        Self { content: Content::Stream(Box::pin(body)), activity: None }
    }

    /// The bytes, if they are in memory.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&Bytes> {
        match &self.content {
            Content::Bytes(bytes) => Some(bytes),
            Content::Stream(_) => None,
        }
    }

    /// This body; each chunk taken from it is recorded in `activity`.
    pub(crate) fn with_activity(self, activity: Arc<Activity>) -> Self {
        Self { activity: Some(activity), ..self }
    }

    /// When a chunk was last taken.
    pub(super) fn activity(&mut self) -> Arc<Activity> {
        Arc::clone(self.activity.get_or_insert_default())
    }

    /// The next chunk; `None` at the end.
    ///
    /// # Errors
    /// The connection broke or timed out.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, TransportError> {
        poll_fn(|cx| self.poll_chunk(cx)).await
    }

    pub(super) fn poll_chunk(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<Bytes>, TransportError>> {
        loop {
            match ready!(Pin::new(&mut *self).poll_frame(cx)) {
                // Trailers are ignored.
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) if !data.is_empty() => return Poll::Ready(Ok(Some(data))),
                    _ => {}
                },
                Some(Err(error)) => return Poll::Ready(Err(error)),
                None => return Poll::Ready(Ok(None)),
            }
        }
    }

    /// The beginning of the body: all of it, or more than `limit` bytes and the rest.
    pub(crate) async fn split_start(
        mut self,
        limit: usize,
    ) -> Result<(Bytes, Option<Self>), TransportError> {
        let mut start = BytesMut::new();
        while let Some(piece) = self.chunk().await? {
            start.extend_from_slice(&piece);
            if start.len() > limit {
                return Ok((start.freeze(), Some(self)));
            }
        }
        Ok((start.freeze(), None))
    }

    /// This body with `prefix` before it.
    pub(crate) fn prefixed(self, prefix: Bytes) -> Self {
        Self::stream(Prefixed { prefix, rest: self })
    }

    /// The whole body, if it is not longer than `limit` bytes.
    ///
    /// # Errors
    /// The connection broke or timed out, or the body is longer. A body that announces a longer
    /// length is not read at all.
    pub async fn collect(self, limit: usize) -> Result<Bytes, TransportError> {
        self.collect_within(limit, "the limit").await
    }

    /// Like [`collect`](Self::collect), with a name for the limit.
    pub(crate) fn collect_within(self, limit: usize, name: &'static str) -> Collect {
        Collect::new(self, limit, name)
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        match &mut self.content {
            Content::Bytes(bytes) if bytes.is_empty() => Poll::Ready(None),
            Content::Bytes(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Content::Stream(stream) => {
                let frame = ready!(stream.as_mut().poll_frame(cx));
                if let (Some(activity), Some(Ok(_))) = (&self.activity, &frame) {
                    activity.touch();
                }
                Poll::Ready(frame)
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.content {
            Content::Bytes(bytes) => bytes.is_empty(),
            Content::Stream(stream) => stream.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.content {
            Content::Bytes(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Content::Stream(stream) => stream.size_hint(),
        }
    }
}

/// A body whose beginning has already been read.
struct Prefixed {
    prefix: Bytes,
    rest: Body,
}

impl HttpBody for Prefixed {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        if self.prefix.is_empty() {
            return Pin::new(&mut self.rest).poll_frame(cx);
        }
        let prefix = std::mem::take(&mut self.prefix);
        Poll::Ready(Some(Ok(Frame::data(prefix))))
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self { content: Content::Bytes(bytes), activity: None }
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes::from(bytes).into()
    }
}

impl From<&'static str> for Body {
    fn from(text: &'static str) -> Self {
        Bytes::from(text).into()
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Bytes::from(text).into()
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.content {
            Content::Bytes(bytes) => write!(f, "Body({} bytes)", bytes.len()),
            Content::Stream(_) => f.write_str("Body(stream)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::TransportErrorKind;

    /// A body with chunks of one byte each.
    struct Pieces(u8);

    impl HttpBody for Pieces {
        type Data = Bytes;
        type Error = TransportError;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
            let Some(left) = self.0.checked_sub(1) else { return Poll::Ready(None) };
            self.0 = left;
            Poll::Ready(Some(Ok(Frame::data(Bytes::copy_from_slice(&[b'0' + left])))))
        }
    }

    #[tokio::test]
    async fn a_body_is_collected_whole_or_rejected() {
        for (pieces, whole) in [(0, ""), (1, "0"), (2, "10"), (3, "210")] {
            let bytes = Body::stream(Pieces(pieces)).collect(3).await.expect("short enough");
            assert_eq!(bytes, whole.as_bytes());
        }
        for body in [Body::stream(Pieces(4)), Body::from("four".to_owned())] {
            let error = body.collect(3).await.expect_err("too long");
            let text = error.to_string();
            assert!(text.ends_with("4 bytes, the limit is 3"), "{text}");
            assert_eq!(error.kind(), TransportErrorKind::TooLarge);
        }
    }
}
