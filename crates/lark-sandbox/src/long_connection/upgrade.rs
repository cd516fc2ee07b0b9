//! From a request to upgrade to a connection that is served.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, Stream, StreamExt};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::Role;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::connection::{Connection, Outgoing};
use super::{Connections, Frame};

/// How long a client has to close its side of a connection that the platform closes.
const CLOSING: Duration = Duration::from_secs(1);

/// A connection that was let in, and ends when this is dropped.
pub(crate) struct Upgrade {
    connection: Arc<Connection>,
    outgoing: UnboundedReceiver<Outgoing>,
    connections: Arc<Connections>,
}

impl Upgrade {
    pub(super) fn new(
        connection: Arc<Connection>,
        outgoing: UnboundedReceiver<Outgoing>,
        connections: Arc<Connections>,
    ) -> Self {
        Self { connection, outgoing, connections }
    }

    /// The app that connects.
    pub(crate) fn app_id(&self) -> &str {
        &self.connection.app_id
    }

    /// Serves the connection after its 101, until either side closes it. `read` is what came in
    /// with the request.
    pub(crate) async fn run<S>(mut self, stream: S, read: Vec<u8>)
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let socket = WebSocketStream::from_partially_read(stream, read, Role::Server, None).await;
        let (mut sink, mut incoming) = socket.split();
        let outgoing = &mut self.outgoing;
        let write = async {
            while let Some(Outgoing::Frame(frame)) = outgoing.recv().await {
                // The reader gets the error as well.
                let _ = sink.send(Message::binary(frame.encode())).await;
            }
            let _ = sink.close().await;
        };
        let mut read = pin!(Self::read(&self.connection, &self.connections, &mut incoming));
        tokio::select! {
            () = &mut read => {}
            // Not an orderly end for the client, but the end: the error says no more.
            () = write => drop(tokio::time::timeout(CLOSING, read).await),
        }
    }

    async fn read<I>(connection: &Connection, connections: &Connections, incoming: &mut I)
    where
        I: Stream<Item = Result<Message, Error>> + Unpin,
    {
        while let Some(Ok(message)) = incoming.next().await {
            // The platform's frames are binary; what else comes is ignored, as is what is no frame.
            if let Message::Binary(bytes) = message
                && let Ok(frame) = Frame::decode(&bytes)
            {
                connection.receive(frame, connections.config());
            }
        }
    }
}

impl Drop for Upgrade {
    fn drop(&mut self) {
        self.connections.remove(&self.connection);
    }
}
