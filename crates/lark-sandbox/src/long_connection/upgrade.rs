//! From a request to upgrade to a connection that is served.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{Sink, SinkExt, Stream, StreamExt};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::Role;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::connection::{Connection, Order, Outgoing};
use super::line::LineStream;
use super::{Connections, Frame};

/// How long a client has to close its side of a connection that the platform closes.
const CLOSING: Duration = Duration::from_secs(1);

/// A connection that was let in, and ends when this is dropped.
pub(crate) struct Upgrade {
    pub(super) connection: Arc<Connection>,
    pub(super) outgoing: UnboundedReceiver<Outgoing>,
    pub(super) orders: UnboundedReceiver<Order>,
    pub(super) connections: Arc<Connections>,
}

impl Upgrade {
    /// The app that connects.
    pub(crate) fn app_id(&self) -> &str {
        &self.connection.app_id
    }

    /// Serves the connection after its 101, until either side closes it. `read` is what came in
    /// with the request. Returns the stream if it is to be reset.
    pub(crate) async fn run<S>(mut self, stream: S, read: Vec<u8>) -> Option<S>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let stream = LineStream::new(stream, Arc::clone(&self.connection.line));
        let socket = WebSocketStream::from_partially_read(stream, read, Role::Server, None).await;
        let (mut sink, mut incoming) = socket.split();
        let is_reset = {
            let connection = &self.connection;
            let write = write(connection, &mut self.outgoing, &mut sink);
            let mut read = pin!(receive(connection, &self.connections, &mut incoming));
            tokio::select! {
                () = &mut read => false,
                is_over = write => {
                    if !is_over {
                        // In order or not, it ends here: the result says no more.
                        let _ = timeout(CLOSING, read).await;
                    }
                    false
                }
                is_reset = obey(connection, &mut self.orders) => is_reset,
            }
        };
        if !is_reset {
            return None;
        }
        let socket = sink.reunite(incoming).expect("they are the halves of one socket");
        Some(socket.into_inner().into_inner())
    }
}

impl Drop for Upgrade {
    fn drop(&mut self) {
        self.connections.remove(&self.connection);
    }
}

/// Sends until the connection is closed. Returns whether it broke before.
async fn write<S>(
    connection: &Connection,
    outgoing: &mut UnboundedReceiver<Outgoing>,
    sink: &mut S,
) -> bool
where
    S: Sink<Message, Error = Error> + Unpin,
{
    loop {
        let sent = match outgoing.recv().await {
            Some(Outgoing::Frame(frame)) => sink.send(Message::binary(frame.encode())).await,
            Some(Outgoing::Raw(bytes)) => {
                connection.line.inject(&bytes);
                sink.flush().await
            }
            Some(Outgoing::Close) | None => return sink.close().await.is_err(),
        };
        if sent.is_err() {
            return true;
        }
    }
}

/// Takes what the client sends, until it sends no more.
async fn receive<I>(connection: &Arc<Connection>, connections: &Connections, incoming: &mut I)
where
    I: Stream<Item = Result<Message, Error>> + Unpin,
{
    let mut late = JoinSet::new();
    while let Some(Ok(message)) = incoming.next().await {
        // The platform's frames are binary; what else comes is ignored, as is what is no frame.
        let Message::Binary(bytes) = message else { continue };
        let Ok(frame) = Frame::decode(&bytes) else { continue };
        let Some((delay, pong)) = connection.receive(frame, connections.config()) else { continue };
        if delay.is_zero() {
            connection.send(Outgoing::Frame(pong));
        } else {
            let connection = Arc::clone(connection);
            late.spawn(async move {
                sleep(delay).await;
                connection.send(Outgoing::Frame(pong));
            });
        }
        while late.try_join_next().is_some() {}
    }
}

/// Does what commands say, until the connection is over by command. Returns whether it is to be reset.
async fn obey(connection: &Connection, orders: &mut UnboundedReceiver<Order>) -> bool {
    let mut end: Option<Instant> = None;
    loop {
        tokio::select! {
            // The connection itself keeps the other end.
            Some(order) = orders.recv() => match order {
                Order::Reset => return true,
                Order::CloseAfter(lifetime) => end = Instant::now().checked_add(lifetime),
            },
            () = sleep_until(end.unwrap_or_else(Instant::now)), if end.is_some() => break,
        }
    }
    connection.send(Outgoing::Close);
    // What is sent before it may get stuck, and so may the client.
    sleep(2 * CLOSING).await;
    false
}
