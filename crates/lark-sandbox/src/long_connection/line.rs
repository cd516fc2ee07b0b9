//! The bytes of a connection, and what goes wrong with them by command.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// How bytes get to the client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Flow {
    #[default]
    Free,
    /// At most so many at once, and then this long nothing.
    Drip { bytes: usize, pause: Duration },
    /// They are taken and lost; what the client sends is read.
    Silent,
    /// Nothing moves in either direction, as if the other side had lost its power.
    HalfOpen,
    /// Half of what is next, and then the end.
    Torn,
}

/// The state of the bytes of one connection.
#[derive(Default)]
pub(super) struct Line(Mutex<State>);

#[derive(Default)]
struct State {
    flow: Flow,
    /// To be sent before anything else, as it is.
    raw: Vec<u8>,
    /// Of who reads and who writes.
    stuck: Vec<Waker>,
}

impl Line {
    pub(super) fn set_flow(&self, flow: Flow) {
        let mut state = crate::lock(&self.0);
        state.flow = flow;
        state.stuck.drain(..).for_each(Waker::wake);
    }

    /// Has these bytes sent with the next flush, as they are.
    pub(super) fn inject(&self, bytes: &[u8]) {
        crate::lock(&self.0).raw.extend_from_slice(bytes);
    }

    /// How bytes flow; pending while they do not.
    fn poll_flow(&self, context: &mut Context<'_>) -> Poll<Flow> {
        let mut state = crate::lock(&self.0);
        if state.flow != Flow::HalfOpen {
            return Poll::Ready(state.flow);
        }
        state.stuck.push(context.waker().clone());
        Poll::Pending
    }
}

/// A stream with a [`Line`].
pub(super) struct LineStream<S> {
    stream: S,
    line: Arc<Line>,
    pause: Option<Pin<Box<Sleep>>>,
}

impl<S> LineStream<S> {
    pub(super) fn new(stream: S, line: Arc<Line>) -> Self {
        Self { stream, line, pause: None }
    }

    pub(super) fn into_inner(self) -> S {
        self.stream
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for LineStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        ready!(self.line.poll_flow(context));
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> LineStream<S> {
    fn poll_bytes(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let flow = ready!(self.line.poll_flow(context));
        let stream = Pin::new(&mut self.stream);
        match flow {
            Flow::Silent => Poll::Ready(Ok(bytes.len())),
            Flow::Drip { bytes: most, pause } => {
                if let Some(pause) = &mut self.pause {
                    ready!(pause.as_mut().poll(context));
                }
                let written = ready!(stream.poll_write(context, &bytes[..bytes.len().min(most)]))?;
                self.pause = Some(Box::pin(sleep(pause)));
                Poll::Ready(Ok(written))
            }
            Flow::Torn => {
                let half = &bytes[..bytes.len().div_ceil(2)];
                ready!(stream.poll_write(context, half))?;
                Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()))
            }
            Flow::Free | Flow::HalfOpen => stream.poll_write(context, bytes),
        }
    }

    fn poll_raw(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let line = Arc::clone(&self.line);
        loop {
            let raw = std::mem::take(&mut crate::lock(&line.0).raw);
            if raw.is_empty() {
                return Poll::Ready(Ok(()));
            }
            let written = self.poll_bytes(context, &raw);
            let rest = match &written {
                Poll::Ready(Ok(count)) => &raw[*count..],
                _ => &raw[..],
            };
            crate::lock(&line.0).raw.splice(0..0, rest.iter().copied());
            ready!(written)?;
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for LineStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_raw(context))?;
        self.poll_bytes(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_raw(context))?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.line.poll_flow(context));
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
