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
                // Its caller went away before it was sent.
                if answer.is_closed() {
                    continue;
                }
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
                None => return Err(unasked(reply)),
            }
        }
        Ok(())
    }

    /// Reads and writes until the connection ends. Ready with nothing when all handles are gone.
    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<Option<Failure>> {
        // Replies first: what the server said before it ended the connection tells more than that.
        if let Poll::Ready(failure) = self.poll_read(cx) {
            return Poll::Ready(Some(failure));
        }
        self.poll_write(cx).map(Result::err)
    }

    /// Refuses all that waits and all that was about to be sent.
    fn poll_refuse(&mut self, failure: &Failure, cx: &mut Context<'_>) -> Poll<()> {
        for answer in self.waiting.drain(..) {
            _ = answer.send(Err(failure.clone()));
        }
        self.requests.close();
        while let Some(request) = ready!(self.requests.poll_recv(cx)) {
            _ = request.answer.send(Err(failure.clone()));
        }
        Poll::Ready(())
    }
}

/// The end of a connection on which the server speaks unasked. Servers say so why they hang up:
/// `ERR max number of clients reached`.
fn unasked(reply: Reply) -> Failure {
    let (kind, why) = match reply {
        Reply::Error(said) => (io::ErrorKind::ConnectionAborted, said.to_string()),
        _ => (io::ErrorKind::InvalidData, "the server sent a reply to nothing".to_owned()),
    };
    io::Error::new(kind, why).into()
}

impl Future for Driver {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        if this.end.get().is_none() {
            let Some(failure) = ready!(this.poll_end(cx)) else { return Poll::Ready(()) };
            // First, so that who finds the connection ended also finds why.
            _ = this.end.set(failure);
        }
        let failure = this.end.get().cloned();
        failure.map_or(Poll::Ready(()), |failure| this.poll_refuse(&failure, cx))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};
    use tokio::task::yield_now;
    use tokio::time::timeout;

    use super::*;

    fn request(command: &[u8]) -> (Request, oneshot::Receiver<Result<Reply, Failure>>) {
        let (answer, answered) = oneshot::channel();
        (Request { command: command.into(), answer }, answered)
    }

    #[tokio::test]
    async fn a_command_that_nobody_waits_for_is_not_sent() {
        let ((ours, mut server), (requests, received)) = (duplex(64), mpsc::channel(2));
        let ((gone, _), (sent, answered)) = (request(b"a"), request(b"b"));
        for request in [gone, sent] {
            assert!(requests.try_send(request).is_ok());
        }
        tokio::spawn(Driver::new(Box::new(ours), received, Arc::default()));
        assert_eq!(server.read_u8().await.expect("a command"), b'b');
        server.write_all(b"+b\r\n").await.expect("it is read");
        let reply = answered.await.expect("an answer").expect("a reply");
        assert!(matches!(reply, Reply::Bytes(text) if text == b"b"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_command_that_meets_the_end_is_refused() {
        let ((ours, server), (requests, received)) = (duplex(64), mpsc::channel(1));
        let place = requests.reserve().await.expect("room");
        tokio::spawn(Driver::new(Box::new(ours), received, Arc::default()));
        drop(server);
        while !requests.is_closed() {
            yield_now().await;
        }
        let (request, answered) = request(b"a");
        place.send(request);
        let answer = timeout(Duration::from_secs(1), answered).await.expect("at once");
        assert!(answer.expect("an answer").expect_err("the end").is_ended());
    }

    #[tokio::test]
    async fn what_a_server_says_unasked_is_why_it_ends() {
        for (said, why, ended) in [
            ("-ERR max number of clients reached\r\n", "ERR max number of clients reached", true),
            ("+OK\r\n", "the server sent a reply to nothing", false),
        ] {
            let ((ours, mut server), (_requests, received)) = (duplex(64), mpsc::channel(1));
            server.write_all(said.as_bytes()).await.expect("it is read");
            let end = Arc::new(OnceLock::new());
            tokio::spawn(Driver::new(Box::new(ours), received, Arc::clone(&end)));
            server.read_u8().await.expect_err("it has ended");
            let failure = end.get().expect("why");
            assert_eq!((&*failure.to_string(), failure.is_ended()), (why, ended));
        }
    }
}
