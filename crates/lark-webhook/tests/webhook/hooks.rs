//! The hook for metrics sees every request, also those without a response.

use std::time::Duration;

use lark_core::{EventOutcome, Rejection};
use lark_webhook::{RequestOutcome, Server};
use tokio::sync::mpsc;

use crate::client::{Connection, exchange, get, post};
use crate::push::{TOKEN, event, gated, quick};
use crate::running::Running;

const SHORT: Duration = Duration::from_millis(100);

#[tokio::test]
async fn every_request_is_reported_with_its_app() {
    let (sender, mut reports) = mpsc::unbounded_channel();
    let mut gated = gated(TOKEN);
    let server = Server::builder().app("/events", gated.router.clone()).on_request(move |report| {
        let status = report.status.map(|status| status.as_u16());
        sender.send((report.outcome, status, report.app.to_owned())).expect("the test listens");
    });
    let running = Running::start(server.header_timeout(SHORT).body_timeout(SHORT)).await;
    let address = running.address;
    let mut next = async || reports.recv().await.expect("a report");
    let app = || "/events".to_owned();

    gated.gate.add_permits(1);
    exchange(address, post("/events", &event(TOKEN, "e1"))).await;
    assert_eq!(next().await, (RequestOutcome::Push(EventOutcome::Handled), Some(200), app()));
    exchange(address, post("/events", &event("other", "e2"))).await;
    let refused = EventOutcome::Rejected(Rejection::BadToken);
    assert_eq!(next().await, (RequestOutcome::Push(refused), Some(401), app()));
    exchange(address, get("/healthz")).await;
    assert_eq!(next().await, (RequestOutcome::Health, Some(200), String::new()));
    exchange(address, get("/wp-admin")).await;
    assert_eq!(next().await, (RequestOutcome::NotFound, Some(404), String::new()));
    exchange(address, get("/events")).await;
    assert_eq!(next().await, (RequestOutcome::MethodNotAllowed, Some(405), app()));
    let head = |length| {
        format!("POST /events HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n")
    };
    exchange(address, head(100_000_000)).await;
    assert_eq!(next().await, (RequestOutcome::TooLarge, Some(413), app()));
    exchange(address, head(10)).await;
    assert_eq!(next().await, (RequestOutcome::BodyTimedOut, Some(408), app()));
    exchange(address, "nonsense\r\n\r\n").await;
    assert_eq!(next().await, (RequestOutcome::Malformed, None, String::new()));

    let mut connection = Connection::open(address).await;
    connection.write("POST /events HTTP/1.1\r\n").await;
    assert_eq!(next().await, (RequestOutcome::HeaderTimedOut, None, String::new()));

    gated.begun.recv().await.expect("e1");
    let mut connection = Connection::open(address).await;
    connection.write(post("/events", &event(TOKEN, "e3"))).await;
    gated.begun.recv().await.expect("e3");
    drop(connection);
    assert_eq!(next().await, (RequestOutcome::ClientDisconnected, None, app()));
    gated.gate.add_permits(1);
}

#[tokio::test]
async fn a_hook_that_panics_costs_no_response() {
    let server = Server::builder().any_path(quick(TOKEN)).on_request(|_| panic!("on purpose"));
    let running = Running::start(server).await;
    let mut connection = Connection::open(running.address).await;
    for (request, status) in [
        (get("/events"), 405),
        (get("/healthz"), 200),
        (post("/", &event(TOKEN, "e1")), 200),
        ("nonsense\r\n\r\n".to_owned(), 400),
    ] {
        assert_eq!(connection.exchange(request).await.status, status);
    }
    let mut connection = Connection::open(running.address).await;
    connection.write(post("/", &event(TOKEN, "e2"))[..100].to_owned()).await;
    drop(connection);
    assert_eq!(running.end().await.aborted_connections, 0);
}
