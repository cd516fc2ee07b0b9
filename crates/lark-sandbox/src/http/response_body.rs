//! The body of an answer on its way.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

use crate::http::ResponseBody;
use crate::services::disk::CHUNK;

/// A body, the length to declare if it is not its own, and how slow it is.
pub(crate) struct Content {
    pub(crate) body: ResponseBody,
    pub(crate) declared_length: Option<u64>,
    pub(crate) pace: Duration,
}

impl Content {
    /// How much is sent at once.
    fn most(&self) -> usize {
        if self.pace.is_zero() { usize::MAX } else { CHUNK }
    }

    /// All of it, in its own time.
    pub(crate) async fn collect(mut self) -> io::Result<Bytes> {
        let mut all = Vec::new();
        while let Some(chunk) = self.body.next_chunk(self.most())? {
            if !self.pace.is_zero() {
                sleep(self.pace).await;
            }
            all.extend_from_slice(&chunk);
        }
        Ok(all.into())
    }
}

/// The same for hyper. It may hide its length, so that another can be declared.
pub(crate) struct HyperBody {
    content: Content,
    /// How often to wait before the end. A body that ends early is an error, at which hyper drops
    /// what it has not written yet; a pause makes it write.
    pauses: u8,
    /// Until the next piece may go.
    wait: Option<Pin<Box<Sleep>>>,
}

impl From<Content> for HyperBody {
    fn from(content: Content) -> Self {
        Self { pauses: u8::from(content.declared_length.is_some()), wait: None, content }
    }
}

impl Body for HyperBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let pace = self.content.pace;
        if !pace.is_zero() && self.content.body.len() > 0 {
            let wait = self.wait.get_or_insert_with(|| Box::pin(sleep(pace)));
            ready!(wait.as_mut().poll(context));
            self.wait = None;
        }
        let most = self.content.most();
        if let Some(chunk) = self.content.body.next_chunk(most)? {
            return Poll::Ready(Some(Ok(Frame::data(chunk))));
        }
        if self.pauses > 0 {
            self.pauses -= 1;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(None)
    }

    fn size_hint(&self) -> SizeHint {
        match self.content.declared_length {
            Some(_) => SizeHint::default(),
            None => SizeHint::with_exact(self.content.body.len()),
        }
    }
}
