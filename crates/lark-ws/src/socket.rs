//! The WebSocket of a connection.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use futures_sink::Sink;
use lark_core::UpgradedStream;
use tokio::time::Instant;
use tokio_websockets::{ClientBuilder, Limits, Message, WebSocketStream};

use crate::fragments::MAX_EVENT_SIZE;
use crate::state::Reason;

/// How long the server may take nothing of what is sent.
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);
/// Most bytes in one batch: the next one waits until all of it is sent, within the time limit.
const MAX_UNSENT: usize = 16 * 1024;

/// A WebSocket whose writes have a time limit, and go on while it is read.
pub(crate) struct Socket {
    stream: WebSocketStream<UpgradedStream>,
    /// Bytes since everything was last sent.
    unsent: usize,
    /// Until when everything must have been sent.
    write_deadline: Option<Instant>,
}

/// What a socket has received.
pub(crate) enum Received {
    /// A frame of the platform.
    Frame(Bytes),
    /// A ping, a pong or a text: a sign of life, no more.
    Life,
    /// The end, and why.
    End(Reason, String),
}

impl Socket {
    pub(crate) fn new(stream: UpgradedStream) -> Self {
        // The largest event, and the rest of its frame.
        let limits = Limits::default().max_payload_len(Some(MAX_EVENT_SIZE + 64 * 1024));
        let stream = ClientBuilder::new().limits(limits).take_over(stream);
        Self { stream, unsent: 0, write_deadline: None }
    }

    /// Whether it takes another frame.
    pub(crate) fn has_room(&self) -> bool {
        self.unsent < MAX_UNSENT
    }

    /// Puts a frame into the queue; [`poll_sent`](Self::poll_sent) sends it.
    pub(crate) fn queue(&mut self, frame: Vec<u8>) -> Result<(), (Reason, String)> {
        let size = frame.len();
        self.send(Message::binary(frame), size)
    }

    /// Queues the message that announces the end.
    pub(crate) fn queue_close(&mut self) {
        // If the socket is closed already, nothing is left to announce.
        _ = self.send(Message::close(None, ""), 0);
    }

    fn send(&mut self, message: Message, size: usize) -> Result<(), (Reason, String)> {
        self.unsent += size + 1;
        Pin::new(&mut self.stream).start_send(message).map_err(end)
    }

    /// Sends what is queued.
    pub(crate) fn poll_sent(&mut self, cx: &mut Context<'_>) -> Result<(), (Reason, String)> {
        if self.unsent == 0 {
            return Ok(());
        }
        match Pin::new(&mut self.stream).poll_flush(cx) {
            Poll::Ready(sent) => {
                sent.map_err(end)?;
                (self.unsent, self.write_deadline) = (0, None);
            }
            // Only now, because most is sent at once and needs no look at the clock.
            Poll::Pending => {
                self.write_deadline.get_or_insert_with(|| Instant::now() + WRITE_TIMEOUT);
            }
        }
        Ok(())
    }

    /// Until when everything queued must have been sent, if that has been tried.
    pub(crate) fn write_deadline(&self) -> Option<Instant> {
        self.write_deadline
    }

    /// The next message.
    pub(crate) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Received> {
        Pin::new(&mut self.stream).poll_next(cx).map(|next| match next {
            None => Received::End(Reason::Closed, "without a reason".to_owned()),
            Some(Err(error)) => {
                let (reason, detail) = end(error);
                Received::End(reason, detail)
            }
            Some(Ok(message)) if message.is_binary() => {
                Received::Frame(message.into_payload().into())
            }
            Some(Ok(message)) => match message.as_close() {
                Some((code, _)) => {
                    Received::End(Reason::Closed, format!("with code {}", u16::from(code)))
                }
                None => Received::Life,
            },
        })
    }
}

fn end(error: tokio_websockets::Error) -> (Reason, String) {
    match error {
        tokio_websockets::Error::AlreadyClosed => (Reason::Closed, "already".to_owned()),
        error => (Reason::Broken, error.to_string()),
    }
}
