//! Connections: kept, pipelined, many, and no more than allowed.

use lark_core::EventOutcome;
use lark_webhook::Server;
use tokio::task::JoinSet;

use crate::client::{Connection, exchange, get, post};
use crate::push::{TOKEN, event, gated, quick};
use crate::running::Running;

#[tokio::test]
async fn a_connection_serves_many_requests_also_sent_at_once() {
    let running = Running::start(Server::builder().any_path(quick(TOKEN))).await;
    let mut connection = Connection::open(running.address).await;
    for id in 0..3 {
        let push = post("/", &event(TOKEN, &format!("e{id}")));
        assert_eq!(connection.exchange(push).await.status, 200);
    }
    connection
        .write([post("/", &event(TOKEN, "e4")), get("/healthz"), post("/", "[]")].concat())
        .await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(connection.response().await.expect("a response").status);
    }
    assert_eq!(statuses, [200, 200, 400]);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_connections_at_once_are_all_answered() {
    let router = quick(TOKEN);
    let running = Running::start(Server::builder().any_path(router.clone())).await;
    let address = running.address;
    let mut clients = JoinSet::new();
    for client in 0..100 {
        clients.spawn(async move {
            let mut connection = Connection::open(address).await;
            for id in 0..10 {
                let push = post("/", &event(TOKEN, &format!("e{client}-{id}")));
                assert_eq!(connection.exchange(push).await.status, 200);
            }
        });
    }
    clients.join_all().await;
    assert_eq!(router.count(EventOutcome::Handled), 1000);
    assert_eq!(running.end().await.aborted_connections, 0);
}

#[tokio::test]
async fn a_connection_beyond_the_limit_is_served_when_another_ends() {
    let mut gated = gated(TOKEN);
    let server = Server::builder().any_path(gated.router.clone()).max_connections(1);
    let running = Running::start(server).await;
    let mut first = Connection::open(running.address).await;
    first.write(post("/", &event(TOKEN, "e1"))).await;
    assert_eq!(gated.begun.recv().await.as_deref(), Some("e1"));

    let mut second = Connection::open(running.address).await;
    second.write(post("/", &event(TOKEN, "e2"))).await;
    gated.gate.add_permits(2);
    assert_eq!(first.response().await.expect("a response").status, 200);
    // The first connection is kept for a moment, so the second one has no place yet.
    assert_eq!(first.exchange(get("/healthz")).await.status, 200);
    assert_eq!(gated.router.count(EventOutcome::Handled), 1);
    drop(first);
    assert_eq!(second.response().await.expect("a response").status, 200);
}

/// What clients do that do not need their connections.
async fn wait_as(kind: &str, address: std::net::SocketAddr) -> Connection {
    let mut connection = Connection::open(address).await;
    match kind {
        "say nothing" => {}
        "ask for the health" => assert_eq!(connection.exchange(get("/healthz")).await.status, 200),
        "begin a request" => connection.write("POST / HTTP/1.1\r\n").await,
        "begin a body" => {
            let head = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000\r\n\r\n{";
            connection.write(head).await;
        }
        other => panic!("{other}"),
    }
    connection
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_is_answered_while_all_connections_wait_for_their_clients() {
    for kind in ["say nothing", "ask for the health", "begin a request", "begin a body"] {
        let running = Running::start(Server::builder().any_path(quick(TOKEN))).await;
        let mut clients = JoinSet::new();
        for _ in 0..512 {
            clients.spawn(wait_as(kind, running.address));
        }
        let connections = clients.join_all().await;
        let push = async {
            for id in 0..3 {
                let push = post("/", &event(TOKEN, &format!("e{id}")));
                assert_eq!(exchange(running.address, push).await.status, 200);
            }
        };
        // The platform waits for 3 s.
        let answered = tokio::time::timeout(std::time::Duration::from_secs(3), push).await;
        assert!(answered.is_ok(), "512 clients {kind}");
        drop(connections);
    }
}

#[tokio::test]
async fn no_connection_is_closed_whose_request_is_handled() {
    let mut gated = gated(TOKEN);
    let server = Server::builder().any_path(gated.router.clone()).max_connections(2);
    let running = Running::start(server).await;
    let mut busy = Connection::open(running.address).await;
    busy.write(post("/", &event(TOKEN, "e1"))).await;
    assert_eq!(gated.begun.recv().await.as_deref(), Some("e1"));
    let mut idle = wait_as("ask for the health", running.address).await;
    assert_eq!(exchange(running.address, get("/healthz")).await.status, 200);
    assert_eq!(idle.response().await, None, "it has made room");
    gated.gate.add_permits(1);
    assert_eq!(busy.response().await.expect("a response").status, 200);
}

#[tokio::test]
async fn what_is_not_http_is_answered_400() {
    let running = Running::start(Server::builder().any_path(quick(TOKEN))).await;
    let response = exchange(running.address, "SSH-2.0-OpenSSH_9.9\r\n\r\n").await;
    assert_eq!(response.status, 400);
    let line = format!("X-Long: {}\r\n", "x".repeat(1000));
    let endless = format!("POST / HTTP/1.1\r\n{}\r\n", line.repeat(90));
    assert_eq!(exchange(running.address, endless).await.status, 431);
}
