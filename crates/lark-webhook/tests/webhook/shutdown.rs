//! The shutdown of a server.

use std::time::Duration;

use lark_core::EventOutcome;
use lark_webhook::Server;
use tokio::net::TcpStream;
use tokio::time::Instant;

use crate::client::{Connection, exchange, get, post};
use crate::push::{TOKEN, event, gated, quick};
use crate::running::Running;

const LONG: Duration = Duration::from_secs(600);

#[tokio::test]
async fn a_handler_at_work_is_finished_and_answered() {
    let mut gated = gated(TOKEN);
    let server = Server::builder().any_path(gated.router.clone()).shutdown_timeout(LONG);
    let mut running = Running::start(server).await;
    let address = running.address;
    let mut busy = Connection::open(address).await;
    let mut idle = Connection::open(address).await;
    let mut fresh = Connection::open(address).await;
    assert_eq!(idle.exchange(get("/healthz")).await.status, 200);
    busy.write(post("/", &event(TOKEN, "e1"))).await;
    assert_eq!(gated.begun.recv().await.as_deref(), Some("e1"));

    running.stop();
    // Connections without a request are closed at once.
    assert_eq!(idle.response().await, None);
    assert_eq!(fresh.response().await, None);
    let refused = TcpStream::connect(address).await.expect_err("nobody listens");
    assert_eq!(refused.kind(), std::io::ErrorKind::ConnectionRefused);
    assert!(gated.router.is_closing());

    gated.gate.add_permits(1);
    let response = busy.response().await.expect("a response");
    assert_eq!(response.status, 200);
    assert!(response.headers.contains("connection: close"), "{}", response.headers);
    let report = running.end().await;
    assert_eq!((report.stopped().count(), report.aborted_connections), (0, 0));
}

#[tokio::test]
async fn the_health_check_fails_ahead_while_pushes_are_served() {
    let server = Server::builder().any_path(quick(TOKEN)).shutdown_delay(LONG);
    let mut running = Running::start(server).await;
    let address = running.address;
    let mut kept = Connection::open(address).await;
    assert_eq!(kept.exchange(get("/healthz")).await.status, 200);

    running.stop();
    while kept.exchange(get("/healthz")).await.status == 200 {
        tokio::task::yield_now().await;
    }
    let response = exchange(address, get("/healthz")).await;
    assert_eq!((response.status, &*response.body), (503, "shutting down\n"));
    assert_eq!(exchange(address, post("/", &event(TOKEN, "e1"))).await.status, 200);

    // The delay is over.
    tokio::time::pause();
    tokio::time::advance(LONG).await;
    assert_eq!(running.end().await.aborted_connections, 0);
    assert_eq!(kept.response().await, None);
    TcpStream::connect(address).await.expect_err("nobody listens");
}

#[tokio::test]
async fn what_does_not_end_in_time_is_stopped_and_reported() {
    let (mut slow, quick) = (gated("a"), quick("b"));
    let server = Server::builder().app("/slow", slow.router.clone()).app("/quick", quick.clone());
    let running = Running::start(server.shutdown_timeout(Duration::from_millis(50))).await;
    let mut connection = Connection::open(running.address).await;
    connection.write(post("/slow", &event("a", "e1"))).await;
    assert_eq!(slow.begun.recv().await.as_deref(), Some("e1"));

    let report = running.end().await;
    let stopped: Vec<_> = report.stopped().map(|head| &*head.event_id).collect();
    assert_eq!(stopped, ["e1"]);
    assert_eq!(report.aborted_connections, 0);
    // The platform pushes it again.
    assert_eq!(connection.response().await.expect("a response").status, 503);
    assert_eq!(slow.router.count(EventOutcome::Stopped), 1);
    assert!(quick.is_closing());
}

#[tokio::test]
async fn a_client_in_the_middle_of_its_body_does_not_hold_the_server_up() {
    let server = Server::builder().any_path(quick(TOKEN)).body_timeout(LONG);
    let running = Running::start(server.shutdown_timeout(Duration::from_millis(50))).await;
    let mut connection = Connection::open(running.address).await;
    let head = "POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n\
                Content-Length: 500\r\n\r\n";
    assert_eq!(connection.exchange(head).await.status, 100);
    let since = Instant::now();
    assert_eq!(running.end().await.aborted_connections, 1);
    assert!(since.elapsed() < LONG / 10);
    assert_eq!(connection.response().await, None);
}

#[tokio::test]
async fn a_handler_goes_on_when_its_client_hangs_up_and_the_end_waits_for_it() {
    let mut gated = gated(TOKEN);
    let server = Server::builder().any_path(gated.router.clone()).shutdown_timeout(LONG);
    let mut running = Running::start(server).await;
    let mut connection = Connection::open(running.address).await;
    connection.write(post("/", &event(TOKEN, "e1"))).await;
    assert_eq!(gated.begun.recv().await.as_deref(), Some("e1"));
    drop(connection);
    running.stop();
    gated.gate.add_permits(1);
    let report = running.end().await;
    assert_eq!(report.stopped().count(), 0);
    assert_eq!(gated.router.count(EventOutcome::Handled), 1);
}

#[tokio::test]
async fn one_router_at_two_paths_ends_once() {
    let mut gated = gated(TOKEN);
    let server = Server::builder()
        .app("/events", gated.router.clone())
        .app("/callbacks", gated.router.clone())
        .shutdown_timeout(Duration::from_millis(50));
    let running = Running::start(server).await;
    let mut connection = Connection::open(running.address).await;
    connection.write(post("/events", &event(TOKEN, "e1"))).await;
    assert_eq!(gated.begun.recv().await.as_deref(), Some("e1"));
    assert_eq!(running.end().await.stopped().count(), 1);
}
