//! Limits of time, size and number.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use lark_core::{HttpTransport, Stage};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Barrier;

use crate::connections::{self, Connections};
use crate::server::{Answer, Server};
use crate::{ask, client, each_transport, failure};

/// Long enough for a connection on this machine, short enough to wait for.
const SHORT: Duration = Duration::from_millis(60);

#[tokio::test]
async fn a_connection_that_does_not_come_about_ends_in_time() {
    // The system takes connections for it, but nobody ever speaks TLS with them.
    let silent = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let address = silent.local_addr().expect("bound");
    let error = failure(client(format!("https://{address}")).connect_timeout(SHORT)).await;
    assert_eq!(error.stage(), Stage::Send);
    assert!(error.is_timeout() && error.is_transient());
    let place = format!("cannot connect: host {address}: ");
    assert!(error.to_string().contains(&place), "{error}");
}

#[tokio::test]
async fn silence_ends_the_call() {
    for start in ["", "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"code\":"] {
        let server = Server::plain(move |_| Answer::Hang(start)).await;
        let error = failure(client(server.http()).read_timeout(SHORT)).await;
        assert_eq!(error.stage(), Stage::Send);
        assert!(error.is_timeout() && error.is_transient());
        assert!(error.to_string().contains("timed out"), "{error}");
    }
}

/// Heads that announce an answer are none, however many come.
#[tokio::test]
async fn a_flood_of_informational_heads_ends_the_call() {
    let server = Connections::serve(|mut stream| async move {
        connections::request(&mut stream).await?;
        loop {
            stream.write_all(&b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n".repeat(100)).await?;
        }
    })
    .await;
    let error = failure(client(&*server.url).read_timeout(SHORT)).await;
    assert_eq!(error.stage(), Stage::Send);
    assert!(error.is_timeout() && error.is_transient(), "{error}");
    server.until_open(0).await;
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_not_half_an_answer() {
    for head in ["content-length: 99", "transfer-encoding: chunked"] {
        let text = format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n2\r\n{{}}\r\n");
        let server = Server::plain(move |_| Answer::Raw(text.clone())).await;
        for over in each_transport() {
            let error = failure(over(client(server.http()))).await;
            assert_eq!(error.stage(), Stage::Send);
            assert_eq!(error.status().map(|it| it.as_u16()), Some(200));
            assert!(error.is_transient());
            assert!(error.to_string().contains("broke before the whole response came"), "{error}");
        }
    }
}

#[tokio::test]
async fn an_answer_over_the_limit_is_rejected_with_both_sizes() {
    let announced = "HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n";
    let unannounced =
        format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n65\r\n{}", "x".repeat(101));
    for (is_announced, length) in [(true, "99999999999"), (false, "at least 101")] {
        let unannounced = unannounced.clone();
        let server = Server::plain(move |_| match is_announced {
            true => Answer::Hang(announced),
            false => Answer::Raw(unannounced.clone()),
        })
        .await;
        for over in each_transport() {
            let error = failure(over(client(server.http())).max_response_size(100)).await;
            let expected = format!(
                "send: the response is too large: {length} bytes, max_response_size is 100 (HTTP 200)"
            );
            assert!(error.to_string().ends_with(&expected), "{error}");
            assert!(!error.is_transient());
        }
    }
}

#[tokio::test]
async fn connections_are_kept_unless_told_otherwise() {
    for (kept, connections) in [(usize::MAX, 1), (0, 3)] {
        let server = Server::plain(|_| Answer::Ok).await;
        let options = HttpTransport::builder()
            .max_idle_connections(kept)
            .idle_timeout(Duration::from_secs(5))
            .tcp_keepalive(None);
        let client = client(server.http()).transport(options.build().expect("usable options"));
        let client = client.build().expect("usable options");
        for _ in 0..2 {
            client.send_raw(ask()).await.expect("a success");
        }
        assert_eq!((server.seen().len(), server.connections()), (3, connections));
    }
}

/// Answers each request of a connection once all clients have asked.
async fn answer_together(mut stream: TcpStream, all: Arc<Barrier>) -> std::io::Result<()> {
    const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{\"code\":0}";
    let mut request = Vec::new();
    while stream.read_buf(&mut request).await? > 0 {
        if request.ends_with(b"\r\n\r\n") {
            request.clear();
            all.wait().await;
            stream.write_all(ANSWER).await?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn of_the_connections_of_a_burst_128_are_kept() {
    const BURST: usize = 200;
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let address = listener.local_addr().expect("bound");
    let (all, open) = (Arc::new(Barrier::new(BURST)), Arc::new(AtomicUsize::new(0)));
    let counted = open.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (all, open) = (all.clone(), counted.clone());
            tokio::spawn(async move {
                open.fetch_add(1, Ordering::SeqCst);
                _ = answer_together(stream, all).await;
                open.fetch_sub(1, Ordering::SeqCst);
            });
        }
    });
    let client = client(format!("http://{address}")).build().expect("usable options");
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..BURST {
        let client = client.clone();
        let request = lark_core::RawRequest::get("/open-apis/x").without_token();
        calls.spawn(async move { client.send_raw(request).await });
    }
    for call in calls.join_all().await {
        call.expect("a success");
    }
    let closed = async {
        while open.load(Ordering::SeqCst) > 128 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), closed).await.expect("the others are closed");
    assert!(open.load(Ordering::SeqCst) > 100);
}
