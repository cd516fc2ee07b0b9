//! A long connection without a socket, on a paused clock.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::time::Instant;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::Message;

use super::client::url;
use super::sandbox;
use crate::long_connection::Frame;
use crate::{ConnectionFault, Times};

#[tokio::test(start_paused = true)]
async fn it_is_served_in_memory() {
    let sandbox = sandbox().await;
    let late = Duration::from_secs(3600);
    sandbox.connection_fault(Times::Once, ConnectionFault::late_pong(late));
    let (stream, other) = tokio::io::duplex(4096);
    let server = tokio::spawn(sandbox.serve(other));
    let (mut socket, _) = client_async(url(&sandbox).await, stream).await.expect("it is let in");
    let headers = vec![("type".to_owned(), "ping".to_owned())];
    let ping = Frame { headers, ..Frame::default() };
    let began = Instant::now();
    socket.send(Message::binary(ping.encode())).await.expect("it is open");
    let pong = socket.next().await.expect("a message").expect("a message");
    assert_eq!(Frame::decode(&pong.into_data()).expect("a frame").header("type"), Some("pong"));
    assert!(began.elapsed() >= late, "an hour of the paused clock");
    drop(socket);
    server.await.expect("it ends with its client");
}
