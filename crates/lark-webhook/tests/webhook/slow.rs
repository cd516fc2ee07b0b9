//! Clients that take their time.

use std::time::Duration;

use lark_webhook::Server;
use tokio::time::Instant;

use crate::client::{Connection, post};
use crate::push::{TOKEN, event, quick};
use crate::running::Running;

/// Short, as the tests wait for it.
const SHORT: Duration = Duration::from_millis(100);
/// So long that a test which waits for it fails.
const LONG: Duration = Duration::from_secs(600);

fn patient() -> lark_webhook::ServerBuilder {
    let server = Server::builder().any_path(quick(TOKEN));
    server.header_timeout(LONG).body_timeout(LONG).idle_timeout(LONG)
}

#[tokio::test]
async fn a_client_that_says_nothing_is_left() {
    let running = Running::start(patient().header_timeout(SHORT)).await;
    let mut connection = Connection::open(running.address).await;
    assert_eq!(connection.response().await, None);
}

#[tokio::test]
async fn a_head_that_drips_is_cut_off_though_bytes_keep_coming() {
    let running = Running::start(patient().header_timeout(SHORT)).await;
    let mut connection = Connection::open(running.address).await;
    connection.write("POST / HTTP/1.1\r\n").await;
    let mut drip = tokio::time::interval(SHORT / 10);
    let since = Instant::now();
    // Ends because the server closes, not because the drops run out.
    loop {
        tokio::select! {
            response = connection.response() => break assert_eq!(response, None),
            _ = drip.tick() => {}
        }
        connection.try_write("X-Drop: 1\r\n").await;
    }
    assert!(since.elapsed() < LONG / 10);
}

#[tokio::test]
async fn the_head_of_a_later_request_has_the_same_limit() {
    let running = Running::start(patient().header_timeout(SHORT)).await;
    let mut connection = Connection::open(running.address).await;
    assert_eq!(connection.exchange(post("/", &event(TOKEN, "e1"))).await.status, 200);
    connection.write("POST / HT").await;
    assert_eq!(connection.response().await, None);
}

#[tokio::test]
async fn a_body_that_drips_is_answered_408() {
    let running = Running::start(patient().body_timeout(SHORT)).await;
    let mut connection = Connection::open(running.address).await;
    let response = connection
        .exchange("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\n{")
        .await;
    assert_eq!((response.status, &*response.body), (408, r#"{"msg":"body_timed_out"}"#));
    assert_eq!(connection.response().await, None);
}

#[tokio::test]
async fn an_idle_connection_is_closed_later_than_a_slow_head() {
    let running = Running::start(patient().header_timeout(SHORT).idle_timeout(SHORT * 5)).await;
    let mut connection = Connection::open(running.address).await;
    assert_eq!(connection.exchange(post("/", &event(TOKEN, "e1"))).await.status, 200);
    let since = Instant::now();
    assert_eq!(connection.response().await, None);
    assert!(since.elapsed() > SHORT * 2, "closed after {:?}", since.elapsed());
}
