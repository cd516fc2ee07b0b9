//! The server's end of a WebSocket, without a library of streams.

use std::future::poll_fn;
use std::pin::Pin;

use futures_core::Stream;
use futures_sink::Sink;
use tokio::io::{AsyncWriteExt, DuplexStream};
use tokio_websockets::{Error, Message, ServerBuilder, WebSocketStream};

pub(crate) struct ServerSocket(WebSocketStream<DuplexStream>);

impl ServerSocket {
    pub(crate) fn new(stream: DuplexStream) -> Self {
        Self(ServerBuilder::new().serve(stream))
    }

    pub(crate) async fn next(&mut self) -> Option<Result<Message, Error>> {
        poll_fn(|cx| Pin::new(&mut self.0).poll_next(cx)).await
    }

    pub(crate) async fn send(&mut self, message: Message) -> Result<(), Error> {
        poll_fn(|cx| Pin::new(&mut self.0).poll_ready(cx)).await?;
        Pin::new(&mut self.0).start_send(message)?;
        poll_fn(|cx| Pin::new(&mut self.0).poll_flush(cx)).await
    }

    /// Writes the beginning of a frame that never ends.
    pub(crate) async fn tear(&mut self) {
        _ = self.0.get_mut().write_all(&[0x82, 126, 4, 0, 1, 2, 3]).await;
        _ = self.0.get_mut().flush().await;
    }
}
