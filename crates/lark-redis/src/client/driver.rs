//! The task of a connection: writes commands, and hands replies to who waits, in the same order.

use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};

use tokio::io::ReadBuf;
use tokio::sync::{mpsc, oneshot};

use super::decoder::{Decoder, KEPT};
use super::{Duplex, Failure, Reply};

/// Bytes that wait to be written, before more commands are taken.
const UNWRITTEN: usize = 256 << 10;
/// Bytes of one read.
const READ: usize = 16 << 10;

/// A command on its way.
pub(super) struct Request {
    pub(super) command: Vec<u8>,
    pub(super) answer: Answer,
}

type Answer = oneshot::Sender<Result<Reply, Failure>>;

/// Ends when the connection does, or when nobody can use it any more.
pub(super) struct Driver {
    stream: Box<dyn Duplex>,
    requests: mpsc::Receiver<Request>,
    end: Arc<OnceLock<Failure>>,
    output: Vec<u8>,
    written: usize,
    must_flush: bool,
    decoder: Decoder,
    buffer: Box<[u8]>,
    waiting: VecDeque<Answer>,
}

impl Driver {
    pub(super) fn new(
        stream: Box<dyn Duplex>,
        requests: mpsc::Receiver<Request>,
        end: Arc<OnceLock<Failure>>,
    ) -> Self {
        Self {
            stream,
            requests,
            end,
            output: Vec::new(),
            written: 0,
            must_flush: false,
            decoder: Decoder::default(),
            buffer: vec![0; READ].into(),
            waiting: VecDeque::new(),
        }
    }

    /// Takes commands and writes them. Ready with nothing when all handles are gone.
    fn poll_write(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        loop {
            while self.output.len() < UNWRITTEN
                && let Poll::Ready(request) = self.requests.poll_recv(cx)
            {
                let Some(Request { command, answer }) = request else { return Poll::Ready(Ok(())) };
                self.output.extend(command);
                self.waiting.push_back(answer);
            }
            if self.output.is_empty() {
                if self.must_flush {
                    ready!(Pin::new(&mut *self.stream).poll_flush(cx))?;
                    self.must_flush = false;
                }
                return Poll::Pending;
            }
            let unwritten = self.output.get(self.written..).unwrap_or_default();
            let count = ready!(Pin::new(&mut *self.stream).poll_write(cx, unwritten))?;
            if count == 0 {
                return Poll::Ready(Err(io::Error::from(io::ErrorKind::WriteZero).into()));
            }
            self.written += count;
            self.must_flush = true;
            if self.written >= self.output.len() {
                self.output.clear();
                self.output.shrink_to(KEPT);
                self.written = 0;
            }
        }
    }

    /// Reads replies, until there are no more or the connection ends.
    fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<Failure> {
        loop {
            let mut buffer = ReadBuf::new(&mut self.buffer);
            if let Err(error) = ready!(Pin::new(&mut *self.stream).poll_read(cx, &mut buffer)) {
                return Poll::Ready(error.into());
            }
            if buffer.filled().is_empty() {
                let why = "the server ended the connection";
                return Poll::Ready(io::Error::new(io::ErrorKind::UnexpectedEof, why).into());
            }
            self.decoder.receive(buffer.filled());
            if let Err(failure) = self.hand_out() {
                return Poll::Ready(failure);
            }
        }
    }

    fn hand_out(&mut self) -> Result<(), Failure> {
        while let Some(reply) = self.decoder.next()? {
            match self.waiting.pop_front() {
                // A caller that waits no more is gone.
                Some(answer) => _ = answer.send(Ok(reply)),
                None => {
                    let why = "the server sent a reply to nothing";
                    return Err(io::Error::new(io::ErrorKind::InvalidData, why).into());
                }
            }
        }
        Ok(())
    }

    fn finish(&mut self, failure: &Failure) {
        // First, so that who finds the connection ended also finds why.
        _ = self.end.set(failure.clone());
        self.requests.close();
        while let Ok(request) = self.requests.try_recv() {
            self.waiting.push_back(request.answer);
        }
        for answer in self.waiting.drain(..) {
            _ = answer.send(Err(failure.clone()));
        }
    }
}

impl Future for Driver {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        // Replies first: what the server said before it ended the connection tells more than that.
        let ended = match this.poll_read(cx) {
            Poll::Ready(failure) => Some(failure),
            Poll::Pending => match this.poll_write(cx) {
                Poll::Pending => None,
                Poll::Ready(Ok(())) => return Poll::Ready(()),
                Poll::Ready(Err(failure)) => Some(failure),
            },
        };
        match ended {
            Some(failure) => {
                this.finish(&failure);
                Poll::Ready(())
            }
            None => Poll::Pending,
        }
    }
}
