//! Limits of time, size and number.

use std::time::Duration;

use lark_core::{HttpTransport, Stage};
use tokio::net::TcpListener;

use crate::server::{Answer, Server};
use crate::{ask, client, failure};

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
    assert!(error.to_string().contains("cannot connect: "), "{error}");
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

#[tokio::test]
async fn an_answer_that_breaks_off_is_not_half_an_answer() {
    for head in ["content-length: 99", "transfer-encoding: chunked"] {
        let text = format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n2\r\n{{}}\r\n");
        let server = Server::plain(move |_| Answer::Raw(text.clone())).await;
        let error = failure(client(server.http())).await;
        assert_eq!(error.stage(), Stage::Send);
        assert_eq!(error.status().map(|it| it.as_u16()), Some(200));
        assert!(error.is_transient());
        assert!(error.to_string().contains("broke before the whole response came"), "{error}");
    }
}

#[tokio::test]
async fn an_answer_over_the_limit_is_rejected_with_both_sizes() {
    let announced = "HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n";
    let unannounced =
        format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n65\r\n{}", "x".repeat(101));
    for (answer, length) in
        [(Answer::Hang(announced), "99999999999"), (Answer::Raw(unannounced), "at least 101")]
    {
        let answer = std::sync::Mutex::new(Some(answer));
        let server = Server::plain(move |_| {
            answer.lock().expect("no panic").take().expect("it is asked once")
        })
        .await;
        let error = failure(client(server.http()).max_response_size(100)).await;
        let expected = format!(
            "send: the response is too large: {length} bytes, max_response_size is 100 (HTTP 200)"
        );
        assert!(error.to_string().ends_with(&expected), "{error}");
        assert!(!error.is_transient());
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
