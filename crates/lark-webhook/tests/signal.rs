//! A server that is stopped by a signal. Alone in its process, which an uncaught signal would end.
#![cfg(unix)]
#![allow(missing_docs)]

use lark_core::{Event, EventKeys, EventRouter, Value};
use lark_webhook::Server;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::Command;

#[tokio::test]
async fn sigterm_ends_the_server_in_order() {
    let router = EventRouter::builder(EventKeys::new().verification_token("v-token"))
        .fallback(|_: Event<Value>| async { Ok(()) })
        .build()
        .expect("a router");
    let server = Server::builder().any_path(router.clone()).bind("127.0.0.1:0").await;
    let server = server.expect("a free port");
    let mut connection = TcpStream::connect(server.local_addr()).await.expect("it listens");
    let running = tokio::spawn(server.run());
    // A response means that the server runs, so that it catches signals.
    let request = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    connection.write_all(request.as_bytes()).await.expect("it stands");
    let mut status = [0; 15];
    connection.read_exact(&mut status).await.expect("a response");
    assert_eq!(&status, b"HTTP/1.1 200 OK");

    let process = std::process::id().to_string();
    let kill = Command::new("kill").args(["-TERM", &process]).status().await;
    assert!(kill.expect("kill is there").success());
    let report = running.await.expect("no panic").expect("signals are caught");
    assert_eq!((report.stopped().count(), report.aborted_connections), (0, 0));
    assert!(router.is_closing());
}
