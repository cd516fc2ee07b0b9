//! The client's end of a connection in memory, and what may happen to it on the way.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf};
use tokio::time::{Sleep, sleep};

/// What an operating system takes for a peer that is gone.
const SWALLOWED: usize = 2048;

/// What becomes of a connection; shared by its two ends.
#[derive(Default)]
pub(crate) struct Fate {
    /// Nothing goes through any more, and nobody is told.
    dead: AtomicBool,
    reset: AtomicBool,
    swallowed: AtomicUsize,
    waker: Mutex<Option<Waker>>,
}

impl Fate {
    pub(crate) fn die(&self) {
        self.dead.store(true, Ordering::SeqCst);
    }

    pub(crate) fn is_dead(&self) -> bool {
        self.dead.load(Ordering::SeqCst)
    }

    pub(crate) fn reset(&self) {
        self.reset.store(true, Ordering::SeqCst);
        if let Some(waker) = self.waker.lock().expect("no panic").take() {
            waker.wake();
        }
    }

    pub(crate) fn is_lost(&self) -> bool {
        self.is_dead() || self.reset.load(Ordering::SeqCst)
    }
}

pub(crate) struct Link {
    pub(crate) stream: DuplexStream,
    pub(crate) fate: Arc<Fate>,
    /// Whether bytes trickle.
    pub(crate) drip: Arc<AtomicBool>,
    pause: Option<Pin<Box<Sleep>>>,
}

impl Link {
    pub(crate) fn new(stream: DuplexStream, fate: Arc<Fate>, drip: Arc<AtomicBool>) -> Self {
        Self { stream, fate, drip, pause: None }
    }

    fn check(&self) -> io::Result<()> {
        match self.fate.reset.load(Ordering::SeqCst) {
            true => Err(io::ErrorKind::ConnectionReset.into()),
            false => Ok(()),
        }
    }
}

impl AsyncRead for Link {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        *self.fate.waker.lock().expect("no panic") = Some(cx.waker().clone());
        self.check()?;
        if self.fate.is_dead() {
            return Poll::Pending;
        }
        if !self.drip.load(Ordering::SeqCst) {
            return Pin::new(&mut self.stream).poll_read(cx, buffer);
        }
        if let Some(pause) = &mut self.pause {
            ready!(pause.as_mut().poll(cx));
        }
        let mut bytes = [0; 16];
        let most = buffer.remaining().min(bytes.len());
        let mut small = ReadBuf::new(&mut bytes[..most]);
        ready!(Pin::new(&mut self.stream).poll_read(cx, &mut small))?;
        buffer.put_slice(small.filled());
        self.pause = Some(Box::pin(sleep(Duration::from_millis(40))));
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Link {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.check()?;
        if !self.fate.is_dead() {
            return Pin::new(&mut self.stream).poll_write(cx, bytes);
        }
        match self.fate.swallowed.fetch_add(bytes.len(), Ordering::SeqCst) < SWALLOWED {
            true => Poll::Ready(Ok(bytes.len())),
            false => Poll::Pending,
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
