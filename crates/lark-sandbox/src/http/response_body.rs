//! The body of a response on its way.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

use super::ResponseBody;
use crate::services::disk::CHUNK;

/// A body, the length to declare if it is not its own, and how slow it is.
pub(crate) struct PacedBody {
    pub(crate) body: ResponseBody,
    pub(crate) declared_length: Option<u64>,
    /// How long to wait before each piece.
    pub(crate) pause: Duration,
}

impl PacedBody {
    /// How much is sent at once.
    fn most(&self) -> usize {
        if self.pause.is_zero() { usize::MAX } else { CHUNK }
    }

    /// All of it, in its own time.
    pub(crate) async fn collect(mut self) -> io::Result<Bytes> {
        let mut all = Vec::new();
        while let Some(chunk) = self.body.next_chunk(self.most())? {
            if !self.pause.is_zero() {
                sleep(self.pause).await;
            }
            all.extend_from_slice(&chunk);
        }
        Ok(all.into())
    }
}

/// The same for hyper. It may hide its length, so that another can be declared.
pub(crate) struct HyperBody {
    paced: PacedBody,
    /// The number of pauses before the end. A body that ends early is an error, at which hyper drops
    /// what it has not written yet; a pause makes it write.
    pauses: u8,
    /// Until the next piece may go.
    wait: Option<Pin<Box<Sleep>>>,
}

impl From<PacedBody> for HyperBody {
    fn from(paced: PacedBody) -> Self {
        Self { pauses: u8::from(paced.declared_length.is_some()), wait: None, paced }
    }
}

impl Body for HyperBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let pause = self.paced.pause;
        if !pause.is_zero() && self.paced.body.len() > 0 {
            let wait = self.wait.get_or_insert_with(|| Box::pin(sleep(pause)));
            ready!(wait.as_mut().poll(context));
            self.wait = None;
        }
        let most = self.paced.most();
        if let Some(chunk) = self.paced.body.next_chunk(most)? {
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
        match self.paced.declared_length {
            Some(_) => SizeHint::default(),
            None => SizeHint::with_exact(self.paced.body.len()),
        }
    }
}
